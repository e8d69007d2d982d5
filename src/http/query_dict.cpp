// SPDX-License-Identifier: MIT
#include "http/query_dict.hpp"

#include "text/percent.hpp"
#include "text/utf8.hpp"

#include <algorithm>

namespace drf_messages::http {

namespace {

/// For more, memory is allocated only when they are found: somebody may send nothing but "&".
constexpr std::size_t usual_parameters = 16;

std::string decode(std::string_view part) {
    const auto escapes = [](char c) { return c == '%' || c == '+'; };
    if (std::none_of(part.begin(), part.end(), escapes)) {
        return std::string(part);
    }
    return text::utf8_or_replacement(text::percent_decode(part, true));
}

} // namespace

std::optional<QueryDict>
QueryDict::parse(std::string_view query, std::optional<std::size_t> max_fields) {
    QueryDict result;
    if (query.empty()) {
        return result;
    }
    const auto fields = static_cast<std::size_t>(std::count(query.begin(), query.end(), '&')) + 1;
    if (max_fields && fields > *max_fields) {
        return std::nullopt;
    }
    std::string latin1;
    if (!text::is_valid_utf8(query)) {
        latin1 = text::latin1_to_utf8(query);
        query = latin1;
    }
    result.items_.reserve(std::min(fields, usual_parameters));
    while (true) {
        const auto end = query.find('&');
        const auto field = query.substr(0, end);
        if (!field.empty()) {
            const auto equals = field.find('=');
            const auto value =
                equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
            result.items_.emplace_back(decode(field.substr(0, equals)), decode(value));
        }
        if (end == std::string_view::npos) {
            return result;
        }
        query.remove_prefix(end + 1);
    }
}

std::optional<std::string_view> QueryDict::get(std::string_view name) const {
    const auto last = std::find_if(items_.rbegin(), items_.rend(), [&](const auto& item) {
        return item.first == name;
    });
    if (last == items_.rend()) {
        return std::nullopt;
    }
    return std::string_view(last->second);
}

} // namespace drf_messages::http
