// SPDX-License-Identifier: MIT
#include "admin/admin_site.hpp"
#include "admin/bulk_change.hpp"
#include "admin/lookup_regex.hpp"
#include "admin/selection.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "store/admin_messages.hpp"
#include "support/without_created_index.hpp"
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

/// More messages of a level than the list looks through.
class ActionsOnAWindow : public test::Admin {
protected:
    ActionsOnAWindow() {
        messages(10'010);
        test::run(given.connection(), "UPDATE drf_messages_message SET level = 77");
    }

    std::int64_t left() {
        return number("SELECT COUNT(*) FROM drf_messages_message WHERE level = 77");
    }
    /// What a page's form has in fields that are not shown.
    static Form hidden_of(const std::string& body) {
        Form form;
        constexpr std::string_view before = R"(<input type="hidden" name=")";
        constexpr std::string_view between = R"(" value=")";
        for (auto at = body.find(before); at != std::string::npos; at = body.find(before, at)) {
            at += before.size();
            const auto end = body.find(between, at);
            const auto begin = end + between.size();
            form.emplace_back(
                body.substr(at, end - at), body.substr(begin, body.find('"', begin) - begin)
            );
        }
        std::erase_if(form, [](const auto& field) {
            return field.first == "csrfmiddlewaretoken" || field.first == "query";
        });
        return form;
    }
    Form across(const std::string& action, const std::string& query) {
        Form form = hidden_of(page(query).body);
        form.emplace_back("action", action);
        form.emplace_back("select_across", "1");
        form.emplace_back("_selected_action", "1");
        form.emplace_back("index", "0");
        return form;
    }
    /// Sends a form, and those of the pages that go on with it.
    void send(const std::string& query, Form form) {
        for (auto answer = post(query, form); answer.status == 200; answer = post(query, form)) {
            form = hidden_of(answer.body);
        }
    }
};

TEST_F(ActionsOnAWindow, DeleteNoOthersThanThoseThatWereAskedAboutHoweverOftenOneSaysYes) {
    const auto asked = post("?level=77", across("delete_selected", "?level=77"));
    EXPECT_THAT(asked.body, HasSubstr("Messages: 10,000"));
    const Form sure = hidden_of(asked.body);
    send("?level=77", sure);
    EXPECT_EQ(left(), 10);
    send("?level=77", sure);
    EXPECT_EQ(left(), 10);
}

TEST_F(ActionsOnAWindow, DeleteNoOlderOnesInPlaceOfThoseThatAreGone) {
    const Form choice = across("delete_selected", "?level=77");
    const auto asked = post("?level=77", choice);
    test::run(
        given.connection(),
        "DELETE FROM drf_messages_message WHERE id > (SELECT MAX(id) - 20 FROM (SELECT id FROM "
        "drf_messages_message) m)"
    );
    send("?level=77", hidden_of(asked.body));
    EXPECT_EQ(left(), 10);
    // Nor where the list was loaded before.
    const auto again = post("?level=77", choice);
    EXPECT_THAT(again.body, Not(HasSubstr("_selected_action")));
}

TEST_F(ActionsOnAWindow, MarkNoOthersWhenTheListsFormIsSentTwice) {
    const std::string query = "?level=77&read_at__isnull=True";
    const Form choice = across("mark_read", query);
    send(query, choice);
    send(query, choice);
    EXPECT_EQ(
        number("SELECT COUNT(*) FROM drf_messages_message WHERE level = 77 AND read_at IS NULL"), 10
    );
}

TEST_F(ActionsOnAWindow, LeaveAloneWhatCameAfterTheListWasShown) {
    const Form choice = across("mark_read", "?level=77");
    messages(5);
    test::run(given.connection(), "UPDATE drf_messages_message SET level = 77");
    send("?level=77", choice);
    EXPECT_EQ(
        number("SELECT COUNT(*) FROM drf_messages_message WHERE read_at IS NOT NULL"), 10'000
    );
}

TEST_F(ActionsOnAWindow, KnowTheirEdgeByTheIdWhereNoIndexIsOnCreated) {
    const test::WithoutCreatedIndex no_index(given.connection());
    const Form sure = hidden_of(post("?level=77", across("delete_selected", "?level=77")).body);
    send("?level=77", sure);
    send("?level=77", sure);
    EXPECT_EQ(left(), 10);
}

TEST_F(AdminActions, TakeWhateverNumbersAFormHas) {
    const auto one = given.message(ann, "one").number();
    const auto began = std::chrono::steady_clock::now();
    const Form form{
        {"action", "mark_read"},
        {"_selected_action", "-9223372036854775808"},
        {"_selected_action", std::to_string(one)},
        {"_selected_action", "9223372036854775807"},
        {"_changed", "9223372036854775807"}};
    EXPECT_EQ(post("", form).status, 302);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1min)
        << "all ids are looked at in a few steps";
    EXPECT_THAT(notices(), ElementsAre("Successfully marked 1000000000000001 messages as read."));
    const Form across{
        {"action", "mark_unread"},
        {"select_across", "1"},
        {"_selected_action", "1"},
        {"_through", "9223372036854775807"},
        {"_edge", "-9223372036854775808"},
        {"_edge_created", "-9223372036854775808"}};
    EXPECT_EQ(post("", across).status, 302);
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message WHERE read_at IS NOT NULL"), 0);
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
            admin::Selection selection(wanted, after, through);
            matched = 0;
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

    admin::Wanted wanted;
    int matched = 0; ///< rows in this request
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

TEST_F(BulkChange, ChangesWhatAnExpressionFindsUntilItsTimeIsOverAndGoesOnThere) {
    const MessageId last{messages(600)};
    wanted.tests.push_back({Field::message, [this](const sql::Row&, int) {
                                if (++matched > 250) {
                                    throw admin::MatchingTookTooLong("over");
                                }
                                return true;
                            }});
    EXPECT_THAT(change({.request = 1h}, last), ElementsAre(0, 200, 400, 600));
    EXPECT_THAT(told, ElementsAre(600));
    EXPECT_EQ(number("SELECT COUNT(*) FROM django_admin_log"), 600);
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
