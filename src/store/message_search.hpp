// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/message_store.hpp"

#include <drf_messages/condition.hpp>

#include <optional>
#include <string>
#include <vector>

namespace drf_messages::store {

/// The ids of the messages whose text has all of the words, as the database has it, whatever that
/// takes for the same. It would look for one word after the other, and for some like "aaab" in a
/// time that grows with their length times that of the text; here one pass finds all of them.
/// Absent where the database does it as well (the words are short) or nobody else can: the messages
/// are too many, or one of them is too long, to be fetched for it, or their collation is unknown.
std::optional<std::vector<FieldValue>> ids_with_all(
    sql::Connection& connection, const MessageScope& scope, std::vector<std::string> words
);

} // namespace drf_messages::store
