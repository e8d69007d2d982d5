// SPDX-License-Identifier: MIT
// Walks over the pages of CursorPagination on each database: every ordering that the settings
// allow, over rows that are equal in it, null, or no times at all.
#include "http/url.hpp"
#include "text/base64.hpp"
#include "text/percent.hpp"
#include "unit/api/list_client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;
using test::a_monday_morning;
using test::ListClient;

using Ids = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

constexpr const char* address = "http://testserver/messages/";

/// One user's messages, and pages over them in an order that a class sets.
class Book {
public:
    Book() {
        if (given.connection().dialect() == sql::Dialect::sqlite) {
            test::run(given.connection(), "PRAGMA synchronous = OFF");
        }
    }

    void order_by(const Names& names, std::int64_t page_size) {
        SettingValue::Array order;
        order.reserve(names.size());
        for (const auto& name : names) {
            order.push_back({name});
        }
        settings.classes["site.Pages"] = {
            "rest_framework.pagination.CursorPagination",
            {{"ordering", {order}},
             {"page_size", {page_size}},
             {"page_size_query_param", {std::string("size")}}}};
        settings.rest_framework.default_pagination_class = "site.Pages";
    }

    /// The messages in their order, seen without marking.
    Ids list() { return page(std::string(address) + "?size=100000").ids; }

    ListClient::Answer page(const std::string& url, bool marks = false) {
        return ListClient(given, ann, settings).page(url, marks);
    }

    /// Doubles the messages until there are at least `count`.
    void copy_until(std::int64_t count) {
        const std::string_view all = "SELECT COUNT(*) FROM drf_messages_message";
        while (test::number(given.connection(), all) < count) {
            test::run(
                given.connection(),
                "INSERT INTO drf_messages_message (user_id, view, message, level, created, read_at)"
                " SELECT user_id, view, message, level, created, read_at FROM drf_messages_message"
            );
        }
    }

    void set_created(std::int64_t id, const std::string& sql) {
        test::run(
            given.connection(),
            "UPDATE drf_messages_message SET created = " + sql + " WHERE id = ?",
            {id}
        );
    }

    test::Given given;
    UserId ann = given.user("ann");
    Settings settings;
};

struct Shelf {
    std::string name;
    std::function<void(Book&)> fill;
    std::vector<Names> orders;
    std::vector<std::int64_t> page_sizes;
};

void fill_with_ties(Book& book) {
    for (int i = 0; i < 23; ++i) {
        auto message = book.given.message(book.ann, "Message")
                           .level(10 * (1 + i % 3))
                           .created(a_monday_morning - 24h * (i % 4));
        if (i % 5 != 0) {
            message.read(a_monday_morning - 1h * (i % 2));
        }
    }
}

/// Views and texts that only some collations tell apart, and one that looks like a null.
void fill_with_texts(Book& book) {
    const char* const texts[] = {"None", "none", "a", "A", "a ", "", " ", "ä", "Ä", "ae", "b", "B"};
    for (int copies = 0; copies < 2; ++copies) {
        for (const auto* text : texts) {
            const MessageId id = book.given.message(book.ann, text);
            test::run(
                book.given.connection(),
                "UPDATE drf_messages_message SET view = ? WHERE id = ?",
                {std::string_view(text), id.value}
            );
        }
    }
}

/// Times that are none, and those beyond what can be shown.
void fill_with_odd_times(Book& book) {
    const std::map<sql::Dialect, Names> times = {
        {sql::Dialect::sqlite,
         {"date('now')",
          "'soon'",
          "''",
          "'2024-01-01T10:00:00Z'",
          "1704103200",
          "2460310.9166666667",
          "'10000-01-01 00:00:00'"}},
        {sql::Dialect::postgresql,
         {"'infinity'", "'-infinity'", "'10000-01-01 00:00:00+00'", "'0044-03-15 12:00:00+00 BC'"}},
        {sql::Dialect::mariadb, {"'9999-12-31 23:59:59.999999'"}}};
    for (const auto& time : times.at(book.given.connection().dialect())) {
        for (int copies = 0; copies < 2; ++copies) {
            const MessageId id = book.given.message(book.ann, time).read(a_monday_morning);
            book.set_created(id.value, time);
        }
        book.given.message(book.ann, "Message").created(a_monday_morning).read(a_monday_morning);
    }
}

/// Times that a clock shows twice, on a site whose times have no offset.
void fill_with_an_hour_that_comes_again(Book& book) {
    book.settings.use_tz = false;
    book.settings.time_zone = "Europe/Berlin";
    const Timestamp summer_ends = std::chrono::sys_days(std::chrono::year(2023) / 10 / 29) + 1h;
    for (int quarter = -8; quarter < 8; ++quarter) {
        for (int copies = 0; copies < 2; ++copies) {
            book.given.message(book.ann, "Message")
                .created(summer_ends + 15min * quarter)
                .read(a_monday_morning);
        }
    }
}

/// More equal values than REST framework's offset may count.
void fill_with_a_thousand_equals(Book& book) {
    book.given.message(book.ann, "Message").level(20).created(a_monday_morning);
    book.copy_until(1200);
    book.given.message(book.ann, "Message").level(10).created(a_monday_morning - 1h);
    book.given.message(book.ann, "Message").level(30).created(a_monday_morning + 1h);
}

/// The same, of whom some are read.
void fill_with_a_thousand_nulls(Book& book) {
    book.given.message(book.ann, "None").created(a_monday_morning);
    book.copy_until(1100);
    book.given.message(book.ann, "Message").read(a_monday_morning);
}

const Shelf shelves[] = {
    {"ties",
     fill_with_ties,
     {{"created"},
      {"-created"},
      {"level"},
      {"-level"},
      {"read_at"},
      {"-read_at"},
      {"level", "-created"},
      {"-level", "read_at", "created"},
      {"read_at", "-level"},
      {"-read_at", "id"},
      {"id"},
      {"-pk"}},
     {1, 2, 7}},
    {"texts",
     fill_with_texts,
     {{"view"},
      {"-view"},
      {"message"},
      {"-message", "view"},
      {"view", "-id"},
      {"level", "message"}},
     {1, 3}},
    {"odd_times",
     fill_with_odd_times,
     {{"created"}, {"-created"}, {"-created", "id"}, {"level", "created"}},
     {1, 2, 3}},
    {"an_hour_that_comes_again",
     fill_with_an_hour_that_comes_again,
     {{"created"}, {"-created", "level"}},
     {1, 3}},
    {"a_thousand_equals",
     fill_with_a_thousand_equals,
     {{"level"}, {"-level"}, {"-created"}, {"level", "-created"}, {"view"}},
     {150}},
    {"a_thousand_nulls", fill_with_a_thousand_nulls, {{"read_at"}, {"-read_at"}}, {150}},
};

class CursorWalks : public testing::TestWithParam<Shelf> {
protected:
    /// Calls `walk` for each order and page size.
    void walk_each(const std::function<void(Book&, std::size_t page_size)>& walk) {
        Book book;
        GetParam().fill(book);
        for (const auto& order : GetParam().orders) {
            for (const auto page_size : GetParam().page_sizes) {
                book.order_by(order, page_size);
                SCOPED_TRACE(
                    fmt::format("by {} in pages of {}", testing::PrintToString(order), page_size)
                );
                walk(book, static_cast<std::size_t>(page_size));
                if (HasFailure()) {
                    return;
                }
            }
        }
    }

    /// The pages from `url` on, as long as there are any: at most one more than `most`.
    static std::vector<ListClient::Answer>
    follow(Book& book, std::string url, std::string ListClient::Answer::*link, std::size_t most) {
        std::vector<ListClient::Answer> pages;
        while (!url.empty() && pages.size() <= most) {
            pages.push_back(book.page(url));
            url = pages.back().*link;
        }
        return pages;
    }

    static Ids ids_of(const std::vector<ListClient::Answer>& pages) {
        Ids ids;
        for (const auto& page : pages) {
            ids.insert(ids.end(), page.ids.begin(), page.ids.end());
        }
        return ids;
    }
};

TEST_P(CursorWalks, ShowEveryMessageOnceInFullPagesBothWays) {
    walk_each([](Book& book, std::size_t page_size) {
        const auto all = book.list();
        const auto count = (all.size() + page_size - 1) / page_size;
        const auto pages = follow(book, address, &ListClient::Answer::next, count);
        ASSERT_EQ(ids_of(pages), all);
        ASSERT_EQ(pages.size(), count);

        auto back = follow(book, pages.back().previous, &ListClient::Answer::previous, count);
        ASSERT_EQ(back.size(), count - 1);
        std::reverse(back.begin(), back.end());
        for (std::size_t i = 0; i < back.size(); ++i) {
            ASSERT_EQ(back[i].ids, pages[i].ids) << "page " << i + 1;
        }
    });
}

TEST_P(CursorWalks, LeadBackToThePageBeforeAndOnAgain) {
    walk_each([](Book& book, std::size_t) {
        auto page = book.page(address);
        EXPECT_EQ(page.previous, "");
        while (!page.next.empty()) {
            const auto following = book.page(page.next);
            const auto before = book.page(following.previous);
            ASSERT_EQ(before.ids, page.ids);
            ASSERT_EQ(before.previous.empty(), page.previous.empty());
            ASSERT_EQ(book.page(before.next).ids, following.ids);
            page = following;
        }
    });
}

INSTANTIATE_TEST_SUITE_P(Over, CursorWalks, testing::ValuesIn(shelves), [](const auto& shelf) {
    return shelf.param.name;
});

/// What a client has seen that deletes each page before it asks for the next one, while others
/// leave messages.
TEST(CursorWalk, LosesNothingBehindAThousandEqualsWhileMessagesComeAndGo) {
    Book book;
    fill_with_a_thousand_equals(book);
    book.order_by({"level"}, 200);
    const auto before = book.list();
    std::multiset<std::int64_t> seen;
    std::size_t pages = 0;
    for (std::string url = address; !url.empty() && pages < 20; ++pages) {
        const auto page = book.page(url);
        seen.insert(page.ids.begin(), page.ids.end());
        url = page.next;
        if (pages < 5) {
            continue; // an offset counts what is there
        }
        // They stand in the order of their ids.
        test::run(
            book.given.connection(),
            "DELETE FROM drf_messages_message WHERE id BETWEEN ? AND ?",
            {page.ids.front(), page.ids.back()}
        );
        book.given.message(book.ann, "before").level(10);
    }
    EXPECT_EQ(seen, std::multiset<std::int64_t>(before.begin(), before.end()));
}

TEST(CursorWalk, LosesNothingOfTheUnreadWhileWhatWasShownIsDeleted) {
    for (const auto& order : {Names{"level"}, Names{"-created"}, Names{"read_at"}}) {
        Book book;
        fill_with_ties(book);
        book.order_by(order, 2);
        const auto unread = book.page(std::string(address) + "?unread=true&size=100").ids;
        Ids seen;
        for (auto url = std::string(address) + "?unread=true"; !url.empty() && seen.size() < 99;) {
            const auto page = book.page(url, true);
            for (const auto id : page.ids) {
                test::run(
                    book.given.connection(), "DELETE FROM drf_messages_message WHERE id = ?", {id}
                );
            }
            seen.insert(seen.end(), page.ids.begin(), page.ids.end());
            url = page.next;
        }
        EXPECT_EQ(seen, unread) << testing::PrintToString(order);
    }
}

TEST(CursorWalk, LosesNothingBehindTheOffsetAtWhichTheClassStops) {
    Book book;
    fill_with_ties(book);
    for (const std::int64_t cutoff : {1, 3}) {
        book.order_by({"level"}, 2);
        book.settings.classes["site.Pages"].attributes["offset_cutoff"] = {cutoff};
        const auto all = book.list();
        Ids seen;
        for (std::string url = address; !url.empty() && seen.size() <= all.size();) {
            const auto page = book.page(url);
            seen.insert(seen.end(), page.ids.begin(), page.ids.end());
            url = page.next;
        }
        EXPECT_EQ(seen, all);
    }
}

TEST(CursorWalk, LosesNothingWhereReadMessagesAreDeleted) {
    for (const std::int64_t page_size : {1, 2, 3, 5}) {
        for (const auto& order : {Names{"level"}, Names{"-created", "level"}, Names{"read_at"}}) {
            Book book;
            for (int i = 0; i < 17; ++i) {
                book.given.message(book.ann, "Message").level(10 * (1 + i / 6));
            }
            book.settings.messages_delete_read = true;
            book.order_by(order, page_size);
            const auto all = book.list();
            Ids seen;
            for (std::string url = address; !url.empty() && seen.size() <= all.size();) {
                const auto page = book.page(url, true);
                seen.insert(seen.end(), page.ids.begin(), page.ids.end());
                url = page.next;
            }
            EXPECT_EQ(seen, all) << testing::PrintToString(order) << " by " << page_size;
        }
    }
}

TEST(CursorWalk, FindsANullBesideATextThatLooksLikeIt) {
    Book book;
    for (const auto* view : {"None", "None", "", ""}) {
        const MessageId id = book.given.message(book.ann, "Message");
        test::run(
            book.given.connection(),
            "UPDATE drf_messages_message SET view = ? WHERE id = ?",
            {std::string_view(view), id.value}
        );
    }
    book.order_by({"view", "read_at"}, 1);
    Ids seen;
    for (std::string url = address; !url.empty() && seen.size() < 9;) {
        const auto page = book.page(url);
        seen.insert(seen.end(), page.ids.begin(), page.ids.end());
        url = page.next;
    }
    EXPECT_EQ(seen, (Ids{3, 4, 1, 2}));
}

/// Tokens of ours, of which each byte in turn is another one.
TEST(CursorWalk, RefusesATokenThatAnotherHandHasChanged) {
    Book book;
    for (int i = 0; i < 6; ++i) {
        book.given.message(book.ann, "Message");
    }
    book.order_by({"read_at", "-created"}, 2);
    const auto link = book.page(address).next;
    const std::string name = "cursor=";
    const auto begin = link.find(name) + name.size();
    const auto token =
        *text::base64_decode(text::percent_decode(link.substr(begin, link.find('&') - begin), true)
        );
    ASSERT_NE(token.find("&s="), std::string::npos) << token;

    const auto refused = [&](const std::string& changed) {
        try {
            book.page(http::replace_query_param(link, "cursor", text::base64_encode(changed)));
        } catch (const ApiError& error) {
            return error.status == 404;
        }
        return false;
    };
    EXPECT_FALSE(refused(token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_TRUE(refused(changed)) << changed;
    }
    EXPECT_TRUE(refused(token.substr(0, token.find("&s="))));
    EXPECT_TRUE(refused(token + "0"));

    book.order_by({"-read_at", "-created"}, 2);
    EXPECT_TRUE(refused(token)) << "it belongs to another order";
    book.order_by({"read_at"}, 2);
    EXPECT_TRUE(refused(token)) << "it has a value too many";
    book.order_by({"read_at", "-created"}, 2);
    book.settings.secret_key_fallbacks = {book.settings.secret_key};
    book.settings.secret_key = "another";
    EXPECT_FALSE(refused(token)) << "a key that was used before";
    book.settings.secret_key_fallbacks.clear();
    EXPECT_TRUE(refused(token));
}

} // namespace
} // namespace drf_messages::api
