// SPDX-License-Identifier: MIT
#include "admin/admin_site.hpp"
#include "admin/bulk_change.hpp"
#include "admin/selection.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "store/admin_messages.hpp"
#include "unit/admin/admin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AdminActions : public test::Admin {};

TEST_F(AdminActions, ShowPartOfTheManyMessagesThatTheyWouldDelete) {
    const auto last = messages(150);
    const auto asked = post(
        "",
        {{"action", "delete_selected"},
         {"select_across", "1"},
         {"index", "0"},
         {"_selected_action", "1"}}
    );
    EXPECT_EQ(asked.status, 200);
    EXPECT_THAT(asked.body, HasSubstr("Messages: 150"));
    EXPECT_THAT(asked.body, HasSubstr("Only 100 of them are shown."));
    EXPECT_THAT(asked.body, HasSubstr(">hello 149<"));
    EXPECT_THAT(asked.body, HasSubstr(">hello 50<"));
    EXPECT_THAT(asked.body, Not(HasSubstr(">hello 49<")));
    EXPECT_THAT(asked.body, HasSubstr("name=\"_through\" value=\"" + std::to_string(last) + "\""));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 150);
}

TEST_F(AdminActions, LogEachOfTheMessagesAndNotifyOnce) {
    messages(1'100);
    const auto done = post(
        "",
        {{"action", "delete_selected"},
         {"select_across", "1"},
         {"_selected_action", "1"},
         {"post", "yes"}}
    );
    EXPECT_EQ(done.status, 302);
    EXPECT_THAT(notices(), ElementsAre("Successfully deleted 1100 messages."));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM django_admin_log WHERE action_flag = 3"), 1'100);
    EXPECT_EQ(number("SELECT COUNT(DISTINCT object_id) FROM django_admin_log"), 1'100);
}

TEST_F(AdminActions, GoOnBehindWhatIsDoneAndUpToWhatThereWasInTheBeginning) {
    const auto last = messages(10);
    const auto done = post(
        "",
        {{"action", "mark_read"},
         {"select_across", "1"},
         {"_selected_action", "1"},
         {"_after", std::to_string(last - 6)},
         {"_through", std::to_string(last - 2)},
         {"_changed", "4"}}
    );
    EXPECT_EQ(done.status, 302);
    EXPECT_THAT(notices(), ElementsAre("Successfully marked 8 messages as read."));
    EXPECT_THAT(
        test::rows(
            given.connection(),
            "SELECT message FROM drf_messages_message WHERE read_at IS NOT NULL ORDER BY id",
            1
        ),
        ElementsAre("hello 4", "hello 5", "hello 6", "hello 7")
    );
    EXPECT_THAT(
        test::rows(
            given.connection(),
            "SELECT object_repr, action_flag, change_message FROM django_admin_log ORDER BY id",
            3
        ),
        ElementsAre(
            R"(hello 7|2|[{"changed": {"fields": ["Read at"]}}])",
            R"(hello 6|2|[{"changed": {"fields": ["Read at"]}}])",
            R"(hello 5|2|[{"changed": {"fields": ["Read at"]}}])",
            R"(hello 4|2|[{"changed": {"fields": ["Read at"]}}])"
        )
    );
}

TEST_F(AdminActions, ChangeNothingThatIsAsItShallBe) {
    const auto read = given.message(ann, "read").read(given.now - 1h).number();
    const auto unread = given.message(ann, "unread").number();
    post("", {{"action", "mark_read"}, {"_selected_action", std::to_string(read)}});
    post("", {{"action", "mark_unread"}, {"_selected_action", std::to_string(unread)}});
    EXPECT_THAT(
        notices(),
        ElementsAre(
            "Successfully marked 0 messages as read.", "Successfully marked 0 messages as unread."
        )
    );
    EXPECT_EQ(number("SELECT COUNT(*) FROM django_admin_log"), 0);
    EXPECT_EQ(
        test::rows(
            given.connection(), "SELECT read_at FROM drf_messages_message WHERE message = 'read'", 1
        ),
        std::vector<std::string>{"2024-01-01 09:00:00"}
    );
}

/// What takes longer than one request may.
class BulkChange : public test::Admin {
protected:
    /// Returns how many are changed after each request.
    std::vector<std::int64_t> change(const admin::BulkLimits& limits, MessageId through) {
        std::vector<std::int64_t> changed{0};
        const html::Templates templates{{}};
        const api::Routes routes(site.settings, urls::modules(), [](const ClassName&) {
            return std::nullopt;
        });
        const admin::AdminSite admin_site(site.settings, routes, templates, "/static/");
        MessageId after;
        handle = [&](middleware::HttpRequest& seen) {
            const User user{.id = root, .username = "root", .password = "", .email = ""};
            admin::Page page(admin_site, seen, user, "/admin/");
            admin::Selection selection({}, after, through);
            changed.push_back(admin::run_bulk_change(
                page,
                {store::AdminAction::deletion,
                 "",
                 [](sql::Connection& connection, std::span<const MessageId> ids, Timestamp) {
                     return store::delete_messages_by_id(connection, ids);
                 }},
                selection,
                changed.back(),
                [&](std::int64_t all) { told.push_back(all); },
                limits
            ));
            after = selection.reached();
            is_done = selection.is_done();
            return http::Response();
        };
        while (!is_done) {
            answer(request("GET", "/known/"));
        }
        return changed;
    }

    std::vector<std::int64_t> told;
    bool is_done = false;
};

TEST_F(BulkChange, DoesSomethingInEachRequestAndTellsInTheLast) {
    const MessageId last{messages(10)};
    const auto changed = change({.whole = 3, .transaction = 25ms, .request = 0ms}, last);
    EXPECT_THAT(changed, ElementsAre(0, 3, 6, 9, 10));
    EXPECT_THAT(told, ElementsAre(10));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 0);
    EXPECT_EQ(number("SELECT COUNT(*) FROM django_admin_log"), 10);
}

TEST_F(BulkChange, LooksThroughWideGapsOfIds) {
    messages(3);
    test::run(
        given.connection(),
        "UPDATE drf_messages_message SET id = id + 4000000000000000 WHERE message <> 'hello 0'"
    );
    const MessageId last{number("SELECT MAX(id) FROM drf_messages_message")};
    EXPECT_EQ(change({}, last).back(), 3);
    EXPECT_THAT(told, ElementsAre(3));
}

class AdminHistory : public test::Admin {};

TEST_F(AdminHistory, ShowsAChangeMessageThatIsNoneOfDjangosAsItIs) {
    const auto id = given.message(ann, "hello").number();
    for (const char* text :
         {R"([{"moved": {}}])",
          R"(["added"])",
          R"([{"added": 1}])",
          R"([{"changed": {}}])",
          R"([{"changed": {"fields": "text"}}])",
          R"([{"added": {"name": "message tag"}}])",
          R"([{)",
          R"({"added": {}})"}) {
        store::insert_admin_log(
            given.connection(),
            store::AdminLogEntry{
                given.now, root, std::to_string(id), "hello", store::AdminAction::change, text}
        );
    }
    const auto shown = page(std::to_string(id) + "/history/");
    EXPECT_EQ(shown.status, 200);
    EXPECT_THAT(shown.body, HasSubstr("[{&quot;moved&quot;: {}}]"));
    EXPECT_THAT(shown.body, HasSubstr("[&quot;added&quot;]"));
    EXPECT_THAT(shown.body, HasSubstr("[{&quot;added&quot;: 1}]"));
    EXPECT_THAT(shown.body, HasSubstr("[{&quot;changed&quot;: {}}]"));
    EXPECT_THAT(shown.body, HasSubstr("{&quot;fields&quot;: &quot;text&quot;}}]"));
    EXPECT_THAT(shown.body, HasSubstr("Added message tag “”."));
    EXPECT_THAT(shown.body, HasSubstr("<bdi>[{</bdi>"));
    EXPECT_THAT(shown.body, HasSubstr("{&quot;added&quot;: {}}"));
    EXPECT_THAT(shown.body, HasSubstr("8 entries"));
}

} // namespace
} // namespace drf_messages
