// SPDX-License-Identifier: MIT
#include "admin/changelist_url.hpp"

#include "admin/lookup_values.hpp"
#include "text/percent.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

namespace drf_messages::admin {
namespace {

constexpr std::string_view page_name = "p";
constexpr std::string_view error_name = "e";
constexpr std::string_view order_name = "o";
constexpr std::string_view window_name = "_newest";
constexpr std::size_t longest_query = 2'000;
constexpr std::size_t most_words = 20;
constexpr std::string_view facets_name = "_facets";

/// Parameters that are no lookups. Django: IGNORED_PARAMS.
constexpr std::string_view ignored[] = {
    "all", order_name, "ot", "q", "_popup", "_to_field", window_name};

void append(std::string& query, std::string_view name, std::string_view value) {
    query += query.empty() ? "" : "&";
    query += text::percent_encode_plus(name);
    query += '=';
    query += text::percent_encode_plus(value);
}

std::optional<std::int64_t> read_window(std::string_view text) {
    const auto number = read_integer(text);
    return number && number->value && *number->value > 0 ? number->value : std::nullopt;
}

/// "-2": a column that is ordered by, which need not exist. As Python's rpartition() sees it.
std::optional<ColumnOrder> read_column(std::string_view text) {
    const auto sign = text.rfind('-');
    const bool has_sign = sign != std::string_view::npos;
    const auto number = read_integer(has_sign ? text.substr(sign + 1) : text);
    if (!number || !number->value) {
        return std::nullopt;
    }
    return ColumnOrder{*number->value, has_sign};
}

} // namespace

ChangeListUrl::ChangeListUrl(const http::QueryDict& query, const model::Differences& differences)
    : has_facets_(differences.has(model::Difference::admin_facets)) {
    const bool any_value = differences.has(model::Difference::admin_any_of_repeated);
    std::map<std::string_view, Parameter> parameters;
    for (const auto& [name, given] : query.items()) {
        std::string value = given;
        if (name == window_name) {
            const auto window = read_window(given);
            if (!window) {
                continue;
            }
            value = fmt::format("{}", *window);
        }
        bytes_ += name.size() + value.size();
        append(whole_, name, value);
        if (name == error_name) {
            is_error_ = true;
        } else if (name == page_name) {
            const auto number = read_integer(value);
            page_number_ = number ? number->value : 1;
        } else {
            Parameter& parameter = parameters[name];
            parameter.name = name;
            if (!any_value) {
                parameter.values.clear();
            }
            parameter.values.push_back(std::move(value));
        }
    }
    parameters_.reserve(parameters.size());
    for (auto& [name, parameter] : parameters) {
        parameters_.push_back(std::move(parameter));
    }
}

bool ChangeListUrl::is_too_long() const {
    return bytes_ > longest_query || words().size() > most_words;
}

std::optional<std::string_view> ChangeListUrl::get(std::string_view name) const {
    const auto found =
        std::find_if(parameters_.begin(), parameters_.end(), [&](const Parameter& parameter) {
            return parameter.name == name;
        });
    return found == parameters_.end() ? std::nullopt
                                      : std::optional<std::string_view>(found->values.back());
}

std::optional<std::vector<ColumnOrder>> ChangeListUrl::order() const {
    auto text = get(order_name);
    if (!text) {
        return std::nullopt;
    }
    std::vector<ColumnOrder> order;
    for (bool last = false; !last;) {
        const auto dot = text->find('.');
        const auto column = read_column(text->substr(0, dot));
        last = dot == std::string_view::npos;
        text->remove_prefix(last ? text->size() : dot + 1);
        if (!column) {
            continue;
        }
        // Its first place, with what is said of it last.
        const auto named = std::find_if(order.begin(), order.end(), [&](const ColumnOrder& one) {
            return one.column == column->column;
        });
        if (named == order.end()) {
            order.push_back(*column);
        } else {
            named->descending = column->descending;
        }
    }
    return order;
}

std::vector<std::string> ChangeListUrl::words() const {
    const auto words = text::split_words(get("q").value_or(""));
    return {words.begin(), words.end()};
}

std::optional<std::uint64_t> ChangeListUrl::window() const {
    const auto number = read_window(get(window_name).value_or(""));
    return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

bool ChangeListUrl::is_lookup(const Parameter& parameter) const {
    if (has_facets_ && parameter.name == facets_name) {
        return false;
    }
    return std::find(std::begin(ignored), std::end(ignored), parameter.name) == std::end(ignored);
}

std::vector<Parameter> ChangeListUrl::lookups() const {
    std::vector<Parameter> lookups;
    std::copy_if(
        parameters_.begin(),
        parameters_.end(),
        std::back_inserter(lookups),
        [this](const Parameter& parameter) { return is_lookup(parameter); }
    );
    return lookups;
}

std::string ChangeListUrl::with(
    std::span<const Change> changes, std::span<const std::string_view> removed_beginnings
) const {
    std::map<std::string_view, std::vector<std::string_view>> values;
    for (const Parameter& parameter : parameters_) {
        const bool is_removed = std::any_of(
            removed_beginnings.begin(),
            removed_beginnings.end(),
            [&](std::string_view beginning) { return parameter.name.starts_with(beginning); }
        );
        if (!is_removed) {
            values[parameter.name].assign(parameter.values.begin(), parameter.values.end());
        }
    }
    for (const auto& [name, value] : changes) {
        if (value) {
            values[name] = {*value};
        } else {
            values.erase(name);
        }
    }
    std::string query;
    for (const auto& [name, all] : values) {
        for (const std::string_view value : all) {
            append(query, name, value);
        }
    }
    return "?" + query;
}

std::string ChangeListUrl::with(std::string_view name, std::string_view value) const {
    return with(std::array{Change(name, value)});
}

std::string ChangeListUrl::without(std::string_view name) const {
    return with(std::array{Change(name, std::nullopt)});
}

std::string ChangeListUrl::without_lookups() const {
    std::vector<Change> changes;
    for (const Parameter& parameter : parameters_) {
        if (is_lookup(parameter) || parameter.name == window_name) {
            changes.emplace_back(parameter.name, std::nullopt);
        }
    }
    return with(changes);
}

std::string ChangeListUrl::ordered_by(std::span<const ColumnOrder> order) const {
    std::string value;
    for (const ColumnOrder& one : order) {
        value +=
            fmt::format("{}{}{}", value.empty() ? "" : ".", one.descending ? "-" : "", one.column);
    }
    return with(order_name, value);
}

} // namespace drf_messages::admin
