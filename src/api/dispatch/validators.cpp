// SPDX-License-Identifier: MIT
#include "api/dispatch/validators.hpp"

#include "crypto/digest.hpp"
#include "http/headers.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace drf_messages::api {
namespace {

/// Texts one behind the other, such that different ones never make the same.
class Ingredients {
public:
    void add(std::string_view text) {
        fmt::format_to(std::back_inserter(all_), "{}:{}", text.size(), text);
    }
    void add_if_any(const std::optional<std::string>& text) {
        all_ += text ? '+' : '-';
        add(text ? std::string_view(*text) : std::string_view());
    }

    std::string digest() const {
        constexpr std::size_t bytes = 12;
        return crypto::hex(crypto::digest(crypto::Hash::sha256, all_).substr(0, bytes));
    }

private:
    std::string all_;
};

/// All that an answer of ours follows from, the messages apart.
/// - more: what else an application's follows from.
std::string digest_of(ApiRequest& request, const Negotiated& negotiated, std::string_view more) {
    middleware::HttpRequest& http = request.http;
    const middleware::SiteResources& site = http.site;
    const Viewer& viewer = http.messages->viewer();
    Ingredients all;
    all.add(site.settings_mark);
    all.add(more);
    // Which view it is, its arguments, and what it is asked.
    all.add(http.path);
    all.add(http.query_string);
    all.add_if_any(http.header("Content-Type")); // names the charset of the query
    // What links begin with.
    all.add(http.is_secure() ? "https" : "http");
    all.add_if_any(http.host());
    all.add(negotiated.renderer->media_type);
    all.add(negotiated.media_type);
    all.add_if_any(request.version);
    // Which language it is, and in which form filters read dates.
    if (http.chosen_language != nullptr) {
        const auto& cookies = http.cookies();
        const auto cookie = cookies.find(site.settings.language_cookie_name);
        all.add_if_any(cookie == cookies.end() ? std::nullopt : std::optional(cookie->second));
        all.add_if_any(http.header("Accept-Language"));
    }
    // Whose messages, and of which session.
    if (const auto* number = std::get_if<std::int64_t>(&viewer.user->value)) {
        all.add(fmt::format("{}", *number));
    } else {
        all.add(std::get<std::string>(viewer.user->value));
    }
    if (site.settings.messages_use_sessions) {
        all.add_if_any(viewer.has_session ? viewer.session_key : std::nullopt);
    }
    // A prefetch marks nothing: who then wants to see the same is still to have it marked.
    all.add_if_any(http.header("Sec-Purpose"));
    return all.digest();
}

bool is_foreign(const Validation& wanted, const Negotiated& negotiated) {
    return negotiated.renderer->custom && !wanted.more;
}

} // namespace

Validators::Validators(const Validation& wanted, ApiRequest& request, const Negotiated& negotiated)
    : if_none_match_(
          wanted.has_etag ? request.http.header("If-None-Match").value_or("") : std::string()
      ) {
    const auto standing = request.http.messages ? request.http.messages->standing() : std::nullopt;
    if (!standing) {
        return;
    }
    if (wanted.has_state) {
        state_ = standing->state;
    }
    // A page shows more than the messages.
    if (!wanted.has_etag || negotiated.renderer->kind == Renderer::Kind::browsable ||
        is_foreign(wanted, negotiated)) {
        return;
    }
    const auto more = wanted.more ? wanted.more(request) : std::optional<std::string>("");
    conditional_ = more.has_value();
    if (conditional_ && !standing->pending) {
        etag_ = fmt::format(
            "W/\"{}.{}\"", standing->state.str(), digest_of(request, negotiated, *more)
        );
    }
}

bool Validators::client_has_it() const {
    return !etag_.empty() && !if_none_match_.any() &&
           !http::if_none_match_passes(etag_, if_none_match_);
}

bool Validators::client_has_any() const {
    return conditional_ && if_none_match_.any();
}

void Validators::add_to(const ApiRequest& request, http::Headers& headers) const {
    if (state_) {
        headers.set("Messages-State", state_->str());
    }
    if (!conditional_) {
        return;
    }
    if (!etag_.empty() && !request.depends_on_time && !headers.contains("ETag")) {
        headers.set("ETag", etag_);
    }
    headers.set("Cache-Control", "private, no-cache");
    for (const std::string_view name : {"Authorization", "Cookie"}) {
        http::patch_vary(headers, name);
    }
    const auto& site = request.http.site;
    const int factor = request.http.wire.busy ? 2 : 1;
    headers.set(
        "X-Poll-Interval", fmt::format("{}", factor * site.settings.live.x_poll_interval.count())
    );
}

} // namespace drf_messages::api
