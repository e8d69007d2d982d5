// SPDX-License-Identifier: MIT
#include "api/pagination/pagination.hpp"

#include "api/classes/class_tables.hpp"
#include "api/pagination/parts.hpp"
#include "text/python_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr ClassAttribute limit_offset_attributes[] = {
    {"default_limit", AttributeKind::integer},
    {"max_limit", AttributeKind::integer},
    {"limit_query_param", AttributeKind::text},
    {"limit_query_description", AttributeKind::text},
    {"offset_query_param", AttributeKind::text},
    {"offset_query_description", AttributeKind::text},
    {"template", AttributeKind::text}};
constexpr ClassAttribute page_size_attributes[] = {
    {"page_size", AttributeKind::integer},
    {"page_size_query_param", AttributeKind::text},
    {"page_size_query_description", AttributeKind::text},
    {"max_page_size", AttributeKind::integer},
    {"template", AttributeKind::text}};
constexpr auto page_number_attributes = joined(
    page_size_attributes,
    {{"page_query_param", AttributeKind::text},
     {"page_query_description", AttributeKind::text},
     {"last_page_strings", AttributeKind::texts},
     {"invalid_page_message", AttributeKind::text}}
);
constexpr auto cursor_attributes = joined(
    page_size_attributes,
    {{"cursor_query_param", AttributeKind::text},
     {"cursor_query_description", AttributeKind::text},
     {"ordering", AttributeKind::texts},
     {"offset_cutoff", AttributeKind::integer},
     {"invalid_cursor_message", AttributeKind::text}}
);

using Row = ClassRow<MakeClass<Pagination>>;

constexpr std::array rows{
    Row{"rest_framework.pagination.LimitOffsetPagination",
        limit_offset_attributes,
        make_limit_offset_pagination},
    Row{"rest_framework.pagination.PageNumberPagination",
        page_number_attributes,
        make_page_number_pagination},
    Row{"rest_framework.pagination.CursorPagination", cursor_attributes, make_cursor_pagination},
};

} // namespace

SettingClasses pagination_classes() {
    return {"DEFAULT_PAGINATION_CLASS", rows, &rest::Classes::names<rest::Pagination>};
}

std::unique_ptr<Pagination>
make_pagination(const Settings& settings, const ClassName& name, const CustomClasses& classes) {
    if (name.empty()) {
        return nullptr;
    }
    const ClassAttributes attributes(settings, name);
    const auto* row = find_class(rows, attributes);
    if (row == nullptr) {
        classes.refuse(settings, pagination_classes(), attributes);
    }
    return row->make(settings, attributes);
}

std::int64_t saturated(std::string_view number) {
    using limits = std::numeric_limits<std::int64_t>;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc() ? value : number.starts_with('-') ? limits::min() : limits::max();
}

bool less(const Natural& a, const Natural& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

Natural difference(const Natural& a, const Natural& b) {
    Natural result = a;
    int borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        char& digit = result[a.size() - 1 - i];
        const int subtrahend = borrow + (i < b.size() ? b[b.size() - 1 - i] - '0' : 0);
        borrow = digit - '0' < subtrahend ? 1 : 0;
        digit = static_cast<char>(digit - subtrahend + 10 * borrow);
    }
    result.erase(0, std::min(result.find_first_not_of('0'), result.size() - 1));
    return result;
}

std::optional<Natural> positive_integer(
    std::optional<std::string_view> text, bool strict, std::optional<std::int64_t> cutoff
) {
    auto number = text ? text::parse_integer(*text) : std::nullopt;
    if (!number || number->starts_with('-') || (strict && *number == "0")) {
        return std::nullopt;
    }
    if (cutoff.value_or(0) != 0) {
        auto limit = std::to_string(*cutoff);
        return less(limit, *number) ? limit : number;
    }
    return number;
}

std::optional<std::int64_t> integer_attribute(
    const ClassAttributes& attributes, std::string_view name, std::optional<std::int64_t> fallback
) {
    const auto* attribute = attributes.find(name);
    if (attribute == nullptr) {
        return fallback;
    }
    if (const auto* number = std::get_if<std::int64_t>(&attribute->value);
        number != nullptr && *number >= 0) {
        return *number;
    }
    const auto* text = std::get_if<std::string>(&attribute->value);
    if (std::holds_alternative<std::monostate>(attribute->value) ||
        (text != nullptr && text->empty())) {
        return std::nullopt;
    }
    attributes.refuse(name, "must be a number that is not negative");
}

std::string text_attribute(
    const ClassAttributes& attributes, std::string_view name, std::string_view fallback
) {
    return attributes.has(name) ? attributes.text(name).value_or(std::string())
                                : std::string(fallback);
}

bool shows_links(const ClassAttributes& attributes) {
    return !attributes.has("template") || !attributes.text("template").value_or("").empty();
}

PageSize::PageSize(const Settings& settings, const ClassAttributes& attributes)
    : page_size(integer_attribute(attributes, "page_size", settings.rest_framework.page_size)),
      query_param(text_attribute(attributes, "page_size_query_param", "")),
      query_description(text_attribute(
          attributes, "page_size_query_description", "Number of results to return per page."
      )),
      max_page_size(integer_attribute(attributes, "max_page_size", std::nullopt)) {}

std::optional<std::int64_t> PageSize::of(const http::QueryDict& query) const {
    if (!query_param.empty()) {
        if (const auto asked = positive_integer(query.get(query_param), true, max_page_size)) {
            return saturated(*asked);
        }
    }
    return page_size.value_or(0) == 0 ? std::nullopt : page_size;
}

PaginationDescription PageSize::describe() const {
    PaginationDescription description;
    description.whole_list = page_size.value_or(0) == 0;
    description.pages = !description.whole_list || !query_param.empty();
    if (!query_param.empty()) {
        description.parameters.push_back(number_parameter(query_param, query_description));
    }
    return description;
}

QueryParameter number_parameter(std::string name, std::string description) {
    return {
        std::move(name),
        std::move(description),
        rest::Value::object({{"type", rest::Value::array({"integer", "string"})}})};
}

Page whole_list(const MessageQuery& query, const PageSource& source) {
    return {source.fetch(query, std::nullopt), [](text::JsonWriter& json, const Data& results) {
                results(json);
            }};
}

void write_link(
    text::JsonWriter& json, text::JsonName key, const std::optional<std::string>& link
) {
    json.key(key);
    link ? json.string(*link) : json.null();
}

std::function<void(text::JsonWriter&, const Data& results)> counted_wrap(
    std::int64_t count, std::optional<std::string> next, std::optional<std::string> previous
) {
    return [count,
            next = std::move(next),
            previous = std::move(previous)](text::JsonWriter& json, const Data& results) {
        json.begin_object();
        json.key("count");
        json.integer(count);
        write_link(json, "next", next);
        write_link(json, "previous", previous);
        json.key("results");
        results(json);
        json.end_object();
    };
}

} // namespace drf_messages::api
