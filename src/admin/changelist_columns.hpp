// SPDX-License-Identifier: MIT
#pragma once

#include "admin/changelist_url.hpp"

#include <drf_messages/condition.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace drf_messages::admin {

/// A column of the list.
struct ListColumn {
    std::string_view name;  ///< "level_tag"
    std::string_view label; ///< "Level tag"
    Field field;            ///< by which it is ordered
};

/// In their order. Behind the recorded ones stand two of our own.
std::span<const ListColumn> list_columns() noexcept;

/// The number of the first column in `o`: 1 where boxes to check stand before it, else 0.
/// - order: absent without `o`.
/// - returns the database's order, which ends with the id.
std::vector<OrderBy>
order_of(const std::optional<std::vector<ColumnOrder>>& order, std::int64_t first_column);

} // namespace drf_messages::admin
