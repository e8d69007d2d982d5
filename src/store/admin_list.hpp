// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/user_store.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the admin's list of messages asks: of everybody's messages, in a table of any size.

namespace drf_messages::store {

/// How the newest messages are found: by the index on created that migrate adds, or, where Django
/// alone has made the table, by the primary key.
enum class Newest { by_created, by_id };
Newest newest_by(sql::Connection& connection);

/// The newest first.
std::vector<OrderBy> newest_first(Newest newest);

/// What is asked of a message after the database has found it.
struct RowTest {
    Field field = Field::id;
    /// - column: of the row, where the field's value is.
    std::function<bool(const sql::Row& row, int column)> holds;
};

struct AdminListQuery {
    Condition served; ///< what an index finds
    Condition rest;
    std::vector<RowTest> tests;
    std::vector<OrderBy> order; ///< ends with the id
    Newest newest = Newest::by_created;
    /// Looks only through the newest so many of those that are `served`.
    std::optional<std::uint64_t> window;
    std::uint64_t limit = 0;
};

/// The first `limit` of the messages, in order. A window bounds what this reads, whatever the
/// conditions are.
std::vector<MessageId> select_list_ids(sql::Connection& connection, const AdminListQuery& query);

/// The oldest message in a window.
struct WindowEdge {
    std::optional<Timestamp> created; ///< absent where the newest are found by their ids
    MessageId id;
};

/// Absent where a window of that size holds all that are `served`.
std::optional<WindowEdge> select_window_edge(
    sql::Connection& connection, const Condition& served, Newest newest, std::uint64_t window
);
/// What is in the window, and what comes after it was looked at.
Condition in_window(const WindowEdge& edge);

/// Values that occur among the newest messages, as choices of filters.
struct ListChoices {
    std::vector<std::int64_t> levels; ///< rising
    std::vector<std::string> views;   ///< by their bytes
    bool more_views = false;
    std::vector<std::pair<std::int64_t, std::string>> tags; ///< all rows, by id, where they are few
    std::vector<std::string> tag_texts; ///< else what the newest of them say, by their bytes
    bool more_tag_texts = false;
    bool more_messages = false; ///< than were looked at for levels and views
};

/// - window: among how many messages, and tags.
/// - most: of the views, and of the tags.
ListChoices select_list_choices(
    sql::Connection& connection, Newest newest, std::uint64_t window, std::size_t most
);

/// When the first and the last message were created; absent without messages.
std::optional<std::pair<Timestamp, Timestamp>>
select_created_range(sql::Connection& connection, Newest newest);

/// The messages of the tags whose ids compare so (exact, in, gt, gte, lt, lte): at most so many,
/// those with the highest ids.
std::vector<FieldValue> select_messages_of_tags(
    sql::Connection& connection, Lookup lookup, std::vector<std::int64_t> ids, std::size_t most
);

/// Keys of users who have the word in their name, in whatever case; at most so many.
std::vector<FieldValue> select_users_with_name_like(
    sql::Connection& connection, const UserStore& users, std::string_view word, std::size_t most
);

} // namespace drf_messages::store
