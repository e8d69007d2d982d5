// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"
#include "messages/db_storage.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"
#include "unit/api/in_english.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;
using test::a_monday_morning;
using testing::ElementsAre;
using testing::IsEmpty;

using Ids = std::vector<std::int64_t>;

/// Messages 1 to 4, from old to new.
class Filters : public testing::Test {
protected:
    Filters() {
        given.message(ann, "Hello world").level(20).view("demo:index").tag("test").tag("test");
        given.message(ann, "Disk full, really")
            .level(30)
            .created(a_monday_morning + 24h)
            .read(a_monday_morning + 48h);
        given.message(ann, "100% of a_b")
            .level(100)
            .created(a_monday_morning + 72h)
            .tag("test")
            .tag("db");
        given
            .message(
                ann,
                "\xC3\x9C"
                "ber 100 disks"
            )
            .level(10)
            .created(a_monday_morning + 96h)
            .read(a_monday_morning + 120h);
    }

    Ids select(const MessageQuery& query) {
        test::ConnectionAccess database(given.connection(), settings, given.clock());
        messages::DBStorage storage(database, {ann, false, {}}, "");
        Ids ids;
        for (const auto& message : storage.fetch(query, false)) {
            ids.push_back(message.id.value);
        }
        return ids;
    }

    Ids filtered(std::string_view query) {
        MessageQuery wanted;
        wanted.where =
            filter_condition(*http::QueryDict::parse(query, 1000), settings, english_moments(zone));
        return select(wanted);
    }

    Ids searched(std::string_view text) {
        MessageQuery wanted;
        wanted.where = search_condition(*http::QueryDict::parse(text, 1000), "search", {});
        return select(wanted);
    }

    Ids ordered(std::string_view query) {
        MessageQuery wanted;
        wanted.order = ordering(*http::QueryDict::parse(query, 1000), "ordering");
        return select(wanted);
    }

    std::string refused(std::string_view query) {
        return error_of([&] { filtered(query); });
    }

    template<class Ask>
    static std::string error_of(Ask ask) {
        try {
            ask();
        } catch (const ApiError& error) {
            EXPECT_EQ(error.status, 400);
            text::JsonWriter json{text::JsonStyle{}};
            error.data(english())(json);
            return json.take();
        }
        return "accepted";
    }

    test::Given given;
    UserId ann = given.user("ann");
    Settings settings;
    text::TimeZone zone = text::TimeZone::utc();
};

TEST_F(Filters, SelectNothingWithoutAParameterOfTheirs) {
    const Ids all = {4, 3, 2, 1};
    EXPECT_EQ(filtered(""), all);
    EXPECT_EQ(
        filtered("level__gte=30&read_at__isnull=1&created=2024-01-02&read_0=1&id=2&UNREAD=true"),
        all
    );
    EXPECT_EQ(
        filtered("unread=&level=&level_tag=&extra_tags=&view=&created_after=&read_before="), all
    );
    EXPECT_EQ(filtered("extra_tags=%20&view=%C2%A0"), all);
}

TEST_F(Filters, TakeUnreadAsDjangosSelectWidgetWritesIt) {
    for (const auto* yes : {"true", "True", "2"}) {
        EXPECT_THAT(filtered(std::string("unread=") + yes), ElementsAre(3, 1)) << yes;
    }
    for (const auto* no : {"false", "False", "3"}) {
        EXPECT_THAT(filtered(std::string("unread=") + no), ElementsAre(4, 2)) << no;
    }
    for (const auto* neither : {"1", "0", "TRUE", "yes", "true%20", "None"}) {
        EXPECT_EQ(filtered(std::string("unread=") + neither).size(), 4U) << neither;
    }
}

TEST_F(Filters, ListAMessageOnceThatHasTheTagTwice) {
    EXPECT_THAT(filtered("extra_tags=test"), ElementsAre(3, 1));
    EXPECT_THAT(filtered("extra_tags=%20db%0A"), ElementsAre(3));
    EXPECT_THAT(filtered("extra_tags=Test"), IsEmpty());
}

TEST_F(Filters, TakeLevelTagAsALowerLimitAndLevelAsANumber) {
    EXPECT_THAT(filtered("level_tag=warning"), ElementsAre(3, 2));
    EXPECT_THAT(filtered("level=20.9"), ElementsAre(1));
    EXPECT_THAT(filtered("level=20&level_tag=error"), IsEmpty());
    EXPECT_THAT(filtered("level=99999999999999999999"), IsEmpty());
    EXPECT_THAT(filtered("view=demo:index"), ElementsAre(1));
}

TEST_F(Filters, TakeTheLastLevelOfATagThatSeveralLevelsHave) {
    settings.level_tags = {{10, "note"}, {20, "note"}, {30, "grave"}};
    EXPECT_THAT(filtered("level_tag=note"), ElementsAre(3, 2, 1));
}

TEST_F(Filters, CompareTimesInclusively) {
    EXPECT_THAT(
        filtered("created_after=2024-01-02T10:00:00&created_before=2024-01-04T10:00:00"),
        ElementsAre(3, 2)
    );
    EXPECT_THAT(filtered("created_after=2024-01-02T10:00:00.000001"), ElementsAre(4, 3));
    EXPECT_THAT(filtered("read_before=2024-01-03T10:00:00Z"), ElementsAre(2));
    EXPECT_THAT(filtered("created_after=2024-01-05&created_before=2024-01-01"), IsEmpty());
}

TEST_F(Filters, TakeABoundBeyondTheCalendarForItsEnd) {
    EXPECT_THAT(filtered("created_after=9999-12-31T23:59:59-05:00"), IsEmpty());
    EXPECT_THAT(filtered("created_before=0001-01-01T00:00:00%2B05:00"), IsEmpty());
    EXPECT_THAT(filtered("created_after=0001-01-01T00:00:00%2B05:00"), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(filtered("created_before=9999-12-31T23:59:59-05:00"), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(filtered("read_after=0001-01-01T00:00:00%2B05:00"), ElementsAre(4, 2))
        << "unread ones have no time";
}

TEST_F(Filters, TakeTheLastOfARepeatedParameter) {
    EXPECT_THAT(filtered("level=abc&level=30"), ElementsAre(2));
    EXPECT_EQ(filtered("unread=true&unread=").size(), 4U);
    EXPECT_EQ(refused("level=30&level=abc"), R"({"level":["Enter a number."]})");
}

TEST_F(Filters, NameEveryFieldThatIsWrongInTheOrderOfTheForm) {
    EXPECT_EQ(
        refused("created_before=q&read_after=z&level_tag=nope&level=1.2.3&view=%00&extra_tags=a%00b"
        ),
        R"({"level_tag":["Select a valid choice. nope is not one of the available choices."],)"
        R"("level":["Enter a number."],"extra_tags":["Null characters are not allowed."],)"
        R"("view":["Null characters are not allowed."],"read":["Enter a valid date/time."],)"
        R"("created":["Enter a valid date/time."]})"
    );
    EXPECT_EQ(
        refused("level_tag=%20info"),
        R"({"level_tag":["Select a valid choice.  info is not one of the available choices."]})"
    );
}

TEST_F(Filters, SayTheSameOfBothEndsOfARangeOnce) {
    EXPECT_EQ(
        refused("created_after=x&created_before=y"), R"({"created":["Enter a valid date/time."]})"
    );
    zone = *text::TimeZone::find("Europe/Berlin");
    EXPECT_EQ(
        refused("created_after=x&created_before=2024-03-31T02:30"),
        "{\"created\":[\"Enter a valid date/time.\",\"2024-03-31 02:30:00 couldn’t be interpreted "
        "in time zone "
        "Europe/Berlin; it may be ambiguous or it may not exist.\"]}"
    );
}

TEST_F(Filters, SearchForEveryWord) {
    EXPECT_THAT(searched("search=disk"), ElementsAre(4, 2));
    EXPECT_THAT(searched("search=disk+100+disk"), ElementsAre(4));
    EXPECT_THAT(searched("search=DISK,really"), ElementsAre(2));
    EXPECT_THAT(searched("search=di%00sk%C2%A0full"), ElementsAre(2));
    EXPECT_THAT(searched("search=100%25"), ElementsAre(3));
    EXPECT_THAT(searched("search=a_b"), ElementsAre(3));
    EXPECT_THAT(searched("search=test"), IsEmpty()) << "tags are not searched";
    EXPECT_EQ(searched("search=%20,%00").size(), 4U);
    EXPECT_EQ(searched("search=disk&search=").size(), 4U);
}

TEST_F(Filters, SearchForNoWordThatIsInAnotherOne) {
    const auto words = [](std::string_view text) {
        return search_condition(*http::QueryDict::parse(text, 1000), "search", {}).values;
    };
    using Words = std::vector<FieldValue>;
    EXPECT_EQ(words("search=disk+is+a+disks"), (Words{"disks", "a"}));
    EXPECT_EQ(words("search=Disk+disks"), (Words{"disks", "Disk"})) << "as the database compares";
    EXPECT_EQ(
        words("search=%C3%BCber+ber"),
        (Words{"\xC3\xBC"
               "ber"})
    );
}

TEST_F(Filters, SearchForThreeHundredWordsAndNoMore) {
    std::string words;
    std::string text;
    for (int number = 0; number < 300; ++number) {
        words += (number == 0 ? "" : "+") + std::to_string(number);
    }
    for (int number = 100; number < 300; ++number) {
        text += std::to_string(number);
    }
    given.message(ann, text);
    EXPECT_THAT(searched("search=" + words), ElementsAre(5));
    EXPECT_THAT(searched("search=" + words + "+0+1+2"), ElementsAre(5)) << "words that came before";
    EXPECT_EQ(
        error_of([&] { searched("search=" + words + "+300"); }),
        R"({"search":["Search for no more than 300 words."]})"
    );
}

TEST_F(Filters, OrderByTheFieldsThatAreAllowed) {
    EXPECT_THAT(ordered("ordering=level"), ElementsAre(4, 1, 2, 3));
    EXPECT_THAT(ordered("ordering=%20-level%20"), ElementsAre(3, 2, 1, 4));
    EXPECT_THAT(ordered("ordering=message,created"), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(ordered("ordering=created,-created"), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(ordered("ordering=read_at"), ElementsAre(1, 3, 2, 4));
    for (const auto* nothing :
         {"",
          "ordering=",
          "ordering=-",
          "ordering=--level",
          "ordering=id",
          "ordering=Level",
          "ordering=%2Blevel",
          "ordering=created;drop"}) {
        EXPECT_THAT(ordered(nothing), ElementsAre(4, 3, 2, 1)) << nothing;
    }
}

} // namespace
} // namespace drf_messages::api
