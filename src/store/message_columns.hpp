// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>

#include <string_view>

namespace drf_messages::store {

/// The column of a message `m`, or of a tag `x`.
std::string_view column_name(Field field);
bool is_nullable(Field field);
bool is_null(const FieldValue& value);

} // namespace drf_messages::store
