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
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

json::array read_notices(messages::Storage* storage) {
    json::array notices;
    if (storage == nullptr) {
        return notices;
    }
    const messages::Reading reading = storage->read();
    for (const DjangoMessage& message : reading.messages) {
        notices.push_back(json::object{
            {"tags", html::visible(message.tags())},
            {"text", html::visible(text::capfirst(message.message))}});
    }
    storage->finish_reading(reading);
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
    page["notices"] = read_notices(request.message_storage);
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
