// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"
#include "http/comma_list.hpp"
#include "http/entity_tags.hpp"
#include "middleware/factories.hpp"
#include "middleware/http_date.hpp"
#include "text/ascii.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace drf_messages::middleware {
namespace {

http::Response precondition_failed() {
    http::Response response;
    response.status = 412;
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    return response;
}

http::Response not_modified(const http::Response& full) {
    constexpr std::string_view kept[] = {
        "Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary"};
    http::Response response;
    response.status = 304;
    for (const std::string_view name : kept) {
        if (const auto value = full.headers.find(name)) {
            response.headers.set(name, std::string(*value));
        }
    }
    for (const auto& [name, value] : full.headers.fields()) {
        if (name == "Set-Cookie") {
            response.headers.add(name, value);
        }
    }
    return response;
}

bool may_be_stored(const http::Response& response) {
    const auto cache_control = response.headers.find("Cache-Control");
    if (!cache_control) {
        return true;
    }
    const auto directives = http::split_at_commas(*cache_control);
    return std::none_of(directives.begin(), directives.end(), [](std::string_view directive) {
        return text::lowered(directive) == "no-store";
    });
}

/// Django: django/middleware/http.py; django/utils/cache.py, get_conditional_response.
class ConditionalGetMiddleware final : public Middleware {
public:
    void process_response(HttpRequest& request, http::Response& response) override {
        if (request.method != "GET") {
            return;
        }
        if (!response.headers.contains("ETag") && !response.stream && !response.body.empty() &&
            may_be_stored(response)) {
            const std::string sum = crypto::hex(crypto::digest(crypto::Hash::md5, response.body));
            response.headers.set("ETag", "\"" + sum + "\"");
        }
        const std::string etag(response.headers.find("ETag").value_or(""));
        const auto last_modified = moment(request, response.headers.find("Last-Modified"));
        if ((etag.empty() && !last_modified) || response.status < 200 || response.status >= 300) {
            return;
        }
        const http::EntityTags if_match(request.header("If-Match").value_or(""));
        const http::EntityTags if_none_match(request.header("If-None-Match").value_or(""));
        const auto if_unmodified_since = moment(request, request.header("If-Unmodified-Since"));
        const auto if_modified_since = moment(request, request.header("If-Modified-Since"));

        if (if_match.given()) {
            if (!http::if_match_passes(etag, if_match)) {
                response = precondition_failed();
                return;
            }
        } else if (if_unmodified_since && !(last_modified && *last_modified <= *if_unmodified_since)) {
            response = precondition_failed();
            return;
        }
        if (if_none_match.given()) {
            if (!http::if_none_match_passes(etag, if_none_match)) {
                response = not_modified(response);
            }
        } else if (if_modified_since && last_modified && *last_modified <= *if_modified_since) {
            response = not_modified(response);
        }
    }

private:
    template<class Text>
    static std::optional<std::chrono::sys_seconds>
    moment(const HttpRequest& request, const std::optional<Text>& header) {
        if (!header) {
            return std::nullopt;
        }
        auto parsed = parse_http_date(*header, request.site.clock());
        // The first second of 1970 counts as no date: Django asks whether the number is true.
        if (parsed && parsed->time_since_epoch().count() == 0) {
            parsed.reset();
        }
        return parsed;
    }
};

} // namespace

std::unique_ptr<Middleware> make_conditional_get_middleware(const SiteResources&, const View&) {
    return std::make_unique<ConditionalGetMiddleware>();
}

} // namespace drf_messages::middleware
