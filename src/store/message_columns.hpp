// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>

#include <string_view>

namespace drf_messages::store {

/// The table of messages, `m` in statements, and that of their tags, `x`.
inline constexpr std::string_view message_table = "drf_messages_message";
inline constexpr std::string_view tag_table = "drf_messages_messagetag";

/// The column of a message `m`, or of a tag `x`.
std::string_view column_name(Field field);
std::string_view table_name(Field field);
bool is_nullable(Field field);
bool is_null(const FieldValue& value);

} // namespace drf_messages::store
