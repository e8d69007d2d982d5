// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/message_store.hpp"

#include <drf_messages/condition.hpp>

#include <optional>
#include <string>
#include <vector>

namespace drf_messages::store {

/// The ids of the messages whose text has all of the words, whatever the case, as PostgreSQL has
/// it: it writes both in capitals, which are compared here. It would look for one word after the
/// other; here one pass finds all of them. Absent where the messages are too many, or one of them
/// is too long, to be fetched for it.
/// - words: an array of texts, as PostgreSQL writes it.
std::optional<std::vector<FieldValue>>
ids_with_all(sql::Connection& connection, const MessageScope& scope, std::string words);

} // namespace drf_messages::store
