// SPDX-License-Identifier: MIT
#include "store/admin_list.hpp"
#include "store/message_store.hpp"
#include "store/session_store.hpp"
#include "store/user_store.hpp"
#include "support/database.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using test::RecordingConnection;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// SQLite's plan of every statement that was sent, one line a step.
std::vector<std::string> plan(Given& given, const RecordingConnection& connection) {
    std::vector<std::string> steps;
    for (const auto& sent : connection.sent) {
        const std::vector<sql::Value> nulls(sent.parameters);
        const std::string text = "EXPLAIN QUERY PLAN " + sent.text;
        given.connection().query({"plan", text}, nulls, [&](const sql::Row& row) {
            steps.push_back(sent.name + ": " + std::string(row.text(3)));
        });
    }
    return steps;
}

/// No step reads a whole table; a subquery's few rows may be read from end to end.
auto no_full_scan() {
    return Each(AllOf(
        Not(HasSubstr("SCAN t")),
        Not(HasSubstr("SCAN x")),
        Not(HasSubstr("SCAN s")),
        Not(HasSubstr("SCAN u")),
        Not(HasSubstr("SCAN drf_")),
        Not(HasSubstr("SCAN o"))
    ));
}

std::ptrdiff_t steps_with(const std::vector<std::string>& steps, std::string_view text) {
    return std::count_if(steps.begin(), steps.end(), [text](const std::string& step) {
        return step.find(text) != std::string::npos;
    });
}

class QueryPlan : public testing::Test {
protected:
    QueryPlan() { given.message(ann, "hi").tag("a"); }

    Given given;
    UserId ann = given.user("ann");
    store::MessageScope scope = {ann, false, {}};
    RecordingConnection connection{given.connection()};
};

TEST_F(QueryPlan, PeekReadsOneIndexOnly) {
    store::summarize_unread(connection, scope);
    EXPECT_THAT(
        plan(given, connection),
        Each(AllOf(HasSubstr("COVERING INDEX"), HasSubstr("(user_id=? AND read_at=?)")))
    );
}

TEST_F(QueryPlan, AListWalksItsIndexWithoutSortingTheUsersMessages) {
    MessageQuery query;
    query.limit = 10;
    store::select_messages(connection, scope, query);
    const auto steps = plan(given, connection);
    EXPECT_THAT(
        steps, Contains(HasSubstr("SEARCH m USING INDEX drf_messages_server_message_newest"))
    ) << testing::PrintToString(steps);
    EXPECT_EQ(steps_with(steps, "TEMP B-TREE"), 0) << testing::PrintToString(steps);
    EXPECT_THAT(steps, no_full_scan());

    connection.sent.clear();
    query.offset = 10;
    store::select_messages(connection, scope, query);
    // One sort: of the page with its tags.
    EXPECT_EQ(steps_with(plan(given, connection), "TEMP B-TREE"), 1);
}

TEST_F(QueryPlan, ACountReadsOneIndexAndSortsNothing) {
    for (int i = 0; i < 80; ++i) {
        given.message(ann, "hi");
    }
    store::count_messages(given.connection(), scope, {});
    store::count_messages(connection, scope, {}); // by a guess
    const auto steps = plan(given, connection);
    EXPECT_EQ(steps_with(steps, "SEARCH m USING COVERING INDEX"), 2)
        << testing::PrintToString(steps);
    EXPECT_EQ(steps_with(steps, "TEMP B-TREE"), 0) << testing::PrintToString(steps);
}

TEST_F(QueryPlan, NoStatementOnTheWayOfARequestReadsAWholeTable) {
    const std::vector<MessageId> one = {{1}};
    const std::vector<MessageId> many(500, MessageId{1});
    const auto tagged = Condition::compare(Field::tag_text, Lookup::exact, "a");
    MessageQuery everything;
    MessageQuery filtered;
    filtered.where = tagged;
    filtered.limit = 5;
    store::select_messages(connection, scope, everything);
    store::select_messages(connection, scope, filtered);
    store::count_messages(connection, scope, filtered);
    store::select_message(connection, scope, {1}, tagged);
    store::any_message(connection, scope, tagged);
    store::mark_read(connection, scope, one, given.now);
    store::mark_read(connection, scope, many, given.now);
    store::mark_read(connection, scope, tagged, given.now);
    store::lock_message(connection, scope, {1}, {});
    store::delete_messages(connection, scope, tagged);
    store::select_session(connection, "key", given.now);
    store::delete_session(connection, "key");
    store::delete_expired_sessions(connection, given.now, 10);
    const store::UserStore users;
    users.select_user(connection, ann);
    users.select_user_by_name(connection, "ann");
    users.select_user_by_token(connection, "key");
    users.select_permissions(connection, ann);
    const auto steps = plan(given, connection);
    EXPECT_THAT(steps, no_full_scan());
    // A page is scanned once, as the subquery that it is; the table itself never.
    EXPECT_EQ(steps_with(steps, ": SCAN m"), steps_with(steps, ": CO-ROUTINE m"));
}

TEST_F(QueryPlan, RetrieveFindsTheMessageByItsKey) {
    store::select_message(connection, scope, {1}, {});
    store::lock_message(connection, scope, {1}, {});
    EXPECT_THAT(
        plan(given, connection),
        testing::IsSupersetOf({
            StartsWith("select_message: SEARCH m USING INTEGER PRIMARY KEY"),
            StartsWith("lock_message: SEARCH m USING INTEGER PRIMARY KEY"),
        })
    );
}

TEST_F(QueryPlan, TheAdminsListWalksTheIndexOnCreated) {
    store::AdminListQuery query;
    query.order = store::newest_first(store::Newest::by_created);
    query.limit = 10;
    store::select_list_ids(connection, query);
    query.served = Condition::compare(Field::created, Lookup::lt, given.now);
    store::select_list_ids(connection, query);
    store::select_window_edge(connection, query.served, query.newest, 1);
    store::select_created_range(connection, query.newest);
    const auto steps = plan(given, connection);
    EXPECT_THAT(steps, Each(Not(HasSubstr("TEMP B-TREE"))));
    EXPECT_EQ(steps_with(steps, " m USING COVERING INDEX drf_messages_server_message_oldest"), 5);
    EXPECT_EQ(steps_with(steps, " m USING"), 5);
}

TEST_F(QueryPlan, TheAdminsListReadsWhatIsInAWindowOnly) {
    store::AdminListQuery query;
    query.order = store::newest_first(store::Newest::by_created);
    query.limit = 10;
    query.window = 5;
    query.rest = Condition::compare(Field::level, Lookup::exact, std::int64_t{20});
    store::select_list_ids(connection, query);
    store::select_list_choices(connection, query.newest, 5, 5);
    const auto steps = plan(given, connection);
    // The outer queries read the windows, and the choices their newest tags by the primary key.
    EXPECT_EQ(steps_with(steps, "SCAN m USING INDEX drf_messages_server_message_oldest"), 2);
}

} // namespace
} // namespace drf_messages
