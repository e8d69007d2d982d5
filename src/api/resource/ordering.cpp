// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"
#include "http/whitespace.hpp"

#include <algorithm>
#include <optional>

namespace drf_messages::api {
namespace {

std::optional<Field> ordering_field(std::string_view name) {
    if (name == "level") {
        return Field::level;
    }
    if (name == "read_at") {
        return Field::read_at;
    }
    if (name == "created") {
        return Field::created;
    }
    return std::nullopt;
}

} // namespace

std::vector<drf_messages::OrderBy>
asked_ordering(const http::QueryDict& query, std::string_view parameter) {
    std::vector<OrderBy> order;
    auto rest = query.get(parameter).value_or(std::string_view());
    while (!rest.empty()) {
        const auto end = rest.find(',');
        auto term = http::strip(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        const bool descending = term.starts_with('-');
        if (descending) {
            term.remove_prefix(1);
        }
        const auto field = ordering_field(term);
        // A field that comes again decides nothing: where it counts, its first mention found the
        // rows equal.
        const bool again = std::any_of(order.begin(), order.end(), [&](const OrderBy& by) {
            return by.field == field;
        });
        if (field && !again) {
            order.push_back({*field, descending});
        }
    }
    return order;
}

std::vector<drf_messages::OrderBy>
ordering(const http::QueryDict& query, std::string_view parameter) {
    auto order = asked_ordering(query, parameter);
    return order.empty() ? MessageQuery().order : order;
}

} // namespace drf_messages::api
