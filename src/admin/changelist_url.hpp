// SPDX-License-Identifier: MIT
#pragma once

#include "admin/lookups.hpp"
#include "http/query_dict.hpp"
#include "model/releases.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::admin {

/// A column of the list, by its place among them.
struct ColumnOrder {
    std::int64_t column = 0;
    bool descending = false;
};

/// The query of the list's URL, and the links that differ from it by little.
/// - Django: contrib/admin/views/main.py, ChangeList.
class ChangeListUrl {
public:
    ChangeListUrl(const http::QueryDict& query, const model::Differences& differences);

    /// One that is neither a filter nor here: absent where it has no value.
    std::optional<std::string_view> get(std::string_view name) const;
    bool is_popup() const { return get("_popup").has_value(); }
    bool shows_all() const { return get("all").has_value(); }
    /// Whether it has been redirected for a filter that cannot be.
    bool is_error() const noexcept { return is_error_; }
    /// Every link of the page repeats it: there is an end to what is repeated, and to the words.
    bool is_too_long() const;
    /// What `p` says; 1 where it says nothing, and absent for a number that no page has.
    std::optional<std::int64_t> page_number() const noexcept { return page_number_; }
    /// What `o` says, each column once; absent without `o`.
    std::optional<std::vector<ColumnOrder>> order() const;
    /// The words of the search.
    std::vector<std::string> words() const;
    /// Of the newest how many messages filters are looked for; absent: as many as usual.
    std::optional<std::uint64_t> window() const;

    /// The parameters that are lookups, by name.
    std::vector<Parameter> lookups() const;
    /// All but the page and the error.
    const std::vector<Parameter>& parameters() const noexcept { return parameters_; }

    using Change = std::pair<std::string_view, std::optional<std::string_view>>;
    /// "?a=b": without the names that begin so, and then with other values; absent: without it.
    std::string with(
        std::span<const Change> changes, std::span<const std::string_view> removed_beginnings = {}
    ) const;
    std::string with(std::string_view name, std::string_view value) const;
    /// "?o=2": without a lookup.
    std::string without_lookups() const;
    std::string without(std::string_view name) const;
    /// "?o=-2.1".
    std::string ordered_by(std::span<const ColumnOrder> order) const;

    /// The whole query, as links to other pages keep it; empty without any.
    const std::string& whole() const noexcept { return whole_; }

private:
    bool is_lookup(const Parameter& parameter) const;

    std::vector<Parameter> parameters_; ///< by name
    std::string whole_;
    std::size_t bytes_ = 0; ///< of names and values
    std::optional<std::int64_t> page_number_ = 1;
    bool is_error_ = false;
    bool has_facets_ = false; ///< `_facets` is no lookup
};

} // namespace drf_messages::admin
