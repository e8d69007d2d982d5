// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <optional>
#include <string_view>

namespace drf_messages::text {

/// Python's datetime.fromisoformat, also where it takes what nobody writes: a byte between the time
/// and its offset, a fraction of the hour's second. Absent where it raises ValueError.
/// - forms: not IsoForms::django_3_2.
/// - CPython: Modules/_datetimemodule.c, datetime_fromisoformat, before and since 3.11.
std::optional<CivilTime> parse_python_isoformat(std::string_view text, IsoForms forms);

} // namespace drf_messages::text
