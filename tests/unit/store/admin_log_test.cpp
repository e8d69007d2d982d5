// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "support/database.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using store::AdminAction;
using store::AdminLogEntry;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AdminLog : public testing::Test {
protected:
    AdminLogEntry entry(const UserId& user, std::string object_id, AdminAction action) {
        return {given.now, user, std::move(object_id), "hello", action, R"([{"added": {}}])"};
    }

    std::vector<std::string> rows() {
        return test::rows(
            connection,
            "SELECT action_time, user_id, app_label, model, object_id, object_repr, action_flag,"
            " change_message FROM django_admin_log l"
            " JOIN django_content_type c ON c.id = content_type_id ORDER BY l.id",
            8
        );
    }

    Given given;
    sql::Connection& connection = given.connection();
    const store::UserStore users;
    UserId ann = given.user("ann");
    UserId bob = given.user("bob");
};

TEST_F(AdminLog, HasTheRowsThatDjangoWrites) {
    AdminLogEntry added = entry(ann, "7", AdminAction::addition);
    added.action_time = given.now + 5us;
    store::insert_admin_log(connection, added);
    store::insert_admin_log(connection, entry(bob, "8", AdminAction::deletion));
    EXPECT_THAT(
        rows(),
        ElementsAre(
            R"(2024-01-01 10:00:00.000005|1|drf_messages|message|7|hello|1|[{"added": {}}])",
            R"(2024-01-01 10:00:00|2|drf_messages|message|8|hello|3|[{"added": {}}])"
        )
    );
}

TEST_F(AdminLog, CutsTextsToTwoHundredCharacters) {
    AdminLogEntry added = entry(ann, "7", AdminAction::addition);
    for (int i = 0; i < 300; ++i) {
        added.object_repr += "ü";
    }
    store::insert_admin_log(connection, added);
    const auto shown = store::select_admin_log(connection, users, "7", 10);
    ASSERT_THAT(shown, SizeIs(1));
    EXPECT_EQ(shown.front().entry.object_repr.size(), 5 + 2 * 195U);
}

TEST_F(AdminLog, BringsTheContentTypeAlong) {
    const sql::ScopedTransaction undone(connection);
    test::run(connection, "DELETE FROM auth_permission");
    test::run(connection, "DELETE FROM django_content_type");
    EXPECT_THAT(store::select_admin_log(connection, users, "7", 10), IsEmpty());
    EXPECT_THAT(store::select_recent_actions(connection, users, ann, 10), IsEmpty());
    store::insert_admin_log(connection, entry(ann, "7", AdminAction::change));
    store::insert_admin_log(connection, entry(ann, "7", AdminAction::change));
    EXPECT_THAT(rows(), SizeIs(2));
    EXPECT_EQ(test::number(connection, "SELECT COUNT(*) FROM django_content_type"), 1);
}

TEST_F(AdminLog, WritesManyRowsWithFewTexts) {
    std::vector<AdminLogEntry> entries;
    for (int i = 0; i < 1000; ++i) {
        entries.push_back(entry(ann, std::to_string(i), AdminAction::deletion));
    }
    test::RecordingConnection recording(connection);
    store::insert_admin_log(recording, entries);
    EXPECT_THAT(recording.sent, SizeIs(1 + 15 + 5));
    EXPECT_THAT(rows(), SizeIs(1000));
    store::insert_admin_log(recording, std::vector<AdminLogEntry>());
    EXPECT_THAT(recording.sent, SizeIs(1 + 15 + 5));
}

TEST_F(AdminLog, ShowsTheNewestOfAMessageOldestFirst) {
    for (int minute : {3, 1, 2}) {
        AdminLogEntry changed = entry(minute == 2 ? bob : ann, "7", AdminAction::change);
        changed.action_time += std::chrono::minutes(minute);
        changed.object_repr = std::to_string(minute);
        store::insert_admin_log(connection, changed);
    }
    store::insert_admin_log(connection, entry(ann, "8", AdminAction::change));
    const auto shown = store::select_admin_log(connection, users, "7", 2);
    ASSERT_THAT(shown, SizeIs(2));
    EXPECT_EQ(shown[0].entry.object_repr, "2");
    EXPECT_EQ(shown[0].user_name, "bob");
    EXPECT_EQ(shown[0].entry.user, bob);
    EXPECT_EQ(shown[1].entry.object_repr, "3");
    EXPECT_EQ(shown[1].entry.action, AdminAction::change);
    EXPECT_EQ(shown[1].entry.action_time, given.now + 3min);
    EXPECT_EQ(shown[1].entry.change_message, R"([{"added": {}}])");
}

TEST_F(AdminLog, ShowsWhatAUserDidLastNewestFirst) {
    for (int minute : {3, 1, 2}) {
        AdminLogEntry changed = entry(ann, std::to_string(minute), AdminAction::change);
        changed.action_time += std::chrono::minutes(minute);
        store::insert_admin_log(connection, changed);
    }
    store::insert_admin_log(connection, entry(bob, "4", AdminAction::change));
    test::run(
        connection,
        "INSERT INTO django_admin_log (action_time, user_id, content_type_id, object_id,"
        " object_repr, action_flag, change_message)"
        " SELECT ?, ?, id, '9', 'a user', 1, '' FROM django_content_type WHERE model = 'user'",
        {given.now + 1h, std::int64_t{1}}
    );
    const auto actions = store::select_recent_actions(connection, users, ann, 2);
    ASSERT_THAT(actions, SizeIs(2));
    EXPECT_EQ(actions[0].object_id, "3");
    EXPECT_EQ(actions[1].object_id, "2");
}

TEST_F(AdminLog, FindsAUsersNewestEntryWithATextInIt) {
    const auto told = [&](const UserId& user, std::string change_message) {
        AdminLogEntry added = entry(user, "7", AdminAction::addition);
        added.change_message = std::move(change_message);
        store::insert_admin_log(connection, added);
        return store::last_admin_log_id(connection);
    };
    EXPECT_EQ(store::last_admin_log_id(connection), 0);
    const auto find = [&](std::int64_t behind) {
        return store::select_change_message_with(connection, ann, behind, R"("form": "f")");
    };
    EXPECT_FALSE(find(0));
    const auto first = told(ann, R"([{"form": "f"}, 1])");
    const auto second = told(ann, R"([{"form": "f"}, 2])");
    told(ann, R"([{"form": "g"}])");
    told(bob, R"([{"form": "f"}, 3])");
    EXPECT_EQ(find(0), R"([{"form": "f"}, 2])");
    EXPECT_EQ(find(first), R"([{"form": "f"}, 2])");
    EXPECT_FALSE(find(second));
    const sql::ScopedTransaction transaction(connection);
    store::lock_admin_log_of(connection, users, ann);
}

TEST_F(AdminLog, GoesWithItsUser) {
    store::insert_admin_log(connection, entry(ann, "7", AdminAction::change));
    store::insert_admin_log(connection, entry(bob, "7", AdminAction::change));
    users.delete_user(connection, ann);
    EXPECT_THAT(
        test::rows(connection, "SELECT user_id FROM django_admin_log", 1), ElementsAre("2")
    );
}

TEST_F(AdminLog, NeedNotBeThereForAUserToGo) {
    connection.run_script({"drop", "DROP TABLE django_admin_log"});
    users.delete_user(connection, ann);
    EXPECT_FALSE(users.select_user(connection, ann));
}

} // namespace
} // namespace drf_messages
