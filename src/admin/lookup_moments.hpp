// SPDX-License-Identifier: MIT
#pragma once

#include "admin/lookups.hpp"

#include <optional>
#include <string_view>
#include <variant>

namespace drf_messages::admin {

/// What one parameter asks: of the database, or of each row.
using Asked = std::variant<Condition, store::RowTest>;

/// Whether a name is a part of a moment that can be asked for: "month", "date".
bool is_part_of_moment(std::string_view name);
/// Whether the database finds the part by a range of moments: "year", "date".
bool is_range_of_moments(std::string_view name);

/// A part of a moment by the site's clock, compared with a value; absent for a value of another
/// form.
/// - lookup: exact, in, gt, gte, lt or lte.
std::optional<Asked> compare_part(
    Field field,
    std::string_view part,
    Lookup lookup,
    std::string_view value,
    const LookupContext& context
);

/// A month of a year, or a day of it, as the links of the date drill-down ask for them: one range.
Condition in_month(
    Field field,
    std::int64_t year,
    std::int64_t month,
    std::optional<std::int64_t> day,
    const text::TimeZone& zone
);

} // namespace drf_messages::admin
