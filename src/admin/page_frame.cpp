// SPDX-License-Identifier: MIT
#include "admin/page_frame.hpp"

#include "admin/admin_site.hpp"
#include "admin/admin_texts.hpp"
#include "html/escape.hpp"
#include "pages/site_page.hpp"
#include "text/unicode.hpp"

#include <drf_messages/django_message.hpp>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

/// The next page shows what is more.
constexpr std::int64_t most_notices = 100;

json::array read_notices(middleware::HttpRequest& request) {
    json::array notices;
    // HEAD shows nothing, so it marks nothing.
    if (request.message_storage == nullptr || request.method == "HEAD") {
        return notices;
    }
    for (const DjangoMessage& message : request.message_storage->slice({}, most_notices, {})) {
        notices.push_back(json::object{
            {"tags", html::visible(message.tags())},
            {"text", html::visible(text::capfirst(message.message))}});
    }
    return notices;
}

} // namespace

json::object frame(
    const AdminSite& site,
    middleware::HttpRequest& request,
    const pages::PageTexts& texts,
    std::string_view root,
    std::string_view title
) {
    auto words = admin_texts(texts);
    json::object page = pages::site_page(
        texts,
        site.static_url,
        fmt::format("{} | {}", title, std::string_view(words["site_title"].get_string()))
    );
    page["a"] = std::move(words);
    page["heading"] = html::visible(title);
    page["index_url"] = pages::site_url(root);
    page["site_url"] = pages::site_url(fmt::format("{}/", request.script_name()));
    page["user"] = "";
    page["crumbs"] = json::array{};
    page["has_crumbs"] = false;
    page["is_popup"] = false; // of a view, which shows its page in a window of its own
    page["notices"] = read_notices(request);
    page["has_notices"] = !page["notices"].get_array().empty();
    return page;
}

void mark_as_error(
    json::object& context, const middleware::HttpRequest& request, const pages::PageTexts& texts
) {
    if (request.site.differences.has(model::Difference::admin_error_titles)) {
        context["title"] = texts.say(
            "Error: {}", std::array{std::string(std::string_view(context["title"].get_string()))}
        );
    }
}

} // namespace drf_messages::admin
