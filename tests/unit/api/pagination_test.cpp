// SPDX-License-Identifier: MIT
#include "api/pagination/pagination.hpp"
#include "unit/api/in_english.hpp"
#include "unit/api/list_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;
using test::a_monday_morning;
using test::ListClient;

using Ids = std::vector<std::int64_t>;

constexpr std::string_view limit_offset = "rest_framework.pagination.LimitOffsetPagination";
constexpr std::string_view page_number = "rest_framework.pagination.PageNumberPagination";
constexpr std::string_view cursor = "rest_framework.pagination.CursorPagination";

SettingValue number(std::int64_t value) {
    return {value};
}
SettingValue text(std::string value) {
    return {std::move(value)};
}

/// Messages 1 to 7, one a day; levels 10, 20, 20, 30, 20, 10, 20.
class Pages : public testing::Test {
protected:
    Pages() {
        int day = 0;
        for (const std::int64_t level : {10, 20, 20, 30, 20, 10, 20}) {
            given.message(ann, "Message").level(level).created(a_monday_morning + 24h * day++);
        }
        settings.rest_framework.page_size = 3;
    }

    void paginate_by(std::string_view name) {
        settings.rest_framework.default_pagination_class = name;
    }

    void paginate_by(std::string_view base, std::map<std::string, SettingValue> attributes) {
        settings.classes["site.Pages"] = {ClassName(base), std::move(attributes)};
        settings.rest_framework.default_pagination_class = "site.Pages";
    }

    ListClient::Answer get(std::string_view query) {
        ListClient client(given, ann, settings);
        return client.page("http://testserver/messages/" + std::string(query), false);
    }

    /// "7 6 5 | next | previous", the links without the address; or the error's body.
    std::string page(std::string_view query) {
        try {
            const auto answer = get(query);
            std::string line;
            for (const auto id : answer.ids) {
                line += std::to_string(id) + " ";
            }
            return line + "| " + relative(answer.next) + " | " + relative(answer.previous);
        } catch (const ApiError& error) {
            text::JsonWriter json{text::JsonStyle{}};
            error.data(english())(json);
            return std::to_string(error.status) + " " + json.take();
        }
    }

    static std::string relative(const std::string& link) {
        return link.empty() ? "-"
                            : link.substr(std::string_view("http://testserver/messages/").size());
    }

    test::Given given;
    UserId ann = given.user("ann");
    Settings settings;
};

TEST_F(Pages, ByLimitAndOffsetAreThoseOfRestFramework) {
    paginate_by(limit_offset);
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "7 6 5 | ?limit=3&offset=3 | -"},
        {"?limit=2&offset=2", "5 4 | ?limit=2&offset=4 | ?limit=2"},
        {"?offset=6", "1 | - | ?limit=3&offset=3"},
        {"?offset=7", "| - | ?limit=3&offset=4"},
        {"?offset=99999999999999999999", "| - | ?limit=3&offset=99999999999999999996"},
        {"?limit=99999999999999999999&offset=1", "6 5 4 3 2 1 | - | ?limit=99999999999999999999"},
        {"?limit=0", "7 6 5 | ?limit=3&offset=3 | -"},
        {"?limit=-1&offset=-1", "7 6 5 | ?limit=3&offset=3 | -"},
        {"?limit=2.0", "7 6 5 | ?limit=3&offset=3 | -"},
        {"?limit=%2B2", "7 6 | ?limit=2&offset=2 | -"},
        {"?limit=1_0", "7 6 5 4 3 2 1 | - | -"},
        {"?limit=%EF%BC%92&z=1&a=%C3%A9", "7 6 | ?a=%C3%A9&limit=2&offset=2&z=1 | -"},
        {"?limit=1&limit=3&level=20", "7 5 3 | ?level=20&limit=3&offset=3 | -"},
        {"?level=77&offset=2", "| - | ?level=77&limit=3"},
    };
    for (const auto& [query, expected] : cases) {
        EXPECT_EQ(page(query), expected) << query;
    }
}

TEST_F(Pages, ByLimitAndOffsetCountFirstAndThenShow) {
    paginate_by(limit_offset);
    ListClient client(given, ann, settings);
    EXPECT_EQ(
        client.get("http://testserver/messages/?limit=1&level=30", false),
        R"({"count":1,"next":null,"previous":null,"results":[{"id":4,"message":"Message","level":30,)"
        R"("level_tag":"warning","extra_tags":[],"view":"","read_at":null,"created":"2024-01-04T10:00:00Z"}]})"
    );
}

TEST_F(Pages, ByLimitAndOffsetFollowTheirAttributes) {
    paginate_by(
        limit_offset,
        {{"default_limit", number(2)},
         {"max_limit", number(4)},
         {"limit_query_param", text("l")},
         {"offset_query_param", text("o")}}
    );
    EXPECT_EQ(page("?limit=1"), "7 6 | ?l=2&limit=1&o=2 | -");
    EXPECT_EQ(page("?l=100&o=1"), "6 5 4 3 | ?l=4&o=5 | ?l=4");
}

TEST_F(Pages, ByNumberAreThoseOfRestFramework) {
    paginate_by(page_number);
    constexpr std::string_view invalid_page = R"(404 {"detail":"Invalid page."})";
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "7 6 5 | ?page=2 | -"},
        {"?page=2", "4 3 2 | ?page=3 | "},
        {"?page=3", "1 | - | ?page=2"},
        {"?page=last", "1 | - | ?page=2"},
        {"?page=%2B2", "4 3 2 | ?page=3 | "},
        {"?page=%EF%BC%92", "4 3 2 | ?page=3 | "},
        {"?page=2&z=1&a=2&a=1", "4 3 2 | ?a=2&a=1&page=3&z=1 | ?a=2&a=1&z=1"},
        {"?page_size=1", "7 6 5 | ?page=2&page_size=1 | -"},
        {"?level=77", "| - | -"},
        {"?level=77&page=last", "| - | -"},
        {"?level=77&page=2", invalid_page},
        {"?page=4", invalid_page},
        {"?page=0", invalid_page},
        {"?page=-1", invalid_page},
        {"?page=Last", invalid_page},
        {"?page=1.0", invalid_page},
        {"?page=", invalid_page},
        {"?page=99999999999999999999", invalid_page},
    };
    for (const auto& [query, expected] : cases) {
        EXPECT_EQ(page(query), expected) << query;
    }
}

TEST_F(Pages, ByNumberFollowTheirAttributes) {
    paginate_by(
        page_number,
        {{"page_size", number(2)},
         {"page_size_query_param", text("page_size")},
         {"max_page_size", number(5)},
         {"page_query_param", text("p")},
         {"last_page_strings", {SettingValue::Array{text("last"), text("end")}}},
         {"invalid_page_message", text("{page_number}: {message}.")}}
    );
    EXPECT_EQ(page("?page_size=50"), "7 6 5 4 3 | ?p=2&page_size=50 | -");
    EXPECT_EQ(page("?page_size=0&p=end"), "1 | - | ?p=3&page_size=0");
    EXPECT_EQ(page("?p=9"), R"(404 {"detail":"9: That page contains no results."})");
    EXPECT_EQ(page("?p=x"), R"(404 {"detail":"x: That page number is not an integer."})");
}

TEST_F(Pages, AreNotMadeWithoutASize) {
    settings.rest_framework.page_size = std::nullopt;
    for (const auto name : {limit_offset, page_number, cursor}) {
        paginate_by(name);
        ListClient client(given, ann, settings);
        EXPECT_EQ(
            client.get("/?level=30&page=7&cursor=x", false),
            R"([{"id":4,"message":"Message","level":30,"level_tag":"warning","extra_tags":[],"view":"","read_at":null,)"
            R"("created":"2024-01-04T10:00:00Z"}])"
        );
    }
}

TEST_F(Pages, AreRefusedAtTheStartWhenTheSettingsMakeNoSense) {
    const auto make = [&] {
        return make_pagination(settings, settings.rest_framework.default_pagination_class);
    };
    paginate_by("rest_framework.pagination.Nonsense");
    EXPECT_THROW(make(), std::invalid_argument);
    paginate_by(limit_offset, {{"page_size", number(3)}});
    EXPECT_THROW(make(), std::invalid_argument);
    paginate_by(page_number, {{"page_size", text("three")}});
    EXPECT_THROW(make(), std::invalid_argument);
    paginate_by(cursor, {{"ordering", text("-colour")}});
    EXPECT_THROW(make(), std::invalid_argument);
}

TEST_F(Pages, CostAFixedNumberOfStatementsWhateverTheirSize) {
    for (const std::int64_t page_size : {1, 2}) {
        for (const auto& [name, statements] :
             {std::pair(limit_offset, 3U), std::pair(page_number, 3U), std::pair(cursor, 2U)}) {
            paginate_by(name);
            settings.rest_framework.page_size = page_size;
            test::run(given.connection(), "UPDATE drf_messages_message SET read_at = NULL");
            ListClient client(given, ann, settings);
            client.get("/");
            EXPECT_EQ(client.statements, statements) << name << " by " << page_size;
            client.get("/");
            EXPECT_EQ(client.statements, statements - 1) << name << ", nothing left to mark";
        }
    }
}

// The links of REST framework 3.14, from the recordings.
TEST_F(Pages, ByCursorAreThoseOfRestFramework) {
    paginate_by(cursor);
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "7 6 5 | ?cursor=cD0yMDI0LTAxLTA1KzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D | -"},
        {"?cursor=cD0yMDI0LTAxLTA1KzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D",
         "4 3 2 | ?cursor=cD0yMDI0LTAxLTAyKzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D | "
         "?cursor=cj0xJnA9MjAyNC0wMS0wNCsxMCUzQTAwJTNBMDAlMkIwMCUzQTAw"},
        {"?cursor=cj0xJnA9MjAyNC0wMS0wNCsxMCUzQTAwJTNBMDAlMkIwMCUzQTAw",
         "7 6 5 | ?cursor=cD0yMDI0LTAxLTA1KzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D | -"},
        {"?cursor=", "7 6 5 | ?cursor=cD0yMDI0LTAxLTA1KzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D | -"},
        // x=1: a key that it does not know
        {"?cursor=eD0x", "7 6 5 | ?cursor=cD0yMDI0LTAxLTA1KzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D | -"},
        // o=999999999: as far as 1000
        {"?cursor=bz05OTk5OTk5OTk%3D", "| - | ?cursor=cj0x"},
        // r=1: from the end
        {"?cursor=cj0x",
         "3 2 1 | - | ?cursor=cj0xJnA9MjAyNC0wMS0wMysxMCUzQTAwJTNBMDAlMkIwMCUzQTAw"},
        // p=2024-01-04: a date is a position too
        {"?cursor=cD0yMDI0LTAxLTA0",
         "3 2 1 | - | ?cursor=cj0xJnA9MjAyNC0wMS0wMysxMCUzQTAwJTNBMDAlMkIwMCUzQTAw"},
    };
    for (const auto& [query, expected] : cases) {
        EXPECT_EQ(page(query), expected) << query;
    }
}

/// Pages of CursorPagination with ordering = ("level", "id"), as a walk over its own links found
/// them.
struct CursorWalk {
    struct Step {
        std::string_view query;
        std::string_view ids;
        std::string_view next;
        std::string_view previous;
    };
    std::int64_t page_size;
    std::vector<std::int64_t> levels; ///< of messages 1, 2, …
    std::vector<Step> steps;
};

// Made by REST framework 3.14.0 on Django 3.2.25 and SQLite: paginate_queryset and
// get_paginated_response of the class above, for every link that they showed. Where its link
// repeats or skips messages, "ours" stands for it.
const CursorWalk cursor_walks[] = {
    {2,
     {10, 10, 10, 10, 10},
     {
         {"", "1 2", "cursor=bz0y", "-"},
         {"cursor=bz0y", "3 4", "cursor=bz00", "ours"},
         {"cursor=bz00", "5", "-", "ours"},
         {"cursor=cj0xJnA9MTA%3D", "", "ours", "-"},
         {"cursor=bz0yJnI9MQ%3D%3D", "2 3", "ours", "cursor=bz00JnI9MQ%3D%3D"},
         {"cursor=cD0xMA%3D%3D", "", "-", "ours"},
         {"cursor=bz00JnI9MQ%3D%3D", "1", "ours", "-"},
     }},
    {2,
     {10, 20, 20, 20, 20, 30, 30},
     {
         {"", "1 2", "cursor=bz0xJnA9MTA%3D", "-"},
         {"cursor=bz0xJnA9MTA%3D", "3 4", "cursor=bz0zJnA9MTA%3D", "ours"},
         {"cursor=bz0zJnA9MTA%3D", "5 6", "cursor=bz0xJnA9MjA%3D", "cursor=bz0xJnI9MSZwPTMw"},
         {"cursor=cj0xJnA9MjA%3D", "1", "cursor=cD0xMA%3D%3D", "-"},
         {"cursor=bz0xJnA9MjA%3D", "7", "-", "ours"},
         {"cursor=bz0xJnI9MSZwPTMw", "3 4", "ours", "cursor=bz0zJnI9MSZwPTMw"},
         {"cursor=cD0xMA%3D%3D", "2 3", "cursor=bz0yJnA9MTA%3D", "cursor=cj0xJnA9MjA%3D"},
         {"cursor=bz0yJnI9MQ%3D%3D", "4 5", "ours", "cursor=bz00JnI9MQ%3D%3D"},
         {"cursor=cD0yMA%3D%3D", "6 7", "-", "cursor=cj0xJnA9MzA%3D"},
         {"cursor=bz0zJnI9MSZwPTMw", "1 2", "cursor=bz0xJnA9MTA%3D", "-"},
         {"cursor=bz0yJnA9MTA%3D", "4 5", "cursor=cD0yMA%3D%3D", "ours"},
         {"cursor=bz00JnI9MQ%3D%3D", "2 3", "ours", "cursor=cj0xJnA9MjA%3D"},
         {"cursor=cj0xJnA9MzA%3D", "4 5", "cursor=cD0yMA%3D%3D", "cursor=bz0yJnI9MSZwPTMw"},
         {"cursor=bz0yJnI9MSZwPTMw", "2 3", "ours", "cursor=cj0xJnA9MjA%3D"},
     }},
    {1,
     {10, 10, 20},
     {
         {"", "1", "cursor=bz0x", "-"},
         {"cursor=bz0x", "2", "cursor=cD0xMA%3D%3D", "ours"},
         {"cursor=cD0xMA%3D%3D", "3", "-", "cursor=cj0xJnA9MjA%3D"},
         {"cursor=cj0xJnA9MjA%3D", "2", "cursor=cD0xMA%3D%3D", "cursor=bz0xJnI9MSZwPTIw"},
         {"cursor=bz0xJnI9MSZwPTIw", "1", "cursor=bz0x", "-"},
     }},
};

/// The messages that a link of a page is to show, of 1 to `count`.
Ids neighbours(const Ids& page, bool next, std::int64_t page_size, std::int64_t count) {
    std::int64_t begin = 1;
    std::int64_t end = count + 1;
    if (next) {
        begin = page.empty() ? 1 : page.back() + 1;
        end = std::min(begin + page_size, end);
    } else {
        end = page.empty() ? end : page.front();
        begin = std::max(end - page_size, begin);
    }
    Ids ids;
    for (auto id = begin; id < end; ++id) {
        ids.push_back(id);
    }
    return ids;
}

TEST(CursorPages, HaveTheLinksOfRestFrameworkWhereTheseLeadToTheRowsBesideThePage) {
    for (const auto& walk : cursor_walks) {
        test::Given given;
        const UserId ann = given.user("ann");
        for (const auto level : walk.levels) {
            given.message(ann, "Message").level(level);
        }
        Settings settings;
        settings.classes["site.Pages"] = {
            ClassName(cursor),
            {{"page_size", number(walk.page_size)},
             {"ordering", {SettingValue::Array{text("level"), text("id")}}}}};
        settings.rest_framework.default_pagination_class = "site.Pages";
        ListClient client(given, ann, settings);
        const auto count = static_cast<std::int64_t>(walk.levels.size());
        for (const auto& step : walk.steps) {
            const auto page = client.page("http://testserver/?" + std::string(step.query), false);
            std::string ids;
            for (const auto id : page.ids) {
                ids += (ids.empty() ? "" : " ") + std::to_string(id);
            }
            EXPECT_EQ(ids, step.ids) << step.query;
            for (const bool next : {true, false}) {
                const auto& link = next ? page.next : page.previous;
                const auto expected = next ? step.next : step.previous;
                const auto query = link.empty() ? "-" : link.substr(link.find('?') + 1);
                if (expected != "ours") {
                    EXPECT_EQ(query, expected) << step.query;
                }
                ASSERT_EQ(link.empty(), expected == "-") << step.query;
                if (!link.empty()) {
                    EXPECT_EQ(
                        client.page(link, false).ids,
                        neighbours(page.ids, next, walk.page_size, count)
                    ) << step.query
                      << (next ? ", next" : ", previous");
                }
            }
        }
    }
}

TEST_F(Pages, ByCursorAreInTheirOwnOrderWhenNoneIsAsked) {
    settings.rest_framework.default_filter_backends = {"rest_framework.filters.OrderingFilter"};
    paginate_by(cursor);
    EXPECT_EQ(get("").ids, (Ids{7, 6, 5}));
    EXPECT_EQ(get("?ordering=nonsense").ids, (Ids{7, 6, 5}));
    paginate_by(cursor, {{"ordering", {SettingValue::Array{text("level"), text("-id")}}}});
    EXPECT_EQ(get("").ids, (Ids{6, 1, 7}));
    EXPECT_EQ(get("?ordering=nonsense").ids, (Ids{6, 1, 7}));
    EXPECT_EQ(get("?ordering=-created").ids, (Ids{7, 6, 5}));
}

// The links of REST framework 3.18 on Django 5.2; older ones fail.
TEST_F(Pages, ByCursorTakeAPositionBeyond64BitsForOneBeyondAllNumbers) {
    const std::string above = "?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OQ=="; // p=99999999999999999999
    const std::string below = "?cursor=cD0tOTk5OTk5OTk5OTk5OTk5OTk5OTk="; // p=-99999999999999999999
    paginate_by(cursor, {{"ordering", {SettingValue::Array{text("level"), text("id")}}}});
    EXPECT_EQ(page(above), "| - | ?cursor=cj0xJnA9OTk5OTk5OTk5OTk5OTk5OTk5OTk%3D");
    EXPECT_EQ(page(below), "1 6 2 | ?cursor=bz0xJnA9MTA%3D | ?cursor=cj0xJnA9MTA%3D");
    paginate_by(cursor, {{"ordering", {SettingValue::Array{text("-level"), text("id")}}}});
    EXPECT_EQ(page(above), "4 2 3 | ?cursor=bz0yJnA9MzA%3D | ?cursor=cj0xJnA9MzA%3D");
    EXPECT_EQ(page(below), "| - | ?cursor=cj0xJnA9LTk5OTk5OTk5OTk5OTk5OTk5OTk5");
}

TEST_F(Pages, ByCursorFollowTheirAttributes) {
    paginate_by(
        cursor,
        {{"page_size", number(2)},
         {"cursor_query_param", text("c")},
         {"ordering", {SettingValue::Array{text("-level"), text("id")}}},
         {"invalid_cursor_message", text("No.")}}
    );
    EXPECT_EQ(page(""), "4 2 | ?c=bz0xJnA9MzA%3D | -");
    EXPECT_EQ(page("?c=*"), "4 2 | ?c=bz0xJnA9MzA%3D | -")
        << "base64 skips what is not of its alphabet";
    EXPECT_EQ(page("?c=abc"), R"(404 {"detail":"No."})");
}

TEST_F(Pages, ByCursorRefuseATokenThatIsNone) {
    paginate_by(cursor);
    for (const auto* token : {
             "abc",                              // wrong padding
             "cD0",                              // the same
             "bz1hYmM=",                         // o=abc
             "bz0tMQ==",                         // o=-1
             "cj14",                             // r=x
             "cD1hYmM=",                         // p=abc
             "cD0=",                             // p=
             "/w==",                             // not ASCII
             "%C3%A9",                           // the same
             "dT14",                             // u=x
             "dT05OTk5OTk5OTk5OTk5OTk5OTk5OQ==", // u=9999999999999999999
             "dT0w",                             // u=0, not signed
             "az1pMQ==",                         // k=i1, not signed
             "az1pMSZzPQ==",                     // k=i1&s=
         }) {
        EXPECT_EQ(page("?cursor=" + std::string(token)), R"(404 {"detail":"Invalid cursor"})")
            << token;
    }
}

} // namespace
} // namespace drf_messages::api
