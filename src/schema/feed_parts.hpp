// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

/// What the feed takes over from Django's table of messages.
struct FeedColumns {
    std::string schema;  ///< of PostgreSQL, quoted where it has to be; else empty
    std::string user_id; ///< as CREATE TABLE takes a type
    std::string session_key;
};

/// Something that `live on` makes: a table with its indexes, a function or a trigger.
struct FeedPart {
    enum class Kind { table, function, trigger };
    Kind kind;
    std::string_view name;
    std::string_view on; ///< whose trigger
    std::vector<std::string> create = {};
};

/// The parts in the order in which they are made; the triggers last.
using FeedParts = std::vector<FeedPart>;
FeedParts feed_parts_sqlite(const FeedColumns& columns);
FeedParts feed_parts_postgresql(const FeedColumns& columns);
/// - definer: the account whose rights the triggers have; empty: whoever makes them.
FeedParts feed_parts_mariadb(const FeedColumns& columns, const std::string& definer);

/// The database's clock, as the feed has times.
std::string_view feed_clock(sql::Dialect dialect);

inline constexpr std::string_view message_table_name = "drf_messages_message";
inline constexpr std::string_view tag_table_name = "drf_messages_messagetag";

} // namespace drf_messages::schema
