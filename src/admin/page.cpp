// SPDX-License-Identifier: MIT
#include "admin/page.hpp"

#include "admin/admin_site.hpp"
#include "admin/page_frame.hpp"
#include "html/escape.hpp"
#include "locale/date_text.hpp"
#include "messages/new_message.hpp"
#include "middleware/pipeline.hpp"
#include "middleware/plain_view.hpp"
#include "middleware/redirect.hpp"
#include "pages/site_page.hpp"
#include "sql/transaction.hpp"
#include "store/message_store.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <drf_messages/message.hpp>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

/// Django: contrib/admin/options.py, BaseModelAdmin.has_*_permission.
Permissions permissions_of(middleware::HttpRequest& request, const User& user) {
    const auto& users = request.site.users;
    std::set<std::string> held;
    if (user.is_active && !user.is_superuser) {
        held = users.select_permissions(request.database(), user.id);
    }
    const auto model = [&](std::string_view name) {
        const auto has = [&](std::string_view what) {
            return user.is_active && (user.is_superuser ||
                                      held.contains(fmt::format("drf_messages.{}_{}", what, name)));
        };
        return ModelPermissions{has("view"), has("add"), has("change"), has("delete")};
    };
    return {model("message"), model("messagetag")};
}

/// A text of at most so many characters, the end of a longer one left out.
std::string cut(std::string text, std::size_t most) {
    if (text::utf8_length(text) <= most) {
        return text;
    }
    text.resize(text::utf8_prefix(text, most - 1).size());
    return text += "…";
}

/// The id in a path may have it, and no column can hold it.
std::string without_nul(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\0' ? std::string_view("\uFFFD") : std::string_view(&c, 1);
    }
    return out;
}

/// What admin/utils.py quotes, as it quotes it: QUOTE_MAP.
constexpr std::string_view quoted_characters = "\":/_#?;@&=+$,[]<>%\n\\";

} // namespace

Page::Page(
    const AdminSite& of_site,
    middleware::HttpRequest& of_request,
    const User& of_user,
    std::string_view root
)
    : request(of_request), site(of_site), user(of_user), may(permissions_of(of_request, of_user)),
      texts(of_request.language()), root_(root) {}

std::string Page::when(Timestamp moment) const {
    return locale::date_time_text(moment, site.time_zone, texts.language());
}

std::string Page::url(std::string_view below) const {
    return pages::site_url(root_ + std::string(below));
}

std::string Page::change_url(std::string_view object_id) const {
    return url(fmt::format("{}{}/change/", list_path, quote(object_id)));
}

std::vector<Crumb> Page::crumbs() const {
    return {
        {say("Home"), url("")},
        {"DRF Messages", url("drf_messages/")},
        {"Messages", may.messages.view_or_change() ? url(list_path) : ""}};
}

json::object Page::context(std::string_view title, const std::vector<Crumb>& path) {
    json::object page = frame(site, request, texts, root_, title);
    page["user"] = html::visible(user.username);
    page["log_out_url"] = url("logout/");
    page["token"] = middleware::csrf_token(request);
    page["has_crumbs"] = !path.empty();
    auto& crumbs = page["crumbs"].get_array();
    for (const Crumb& crumb : path) {
        crumbs.push_back(json::object{
            {"text", html::visible(crumb.text)},
            {"url", crumb.url},
            {"is_last", &crumb == &path.back()}});
    }
    return page;
}

http::Response Page::show(std::string_view name, const json::object& context, int status) const {
    return uncached(middleware::html_answer(status, site.templates.render(name, context)));
}

http::Response Page::redirect(std::string_view location) const {
    return uncached(middleware::redirect(location));
}

http::Response Page::forbidden() const {
    return uncached(middleware::error_page(request.site, 403));
}

http::Response Page::not_found() const {
    return uncached(middleware::not_found_page(request));
}

http::Response Page::only_methods(std::string_view allowed) const {
    return uncached(middleware::only_methods(request.method, allowed));
}

http::Response Page::unknown_message(std::string_view object_id) {
    const auto text =
        say("message with ID “{}” doesn’t exist. Perhaps it was deleted?",
            std::array{unquote(object_id)});
    sql::transact(request.database(), [&] { notify(level::warning, text); });
    return redirect(url(""));
}

void Page::notify(Level level, std::string_view text) {
    messages::Storage* storage = request.message_storage;
    if (storage == nullptr || level < storage->level()) {
        return;
    }
    const std::string fitting = cut(without_nul(text), message_max_length);
    // A row belongs to the transaction, which the storage's own would not be part of.
    if (storage == &*request.messages && !request.messages->fallback()) {
        const std::string view = cut(request.view_name, view_max_length);
        store::insert_message(
            request.database(),
            messages::message_row(
                request.messages->viewer(), view, fitting, level, request.site.clock()
            )
        );
        return;
    }
    // What is repeated after a deadlock leaves no second notice.
    if (std::find(kept_.begin(), kept_.end(), fitting) == kept_.end()) {
        static_cast<void>(storage->add(level, fitting));
        kept_.push_back(fitting);
    }
}

http::Response Page::uncached(http::Response response) const {
    return middleware::uncached(request, std::move(response));
}

std::string unquote(std::string_view object_id) {
    std::string plain;
    while (!object_id.empty()) {
        unsigned code = 0;
        const std::string_view digits = object_id.substr(1, 2);
        const bool is_quoted =
            object_id.front() == '_' && digits.size() == 2 &&
            std::from_chars(digits.data(), digits.data() + 2, code, 16).ptr == digits.data() + 2 &&
            std::none_of(digits.begin(), digits.end(), [](char c) { return c >= 'a'; }) &&
            quoted_characters.find(static_cast<char>(code)) != std::string_view::npos;
        plain += is_quoted ? static_cast<char>(code) : object_id.front();
        object_id.remove_prefix(is_quoted ? 3 : 1);
    }
    return plain;
}

std::string quote(std::string_view object_id) {
    std::string quoted;
    for (const char c : object_id) {
        if (quoted_characters.find(c) == std::string_view::npos) {
            quoted += c;
        } else {
            quoted += fmt::format("_{:02X}", static_cast<unsigned char>(c));
        }
    }
    return quoted;
}

std::optional<MessageId> parse_message_id(std::string_view object_id) {
    const auto digits = text::parse_integer(unquote(object_id));
    if (!digits) {
        return std::nullopt;
    }
    std::int64_t id = 0;
    const char* const end = digits->data() + digits->size();
    const auto [stop, error] = std::from_chars(digits->data(), end, id);
    return error == std::errc() && stop == end ? std::optional(MessageId{id}) : std::nullopt;
}

std::string masked_session_key(std::string_view key) {
    constexpr std::size_t shown = 8;
    constexpr std::size_t shortest_masked = 13;
    if (text::utf8_length(key) < shortest_masked) {
        return std::string(key);
    }
    return cut(std::string(key), shown + 1);
}

} // namespace drf_messages::admin
