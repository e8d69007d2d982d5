// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "support/without_created_index.hpp"
#include "unit/admin/admin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ChangeList : public test::Admin {
protected:
    /// The ids that the list shows, in its order.
    std::vector<std::int64_t> shown(const std::string& query) {
        const auto response = page("?" + query);
        EXPECT_EQ(response.status, 200) << query;
        std::vector<std::int64_t> found;
        constexpr std::string_view before =
            R"(class="field-session nowrap"><a href="/admin/drf_messages/message/)";
        for (auto at = response.body.find(before); at != std::string::npos;
             at = response.body.find(before, at + 1)) {
            found.push_back(std::stoll(response.body.substr(at + before.size())));
        }
        return found;
    }

    std::string body(const std::string& query) { return page("?" + query).body; }

    /// `count` messages, one after the other.
    void later_messages(int count) {
        sql::ScopedTransaction transaction(given.connection());
        for (int i = 0; i < count; ++i) {
            given.now += 1ms;
            given.message(ann, "later").level(10);
        }
        transaction.commit();
    }

    void log_in(const UserId& user) {
        test::run(given.connection(), "DELETE FROM django_session");
        session = logged_in(given, user, site.settings.secret_key);
    }
};

TEST_F(ChangeList, ShowsEverybodysMessagesWithLinksThatKeepTheFilters) {
    const auto first = given.message(ann, "<b>bold</b> & 'more'").level(30).number();
    given.now += 1min;
    const auto second = given.message(root, "newer").level(99).number();
    EXPECT_THAT(shown(""), ElementsAre(second, first));
    const auto text = body("level=30");
    EXPECT_THAT(text, HasSubstr("&lt;b&gt;bold&lt;/b&gt; &amp; &#x27;more&#x27;"));
    EXPECT_THAT(text, HasSubstr("/change/?_changelist_filters=level%3D30\""));
    EXPECT_THAT(text, HasSubstr("/add/?_changelist_filters=level%3D30\""));
    EXPECT_THAT(text, HasSubstr("Select message to change"));
    EXPECT_THAT(text, HasSubstr(">1 message<"));
    EXPECT_THAT(text, HasSubstr(">warning<"));
}

TEST_F(ChangeList, MasksSessionKeys) {
    const std::string key = "secretsessionkey0000000000000001";
    given.session(key, "x", given.now + 24h);
    given.message(ann, "with a session").session(key);
    EXPECT_THAT(body(""), Not(HasSubstr(key)));
    EXPECT_THAT(body(""), HasSubstr("secretse…"));
    EXPECT_THAT(shown("session__session_key__exact=" + key).size(), 1U);
    EXPECT_THAT(shown("session__isnull=True"), IsEmpty());
    EXPECT_EQ(page("?session__session_key__startswith=s").status, 302);
}

TEST_F(ChangeList, RedirectsOnceForWhatCannotBe) {
    for (const char* query :
         {"level=abc", "foo=bar", "created__gte=2024-02-30", "message__regex=["}) {
        const auto response = page(std::string("?") + query);
        EXPECT_EQ(response.status, 302) << query;
        EXPECT_EQ(header(response, "Location"), "/admin/drf_messages/message/?e=1") << query;
    }
    EXPECT_EQ(page("?level=abc&e=1").status, 200);
    EXPECT_THAT(body("level=abc&e=1"), HasSubstr("Database error"));
    EXPECT_EQ(page("?user__username=ann").status, 400);
    EXPECT_EQ(page("?_to_field=message").status, 400);
    EXPECT_EQ(page("?level=99999999999999999999").status, 200);
    EXPECT_EQ(page("?view=%00&q=%00").status, 200);
}

TEST_F(ChangeList, SearchesTextsAndNamesOfUsersForEveryWord) {
    const auto of_ann = given.message(ann, "The disk is full").number();
    const auto of_root = given.message(root, "The disk is empty").number();
    EXPECT_THAT(shown("q=DISK"), ElementsAre(of_root, of_ann));
    EXPECT_THAT(shown("q=disk+ann"), ElementsAre(of_ann));
    EXPECT_THAT(shown("q=disk+nobody"), IsEmpty());
    EXPECT_THAT(body("q=disk&level=20"), HasSubstr(R"(name="level" value="20")"));
}

TEST_F(ChangeList, OrdersByEveryColumn) {
    const auto one = given.message(ann, "b").level(40).number();
    given.now += 1s;
    const auto two = given.message(root, "a").level(10).number();
    EXPECT_THAT(shown("o=2"), ElementsAre(two, one));
    EXPECT_THAT(shown("o=-3"), ElementsAre(one, two));
    EXPECT_THAT(shown("o=5"), ElementsAre(one, two));
    EXPECT_THAT(shown("o=6"), ElementsAre(one, two));
    EXPECT_THAT(shown("o=-6"), ElementsAre(two, one));
    EXPECT_THAT(body("o=4.-1"), HasSubstr(R"(href="?o=1.4")"));
    EXPECT_THAT(body("o=4.-1"), HasSubstr(R"(href="?o=-4.-1")"));
}

TEST_F(ChangeList, LooksForChoicesOfFiltersAmongTheNewestAndSaysSo) {
    const auto old = given.message(ann, "old").level(40).number();
    later_messages(10'000);
    EXPECT_THAT(shown("level=40"), IsEmpty());
    const auto text = body("level=40");
    EXPECT_THAT(text, HasSubstr("Only the newest 10000 messages were looked through."));
    EXPECT_THAT(text, HasSubstr("?_newest=100000&amp;level=40"));
    EXPECT_THAT(shown("level=40&_newest=100000"), ElementsAre(old));
    EXPECT_THAT(body("level=40&_newest=100000"), Not(HasSubstr("were looked through")));
    // What an index finds is found however old it is; and what is typed.
    EXPECT_THAT(shown("created__lte=2024-01-01+10:00:00%2B00:00"), ElementsAre(old));
    EXPECT_THAT(shown("level__gte=40"), ElementsAre(old));
    EXPECT_THAT(shown("message__regex=^old"), IsEmpty());
    EXPECT_THAT(body(""), HasSubstr("more than 10,000 messages"));
    // The level is a choice although it is not among the newest.
    EXPECT_THAT(body(""), HasSubstr(R"(href="?level=40")"));
}

TEST_F(ChangeList, OffersATextOfSeveralTagsOnce) {
    const auto first = given.message(ann, "first").tag("same").number();
    const auto id = number("SELECT id FROM drf_messages_messagetag");
    given.now += 1min;
    const auto second = given.message(ann, "second").tag("same").number();
    given.now += 1min;
    given.message(ann, "third").tag("only");
    const auto text = body("");
    EXPECT_THAT(text, HasSubstr(R"(<a href="?_tag=same"><bdi>same</bdi>)"));
    EXPECT_THAT(
        text, HasSubstr("?extra_tags__id__exact=" + std::to_string(id + 2) + "\"><bdi>only")
    );
    EXPECT_THAT(text, Not(HasSubstr("tags__id__exact=" + std::to_string(id) + '"')));
    EXPECT_THAT(shown("_tag=same"), ElementsAre(second, first));
    // An address of Django's selects the text of its tag, and finds what it names.
    const std::string query = "extra_tags__id__exact=" + std::to_string(id);
    EXPECT_THAT(body(query), HasSubstr(R"(<a href="?_tag=same" aria-current="true")"));
    EXPECT_THAT(shown(query), ElementsAre(first));
}

TEST_F(ChangeList, ShowsTheTagOfALevelBesideItsNumber) {
    given.message(ann, "an error").level(40);
    EXPECT_THAT(body(""), HasSubstr(R"(<a href="?level=40" title="error"><bdi>40</bdi></a>)"));
}

TEST_F(ChangeList, OffersTextsOfTagsWhereThereAreTooManyRows) {
    const auto rare = given.message(ann, "rare").tag("rare <tag>").number();
    EXPECT_THAT(body(""), HasSubstr("?extra_tags__id__exact="));
    for (int i = 0; i < 100; ++i) {
        given.message(ann, "tagged").tag("often");
    }
    const auto text = body("_tag=rare+%3Ctag%3E");
    EXPECT_THAT(text, Not(HasSubstr("?extra_tags__id__exact=")));
    EXPECT_THAT(text, HasSubstr(R"(href="?_tag=often")"));
    EXPECT_THAT(text, HasSubstr(R"(<a href="?_tag=rare+%3Ctag%3E" aria-current="true")"));
    EXPECT_THAT(shown("_tag=rare+%3Ctag%3E"), ElementsAre(rare));
    EXPECT_EQ(page("?_tag__icontains=r").status, 302);
}

TEST_F(ChangeList, GoesByIdWhereThereIsNoIndexOnCreated) {
    const auto old = given.message(ann, "old").number();
    later_messages(10'000);
    const test::WithoutCreatedIndex no_index(given.connection());
    EXPECT_THAT(shown(""), testing::Contains(old + 10'000));
    EXPECT_THAT(body(""), HasSubstr("were looked through"));
    EXPECT_THAT(
        shown("user__id__exact=" + std::to_string(std::get<std::int64_t>(root.value))), IsEmpty()
    );
    EXPECT_THAT(shown("id=" + std::to_string(old)), ElementsAre(old));
}

TEST_F(ChangeList, HasPagesAndRefusesOthers) {
    later_messages(250);
    const auto text = body("p=3&o=2");
    EXPECT_THAT(text, HasSubstr("250 messages"));
    EXPECT_THAT(text, HasSubstr(R"(href="?o=2&amp;p=1")"));
    EXPECT_EQ(shown("p=3").size(), 50U);
    EXPECT_EQ(shown("all=").size(), 100U) << "too many for one page";
    EXPECT_EQ(page("?p=4").status, 302);
    EXPECT_EQ(page("?p=0").status, 302);
    EXPECT_THAT(body(""), HasSubstr("Select all 250 messages"));
}

TEST_F(ChangeList, DrillsDownToADay) {
    given.message(ann, "in January");
    given.now += std::chrono::days(60);
    log_in(root);
    const auto march = given.message(ann, "in March").number();
    EXPECT_THAT(
        body(""), HasSubstr(R"(href="?created__month=3&amp;created__year=2024">March 2024<)")
    );
    EXPECT_THAT(shown("created__year=2024&created__month=3"), ElementsAre(march));
    EXPECT_THAT(
        body("created__year=2024&created__month=3"),
        HasSubstr(R"(created__day=1&amp;created__month=3&amp;created__year=2024">March 1<)")
    );
    EXPECT_THAT(shown("created__year=2024&created__month=3&created__day=1"), ElementsAre(march));
    EXPECT_THAT(shown("created__year=2023"), IsEmpty());
}

TEST_F(ChangeList, IsForThoseWhoMayViewOrChange) {
    given.message(ann, "hello");
    const UserId viewer = given.user("viewer").staff().permission("drf_messages.view_message").id();
    const UserId deleter =
        given.user("deleter").staff().permission("drf_messages.delete_message").id();
    log_in(deleter);
    EXPECT_EQ(page("").status, 403);
    log_in(viewer);
    const auto text = body("");
    EXPECT_THAT(text, HasSubstr("Select message to view"));
    EXPECT_THAT(text, Not(HasSubstr("_selected_action")));
    EXPECT_THAT(text, HasSubstr(R"(<a href="?o=0">Session</a>)")) << "no boxes, no column for them";
    EXPECT_THAT(text, Not(HasSubstr("/add/")));
}

TEST_F(ChangeList, RefusesWhatEveryLinkWouldRepeatAtLength) {
    given.message(ann, "hello");
    const std::string start = "view__isnull=False&q=";
    EXPECT_EQ(page("?" + start + std::string(1'900, 'x')).status, 200);
    const auto refused = page("?" + start + std::string(2'000, 'x'));
    EXPECT_EQ(refused.status, 302);
    EXPECT_EQ(header(refused, "Location"), "/admin/drf_messages/message/?e=1");
    const auto told = body("e=1&" + start + std::string(2'000, 'x'));
    EXPECT_THAT(told, HasSubstr("Database error"));
    EXPECT_THAT(told, Not(HasSubstr("xxxxx")));
}

TEST_F(ChangeList, RepeatsOfTheWindowTheNumber) {
    given.message(ann, "hello").level(30);
    EXPECT_THAT(body("level=30&_newest=+0020000+"), HasSubstr("?_newest=20000&amp;"));
    const auto text = body("level=30&_newest=" + std::string(10'000, 'x'));
    EXPECT_THAT(text, HasSubstr("hello"));
    EXPECT_THAT(text, Not(HasSubstr("xxxxx")));
}

TEST_F(ChangeList, SearchesForAFewWords) {
    given.message(ann, "hello");
    std::string words = "hello";
    for (int i = 1; i < 20; ++i) {
        words += "+hello";
    }
    EXPECT_EQ(shown("q=" + words).size(), 1U);
    EXPECT_EQ(page("?q=" + words + "+hello").status, 302);
}

TEST_F(ChangeList, GivesUpAfterASecond) {
    given.message(ann, std::string(1'000, 'a'));
    const auto text = body("message__regex=^(a|aa|aaa)*(a|aa|aaa)*(a|aa)*$b");
    EXPECT_THAT(text, HasSubstr("This took longer than a second; narrow it down by day or user."));
    EXPECT_THAT(text, HasSubstr("errornote"));
}

TEST_F(ChangeList, RunsNoActionOnWhatItCouldNotFindInTime) {
    given.message(ann, std::string(1'000, 'a'));
    const auto answer = post(
        "?message__regex=" + text::percent_encode_plus("^(a|aa|aaa)*(a|aa|aaa)*(a|aa)*$b"),
        {{"action", "mark_read"}, {"select_across", "1"}, {"_selected_action", "1"}, {"index", "0"}}
    );
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("This took longer than a second"));
    EXPECT_THAT(notices(), IsEmpty());
}

} // namespace
} // namespace drf_messages
