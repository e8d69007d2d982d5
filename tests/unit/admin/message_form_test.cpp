// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "unit/admin/admin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MessageForms : public test::Admin {
protected:
    /// What a browser posts of the form with these values in it.
    Form form(std::vector<std::pair<std::string, std::string>> values) const {
        Form all{
            {"user", std::to_string(std::get<std::int64_t>(ann.value))},
            {"message", "m"},
            {"level", "20"},
            {"extra_tags-TOTAL_FORMS", "0"},
            {"extra_tags-INITIAL_FORMS", "0"}};
        all.insert(all.end(), values.begin(), values.end());
        return all;
    }

    std::vector<std::string> column(std::string_view query) {
        return test::rows(given.connection(), query, 1);
    }

    /// So many users with names like "user007".
    void users(int count) {
        sql::ScopedTransaction transaction(given.connection());
        for (int i = 0; i < count; ++i) {
            const std::string number = std::to_string(i);
            given.user("user" + std::string(3 - number.size(), '0') + number);
        }
        transaction.commit();
    }
};

class AddForm : public MessageForms {};

TEST_F(AddForm, HasASearchInPlaceOfMoreThanAHundredUsers) {
    EXPECT_THAT(page("add/").body, HasSubstr("<select id=\"id_user\""));
    users(100);
    const auto shown = page("add/");
    EXPECT_THAT(shown.body, Not(HasSubstr("<select id=\"id_user\"")));
    EXPECT_THAT(shown.body, HasSubstr("name=\"user_search\""));
    EXPECT_THAT(shown.body, Not(HasSubstr("user042")));
    const auto found = page("add/?user_search=user04");
    EXPECT_THAT(found.body, HasSubstr("<bdi>user042</bdi>"));
    EXPECT_THAT(found.body, Not(HasSubstr("user050")));
}

TEST_F(AddForm, SearchesAUserAndKeepsWhatWasTyped) {
    users(100);
    const auto found = post(
        "add/",
        form({{"message", "typed \"so\""}, {"user_search", "user04"}, {"_search_user", "1"}})
    );
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.body, HasSubstr("value=\"typed &quot;so&quot;\""));
    EXPECT_THAT(found.body, HasSubstr("<bdi>user042</bdi>"));
    EXPECT_THAT(found.body, Not(HasSubstr("errorlist")));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 0);
}

TEST_F(AddForm, TakesTheUserByNameUnlessOneWasChosenForThatName) {
    users(100);
    const auto added = [&](Form values) {
        EXPECT_EQ(post("add/", form(std::move(values))).status, 302);
        return column("SELECT u.username FROM drf_messages_message m JOIN auth_user u"
                      " ON u.id = m.user_id WHERE m.view = '' ORDER BY m.id DESC LIMIT 1");
    };
    EXPECT_THAT(added({}), ElementsAre("ann"));
    EXPECT_THAT(added({{"user_search", "user007"}}), ElementsAre("user007"));
    EXPECT_THAT(added({{"user_search", "user"}, {"user_searched", "user"}}), ElementsAre("ann"));
    const auto refused = post("add/", form({{"user", ""}, {"user_search", "user"}}));
    EXPECT_EQ(refused.status, 200);
    EXPECT_THAT(refused.body, HasSubstr("That choice is not one of the available choices."));
    EXPECT_THAT(refused.body, HasSubstr("<bdi>user007</bdi>"));
}

TEST_F(AddForm, AddsAnEmptyFormForATagWithoutScript) {
    const auto again = post(
        "add/",
        form({{"extra_tags-TOTAL_FORMS", "1"}, {"extra_tags-0-text", "a tag"}, {"_add_tag", "1"}})
    );
    EXPECT_EQ(again.status, 200);
    EXPECT_THAT(again.body, HasSubstr("name=\"extra_tags-TOTAL_FORMS\" value=\"2\""));
    EXPECT_THAT(again.body, HasSubstr("value=\"a tag\""));
    EXPECT_THAT(again.body, HasSubstr("name=\"extra_tags-1-text\" value=\"\""));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 0);
}

TEST_F(AddForm, ReadsAFormOfSeveralParts) {
    auto wire = request(
        "POST",
        std::string(list) + "add/",
        {{"Content-Type", "multipart/form-data; boundary=b"}, {"Cookie", cookie()}}
    );
    for (const auto& [name, value] : form({{"csrfmiddlewaretoken", csrf}})) {
        wire.body +=
            "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    wire.body += "--b--\r\n";
    EXPECT_EQ(answer(wire).status, 302);
    EXPECT_THAT(
        column("SELECT message FROM drf_messages_message WHERE view = ''"), ElementsAre("m")
    );
}

TEST_F(AddForm, IsOfAWindowThatClosesWhereItSaysSo) {
    EXPECT_EQ(post("add/?_popup=1", form({})).status, 302);
    const auto closed = post("add/", form({{"_popup", "1"}, {"message", "</div>\""}}));
    EXPECT_EQ(closed.status, 200);
    EXPECT_THAT(closed.body, HasSubstr("&quot;obj&quot;: &quot;&lt;/div&gt;\\&quot;&quot;"));
    EXPECT_THAT(notices(), SizeIs(1));
}

class ForManyUsers : public MessageForms {
protected:
    /// The field by which a page's form is told from others.
    static std::string mark_in(const std::string& body) {
        std::smatch found;
        std::regex_search(body, found, std::regex(R"re(name="_form" value="([^"]+)")re"));
        return found[1];
    }

    /// The form as the page shows it now, with these values in it.
    Form shown_form(std::vector<std::pair<std::string, std::string>> values) {
        Form fields = form(std::move(values));
        fields.emplace_back("_form", mark_in(page("add/").body));
        return fields;
    }

    /// Posts a form, and what goes on with it where one request has no time for all.
    http::Response post_all(Form fields) {
        for (;;) {
            auto answered = post("add/", fields);
            const auto begin = answered.body.find("id=\"progress-form\"");
            if (answered.status != 200 || begin == std::string::npos) {
                return answered;
            }
            fields.clear();
            const std::regex hidden(R"re(<input type="hidden" name="([^"]*)" value="([^"]*)">)re");
            const std::string part = answered.body.substr(begin);
            for (std::sregex_iterator field(part.begin(), part.end(), hidden), end; field != end;
                 ++field) {
                fields.emplace_back((*field)[1], (*field)[2]);
            }
        }
    }
};

TEST_F(ForManyUsers, AddsOneMessageForEachOfThoseWhoAreNamed) {
    users(3);
    const auto done = post(
        "add/",
        form(
            {{"user", ""},
             {"user_names", "user000\r\nuser002, user000"},
             {"extra_tags-TOTAL_FORMS", "1"},
             {"extra_tags-0-text", "t"}}
        )
    );
    EXPECT_EQ(done.status, 302);
    EXPECT_THAT(notices(), ElementsAre("Successfully added 2 messages."));
    EXPECT_THAT(
        column("SELECT u.username FROM drf_messages_message m JOIN auth_user u"
               " ON u.id = m.user_id WHERE m.view = '' ORDER BY u.username"),
        ElementsAre("user000", "user002")
    );
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_messagetag"), 2);
    EXPECT_THAT(
        column("SELECT change_message FROM django_admin_log ORDER BY id"),
        ElementsAre(
            R"([{"added": {}}, {"added": {"name": "message tag", "object": "t"}}])",
            AllOf(
                StartsWith(R"([{"added": {}}, {"added": {"name": "message tag", "object": "t"}}, )"
                           R"({"many": {"form": ")"),
                EndsWith(R"(", "done": 2, "more": false}}])")
            )
        )
    );
    const auto id = column("SELECT object_id FROM django_admin_log ORDER BY id DESC LIMIT 1");
    EXPECT_THAT(
        page(id.front() + "/history/").body, HasSubstr("Added. Added message tag “t”.</bdi></td>")
    );
    EXPECT_EQ(number("SELECT COUNT(DISTINCT object_id) FROM django_admin_log"), 2);
}

TEST_F(ForManyUsers, NamesThoseWhoAreUnknownAndAddsNothing) {
    const auto refused = post("add/", form({{"user_names", "ann\nnobody\n<b>"}}));
    EXPECT_EQ(refused.status, 200);
    EXPECT_THAT(refused.body, HasSubstr("There is no user “nobody”."));
    EXPECT_THAT(refused.body, HasSubstr("There is no user “&lt;b&gt;”."));
    EXPECT_THAT(refused.body, Not(HasSubstr("There is no user “ann”.")));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 0);
}

TEST_F(ForManyUsers, AddsOneForEachActiveUser) {
    users(450);
    given.user("idle").inactive();
    EXPECT_EQ(post_all(form({{"user", ""}, {"all_users", "on"}})).status, 302);
    const auto active = number("SELECT COUNT(*) FROM auth_user WHERE is_active");
    EXPECT_THAT(
        notices(), ElementsAre("Successfully added " + std::to_string(active) + " messages.")
    );
    EXPECT_EQ(
        number("SELECT COUNT(DISTINCT user_id) FROM drf_messages_message WHERE view = ''"), active
    );
    EXPECT_EQ(number("SELECT COUNT(*) FROM django_admin_log"), active);
}

TEST_F(ForManyUsers, GoesOnBehindWhatTheLogSaysIsDone) {
    users(450);
    const Form fields = shown_form({{"user", ""}, {"all_users", "on"}});
    EXPECT_EQ(post_all(fields).status, 302);
    // As if the server had stopped behind the first batch.
    const auto first = number("SELECT MIN(id) FROM django_admin_log WHERE change_message LIKE "
                              "'%\"many\"%'");
    for (const std::string_view undo :
         {"DELETE FROM drf_messages_message WHERE view <> '' OR CAST(id AS char(20)) IN"
          " (SELECT object_id FROM django_admin_log WHERE id > ?)",
          "DELETE FROM django_admin_log WHERE id > ?"}) {
        test::run(given.connection(), undo, {first});
    }
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 200);
    EXPECT_EQ(post_all(fields).status, 302);
    const auto all_users = number("SELECT COUNT(*) FROM auth_user");
    EXPECT_EQ(
        number("SELECT COUNT(DISTINCT user_id) FROM drf_messages_message WHERE view = ''"),
        all_users
    );
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message WHERE view = ''"), all_users);
    EXPECT_THAT(
        notices(), ElementsAre("Successfully added " + std::to_string(all_users) + " messages.")
    );
}

TEST_F(ForManyUsers, SavesAFormOnceHoweverOftenItIsSent) {
    users(3);
    const Form fields =
        shown_form({{"user", ""}, {"all_users", "on"}, {"message", "two\r\nlines"}});
    EXPECT_EQ(post("add/", fields).status, 302);
    const auto all_users = number("SELECT COUNT(*) FROM auth_user");
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message WHERE view = ''"), all_users);
    EXPECT_EQ(post("add/", fields).status, 302);
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message WHERE view = ''"), all_users);
    EXPECT_THAT(notices(), SizeIs(1));

    // Nor where the messages are gone, other work fills the log, and somebody has come.
    test::run(given.connection(), "DELETE FROM drf_messages_message");
    for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(post("add/", form({{"view", "other"}})).status, 302);
    }
    given.user("new");
    EXPECT_EQ(post("add/", fields).status, 302);
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message WHERE view = ''"), 0);
}

TEST_F(ForManyUsers, SavesAFormAgainWhereSomethingElseIsInIt) {
    const auto all = [&](std::string message) {
        return Form{{"user", ""}, {"all_users", "on"}, {"message", std::move(message)}};
    };
    const Form fields = shown_form(all("first"));
    auto changed = form(all("second"));
    changed.push_back(fields.back());
    EXPECT_EQ(post("add/", fields).status, 302);
    EXPECT_EQ(post("add/", changed).status, 302);
    EXPECT_EQ(post("add/", shown_form(all("first"))).status, 302);
    EXPECT_THAT(
        column("SELECT message FROM drf_messages_message WHERE view = '' AND user_id = 1"
               " ORDER BY id"),
        ElementsAre("first", "second", "first")
    );
}

TEST_F(ForManyUsers, AsksAgainWhereAFormIsTooOldOrNoneOfTheUsers) {
    const Form fields = shown_form({{"user", ""}, {"all_users", "on"}});
    for (const std::string& forged : {std::string("0"), fields.back().second + "x"}) {
        auto other = fields;
        other.back().second = forged;
        const auto refused = post("add/", other);
        EXPECT_EQ(refused.status, 200);
        EXPECT_THAT(refused.body, HasSubstr("This form is more than a day old."));
    }
    given.now += std::chrono::hours(25);
    test::run(given.connection(), "DELETE FROM django_session");
    session = test::logged_in(given, root, site.settings.secret_key);
    const auto refused = post("add/", fields);
    EXPECT_THAT(refused.body, HasSubstr("This form is more than a day old."));
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message"), 0);
    auto again = form({{"user", ""}, {"all_users", "on"}});
    again.emplace_back("_form", mark_in(refused.body));
    EXPECT_EQ(post("add/", again).status, 302);
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_message WHERE view = ''"), 2);
}

class ChangeForm : public MessageForms {};

TEST_F(ChangeForm, ShowsNoSessionKeyAndKeepsIt) {
    const auto id =
        given.message(ann, "hello").session("abcdefghijklmnopqrstuvwxyz012345").number();
    const std::string path = std::to_string(id) + "/change/";
    const auto shown = page(path);
    EXPECT_THAT(shown.body, HasSubstr("value=\"abcdefgh…\""));
    EXPECT_THAT(shown.body, Not(HasSubstr("abcdefghi")));
    EXPECT_EQ(post(path, form({{"session_key", "abcdefgh…"}})).status, 302);
    EXPECT_THAT(
        column("SELECT session_key FROM drf_messages_message WHERE view = ''"),
        ElementsAre("abcdefghijklmnopqrstuvwxyz012345")
    );
    EXPECT_THAT(
        column("SELECT change_message FROM django_admin_log"),
        ElementsAre("[{\"changed\": {\"fields\": [\"Message\"]}}]")
    );
}

TEST_F(ChangeForm, KeepsTheLinesOfAMessage) {
    const auto id = given.message(ann, "two\nlines").number();
    const std::string path = std::to_string(id) + "/change/";
    EXPECT_THAT(page(path).body, HasSubstr(">\ntwo\nlines</textarea>"));
    EXPECT_EQ(post(path, form({{"message", "two\r\nlines"}})).status, 302);
    EXPECT_THAT(
        column("SELECT message FROM drf_messages_message WHERE view = ''"),
        ElementsAre("two\nlines")
    );
}

TEST_F(ChangeForm, LogsOfATagOnlyWhatHasHappened) {
    const auto id = given.message(ann, "hello").level(20).tag("old").number();
    const auto tag = std::to_string(number("SELECT id FROM drf_messages_messagetag"));
    const Form twice = form(
        {{"message", "hello"},
         {"extra_tags-TOTAL_FORMS", "2"},
         {"extra_tags-INITIAL_FORMS", "2"},
         {"extra_tags-0-id", tag},
         {"extra_tags-0-text", "old"},
         {"extra_tags-0-DELETE", "on"},
         {"extra_tags-1-id", tag},
         {"extra_tags-1-text", "new"}}
    );
    EXPECT_EQ(post(std::to_string(id) + "/change/", twice).status, 302);
    EXPECT_EQ(number("SELECT COUNT(*) FROM drf_messages_messagetag"), 0);
    EXPECT_THAT(
        column("SELECT change_message FROM django_admin_log"),
        ElementsAre(AllOf(HasSubstr("deleted"), HasSubstr("old"), Not(HasSubstr("new"))))
    );
}

TEST_F(ChangeForm, LogsOnlyWhatWasChanged) {
    const auto id = given.message(ann, "hello").level(20).number();
    const std::string path = std::to_string(id);
    EXPECT_EQ(post(path + "/change/", form({{"message", "hello"}, {"level", "20"}})).status, 302);
    EXPECT_EQ(post(path + "/change/", form({{"message", "hello"}, {"level", "30"}})).status, 302);
    EXPECT_EQ(post(path + "/change/", form({{"message", "other"}, {"level", "30"}})).status, 302);
    EXPECT_THAT(
        column("SELECT change_message FROM django_admin_log ORDER BY id"),
        ElementsAre(
            "[]",
            "[{\"changed\": {\"fields\": [\"level\"]}}]",
            "[{\"changed\": {\"fields\": [\"Message\"]}}]"
        )
    );
    EXPECT_THAT(page(path + "/history/").body, HasSubstr("No fields changed."));
}

TEST_F(ChangeForm, OffersTheLevelThatAMessageHas) {
    const auto id = given.message(ann, "hello").level(100).number();
    const std::string path = std::to_string(id) + "/change/";
    EXPECT_THAT(page(path).body, HasSubstr("<option value=\"100\" selected>100</option>"));
    EXPECT_EQ(post(path, form({{"level", "100"}})).status, 302);
    EXPECT_EQ(post("add/", form({{"level", "100"}})).status, 200);
}

TEST_F(ChangeForm, ShowsMarkupAsText) {
    const auto id = given.message(ann, "<script>\"&'\u202e").number();
    const auto shown = page(std::to_string(id) + "/change/");
    EXPECT_THAT(shown.body, Not(HasSubstr("<script>\"")));
    EXPECT_THAT(shown.body, HasSubstr("value=\"&lt;script&gt;&quot;&amp;&#x27;\u202e\""));
    EXPECT_THAT(
        shown.body, HasSubstr("<h2><bdi>&lt;script&gt;&quot;&amp;&#x27;\\u202e</bdi></h2>")
    );
}

} // namespace
} // namespace drf_messages
