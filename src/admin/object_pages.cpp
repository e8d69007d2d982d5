// SPDX-License-Identifier: MIT
#include "admin/object_pages.hpp"

#include "admin/admin_site.hpp"
#include "django/python_json.hpp"
#include "http/query_dict.hpp"
#include "middleware/bad_request.hpp"
#include "middleware/required.hpp"
#include "pages/site_page.hpp"
#include "text/percent.hpp"
#include "text/python_text.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace drf_messages::admin {
namespace {

constexpr std::string_view filters_name = "_changelist_filters";
constexpr std::string_view to_field_name = "_to_field";
constexpr std::size_t words_of_a_crumb = 18;

/// The query of the list as it was left; empty: without any.
std::string preserved_filters(Page& page) {
    return std::string(middleware::required_query(page.request).get(filters_name).value_or(""));
}

/// Django: template/defaultfilters.py, truncatewords.
std::string truncated_words(std::string_view text, std::size_t most) {
    const auto words = text::split_words(text);
    std::string out;
    for (std::size_t i = 0; i < words.size() && i < most; ++i) {
        out += i == 0 ? "" : " ";
        out += words[i];
    }
    return words.size() > most ? out + " …" : out;
}

} // namespace

std::string message_url(const Page& page, MessageId id, std::string_view below) {
    return page.url(fmt::format("{}{}/{}", list_path, id.value, below));
}

std::string with_preserved_filters(Page& page, std::string_view url) {
    const std::string filters = preserved_filters(page);
    if (filters.empty()) {
        return std::string(url);
    }
    return fmt::format("{}?{}={}", url, filters_name, text::percent_encode_plus(filters));
}

std::string filtered_list_url(Page& page) {
    std::string url = page.url(list_path);
    char separator = '?';
    const auto filters = http::QueryDict::parse(preserved_filters(page), std::nullopt);
    for (const auto& [name, value] : filters->items()) {
        url += std::exchange(separator, '&');
        url += text::percent_encode_plus(name) + '=' + text::percent_encode_plus(value);
    }
    return url;
}

std::string way_back(Page& page) {
    return page.may.messages.view_or_change() ? filtered_list_url(page) : page.url("");
}

Crumb message_crumb(Page& page, MessageId id, std::string_view text) {
    const std::string words = truncated_words(text, words_of_a_crumb);
    return {
        words.empty() ? fmt::format("Message {}", id.value) : words,
        with_preserved_filters(page, message_url(page, id))};
}

http::Response popup_response(const Page& page, const boost::json::object& told) {
    // No notices: the page that opened it shows them.
    auto context = pages::site_page(page.texts, page.site.static_url, page.say("Popup closing…"));
    context["told"] = django::write_spaced_python_json(told);
    return page.show("admin_popup", context);
}

std::string to_field(Page& page, const std::optional<std::string>& posted) {
    const auto of_query = middleware::required_query(page.request).get(to_field_name);
    std::string name = posted ? *posted : std::string(of_query.value_or(""));
    if (!name.empty() && name != "id") {
        throw middleware::BadRequest("_to_field names a field that nothing refers to");
    }
    return name;
}

} // namespace drf_messages::admin
