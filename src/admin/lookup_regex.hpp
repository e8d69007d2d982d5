// SPDX-License-Identifier: MIT
#pragma once

#include "store/admin_list.hpp"

#include <optional>
#include <stdexcept>
#include <string_view>

namespace drf_messages::admin {

/// An expression, or texts so many, that matching takes longer than anybody is to wait.
struct MatchingTookTooLong : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Whether a regular expression is found in a field's text, as Python's re.search() says it; absent
/// for what is no expression. The test throws MatchingTookTooLong after a second.
std::optional<store::RowTest> regex_test(Field field, std::string_view pattern, bool ignore_case);

} // namespace drf_messages::admin
