// SPDX-License-Identifier: MIT
#pragma once

#include "schema/feed_parts.hpp"
#include "sql/connection.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

/// What is asked about the feed in each dialect.
struct FeedQuestions {
    std::string_view columns;  ///< schema, name and type of the columns that the feed takes over
    std::string_view existing; ///< names of its tables and of the triggers that are switched on
    std::string_view epoch;    ///< an expression for a new one
    std::string_view only_briefly; ///< what keeps a statement from waiting long for a table
    std::string_view as_before;    ///< what takes that back
    std::string_view size;         ///< in bytes; empty where that cannot be asked
};

const FeedQuestions& feed_questions(const sql::Connection& connection);

/// Empty types where there is no table of messages.
FeedColumns feed_columns(sql::Connection& connection);

/// - definer: of MariaDB, as feed_parts_mariadb() takes it.
FeedParts
feed_parts(sql::Dialect dialect, const FeedColumns& columns, const std::string& definer = {});

/// The statements that take away all parts, those first that write into others.
std::vector<std::string> drop_feed(sql::Connection& connection);

/// The parts that are there; of the functions nothing is known.
using NameSet = std::set<std::string, std::less<>>;
NameSet existing_feed_parts(sql::Connection& connection);

/// A table or function of the feed, as it can be named whatever the search path.
std::string named(const FeedColumns& columns, std::string_view name);

/// The statements that end an epoch and begin another one. Without an epoch there is no feed.
std::string forget_epoch(const FeedColumns& columns);
std::string insert_epoch(const FeedColumns& columns, std::string_view epoch);

} // namespace drf_messages::schema
