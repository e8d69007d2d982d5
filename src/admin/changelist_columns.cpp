// SPDX-License-Identifier: MIT
#include "admin/changelist_columns.hpp"

#include <algorithm>

namespace drf_messages::admin {
namespace {

constexpr ListColumn columns[] = {
    {"session", "Session", Field::session},
    {"message", "Message", Field::message},
    {"level_tag", "Level tag", Field::level},
    {"read_at", "Read at", Field::read_at},
    {"created", "Created", Field::created},
    {"user", "User", Field::user}};

} // namespace

std::span<const ListColumn> list_columns() noexcept {
    return columns;
}

std::vector<OrderBy>
order_of(const std::optional<std::vector<ColumnOrder>>& order, std::int64_t first_column) {
    if (!order) {
        return {{Field::created, true}, {Field::id, true}};
    }
    std::vector<OrderBy> by;
    for (const ColumnOrder& one : *order) {
        const std::int64_t at = one.column - first_column;
        if (at >= 0 && at < std::ssize(columns)) {
            by.push_back({columns[at].field, one.descending});
        }
    }
    by.push_back({Field::id, true});
    return by;
}

} // namespace drf_messages::admin
