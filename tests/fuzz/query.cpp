// SPDX-License-Identifier: MIT
// A query, which is also what a form's body is: the first byte is the charset's. What is read is
// text, no more than the fields allowed, and is read again once it is written. As a URL the input
// takes another page's number.
#include "charsets.hpp"
#include "fuzz.hpp"
#include "http/query_dict.hpp"
#include "http/url.hpp"
#include "text/percent.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <string>

using namespace drf_messages;

namespace {

std::string written(const http::QueryDict& query) {
    std::string text;
    for (const auto& [name, value] : query.items()) {
        text += text.empty() ? "" : "&";
        text += text::percent_encode_plus(name) + "=" + text::percent_encode_plus(value);
    }
    return text;
}

void limit_fields(std::string_view query) {
    const auto fields = static_cast<std::size_t>(std::count(query.begin(), query.end(), '&')) + 1;
    fuzz::require(http::QueryDict::parse(query, fields).has_value());
    fuzz::require(query.empty() || !http::QueryDict::parse(query, fields - 1));
}

void turn_page(std::string_view url) {
    const auto next = http::replace_query_param(url, "page", "2");
    const auto query = http::QueryDict::parse(http::split_url(next).query, std::nullopt);
    fuzz::require(query && query->get("page") == "2");
    const auto first = http::split_url(http::remove_query_param(next, "page")).query;
    fuzz::require(!http::QueryDict::parse(first, std::nullopt).value().contains("page"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto input = fuzz::text(data + 1, size - 1);
    const auto query = http::QueryDict::parse(input, std::nullopt, fuzz::charset(data[0]));
    fuzz::require(query.has_value());
    for (const auto& [name, value] : query->items()) {
        fuzz::require(text::is_valid_utf8(name) && text::is_valid_utf8(value));
        fuzz::require(query->contains(name));
    }
    const auto again = http::QueryDict::parse(written(*query), query->items().size());
    fuzz::require(again && again->items() == query->items());
    limit_fields(input);
    turn_page(input);
    return 0;
}
