// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"
#include "http/whitespace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr std::pair<std::string_view, Field> ordering_fields[] = {
    {"level", Field::level}, {"read_at", Field::read_at}, {"created", Field::created}};

std::optional<Field> ordering_field(std::string_view name) {
    for (const auto& [known, field] : ordering_fields) {
        if (known == name) {
            return field;
        }
    }
    return std::nullopt;
}

} // namespace

std::vector<std::string_view> ordering_names() {
    std::vector<std::string_view> names;
    for (const auto& [name, field] : ordering_fields) {
        names.push_back(name);
    }
    return names;
}

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

QueryParameter ordering_parameter(std::string name, std::string_view description) {
    using rest::Value;
    Value::Array terms;
    for (const auto& [field, ignored] : ordering_fields) {
        terms.emplace_back(field);
        terms.emplace_back(fmt::format("-{}", field));
    }
    return {
        std::move(name),
        fmt::format(
            "{} With \"-\" the greatest comes first; several are separated by commas. What is no "
            "such field is ignored.",
            description
        ),
        Value::object(
            {{"anyOf",
              Value::array(
                  {Value::object({{"type", "string"}, {"enum", std::move(terms)}}),
                   Value::object({{"type", "string"}})}
              )}}
        )};
}

} // namespace drf_messages::api
