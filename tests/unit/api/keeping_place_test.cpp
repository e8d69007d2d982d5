// SPDX-License-Identifier: MIT
#include "unit/api/list_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

// docs/differences.md, 3 and 4: links that keep their place although each page marks what it shows.

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;
using test::a_monday_morning;
using test::ListClient;

using Ids = std::vector<std::int64_t>;

constexpr const char* classes[] = {
    "LimitOffsetPagination", "PageNumberPagination", "CursorPagination"};
constexpr const char* orderings[] = {
    "",
    "created",
    "-created",
    "level",
    "-level,created",
    "read_at",
    "-read_at",
    "level,read_at",
    "-read_at,level",
    "created,-read_at"};

/// Messages of one user, some read; few different times and levels, so that many are equal in every
/// order.
class Mailbox {
public:
    explicit Mailbox(std::uint32_t seed) : random_(seed) {
        // Hundreds of them are made, and none must survive a power cut.
        if (given.connection().dialect() == sql::Dialect::sqlite) {
            test::run(given.connection(), "PRAGMA synchronous = OFF");
        }
        const int count = pick(23);
        for (int i = 0; i < count; ++i) {
            auto message = given.message(ann, "Message")
                               .level(10 * (1 + pick(3)))
                               .created(a_monday_morning - 24h * pick(4));
            if (pick(3) == 0) {
                message.read(a_monday_morning - 1h * pick(3));
            }
        }
        settings.rest_framework.default_filter_backends = {"rest_framework.filters.OrderingFilter"};
    }

    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

    void paginate_by(const std::string& name, std::int64_t page_size) {
        settings.rest_framework.default_pagination_class = "rest_framework.pagination." + name;
        settings.rest_framework.page_size = page_size;
    }

    /// The ids that the whole list has now, in its order, seen without marking.
    Ids list(const std::string& query) {
        Settings whole = settings;
        whole.rest_framework.page_size = 1000;
        return ListClient(given, ann, whole).page("http://testserver/messages/" + query, false).ids;
    }

    /// Follows `next` from the first page on; every page is marked.
    Ids read_through(const std::string& query, std::vector<ListClient::Answer>* pages = nullptr) {
        ListClient client(given, ann, settings);
        Ids ids;
        for (auto url = "http://testserver/messages/" + query; !url.empty();) {
            const auto answer = client.page(url);
            ids.insert(ids.end(), answer.ids.begin(), answer.ids.end());
            url = answer.next;
            if (pages) {
                pages->push_back(answer);
            }
            if (ids.size() > 5000) {
                ADD_FAILURE() << "the links go on and on";
                break;
            }
        }
        return ids;
    }

    Ids read_back(std::string url) {
        ListClient client(given, ann, settings);
        Ids ids;
        while (!url.empty() && ids.size() < 1000) {
            const auto answer = client.page(url);
            ids.insert(ids.begin(), answer.ids.begin(), answer.ids.end());
            url = answer.previous;
        }
        return ids;
    }

    test::Given given;
    UserId ann = given.user("ann");
    Settings settings;

private:
    std::mt19937 random_;
};

TEST(UnreadPages, ShowEveryUnreadMessageOnceWhenNextIsFollowed) {
    std::uint32_t seed = 1;
    for (const auto* name : classes) {
        for (const auto* ordering : orderings) {
            for (std::int64_t page_size = 1; page_size <= 5; ++page_size) {
                Mailbox box(seed);
                box.paginate_by(name, page_size);
                box.settings.messages_delete_read = seed % 2 == 0;
                const auto query = "?unread=true&ordering=" + std::string(ordering);
                const auto unread = box.list(query);
                EXPECT_EQ(box.read_through(query), unread)
                    << name << " " << ordering << " by " << page_size << ", seed " << seed
                    << (box.settings.messages_delete_read ? ", what is read is deleted" : "");
                EXPECT_TRUE(box.list(query).empty());
                ++seed;
            }
        }
    }
}

TEST(UnreadPages, ByCursorShowTheSameBackwards) {
    for (std::uint32_t seed = 1000; seed < 1060; ++seed) {
        Mailbox box(seed);
        box.paginate_by("CursorPagination", 1 + box.pick(5));
        const auto query =
            std::string("?unread=true&ordering=") + orderings[box.pick(std::size(orderings))];
        const auto unread = box.list(query);
        std::vector<ListClient::Answer> pages;
        ASSERT_EQ(box.read_through(query, &pages), unread) << query << ", seed " << seed;
        auto back = box.read_back(pages.back().previous);
        back.insert(back.end(), pages.back().ids.begin(), pages.back().ids.end());
        EXPECT_EQ(back, unread) << query << ", seed " << seed;
    }
}

TEST(UnreadPages, ByCursorShowThePageAgainToAClientThatLostTheAnswer) {
    Mailbox box(7);
    box.paginate_by("CursorPagination", 2);
    ListClient client(box.given, box.ann, box.settings);
    const auto first = client.page("http://testserver/messages/?unread=true");
    ASSERT_FALSE(first.next.empty());
    const auto second = client.page(first.next);
    EXPECT_EQ(client.page(first.next).ids, second.ids);
    EXPECT_EQ(client.page(second.previous).ids, first.ids);
}

TEST(UnreadPages, ByCursorDoNotShowTwiceWhatAnotherReaderTakesMeanwhile) {
    Mailbox box(9);
    box.paginate_by("CursorPagination", 2);
    const auto unread = box.list("?unread=true");
    ListClient client(box.given, box.ann, box.settings);
    const auto first = client.page("http://testserver/messages/?unread=true");
    client.get("http://testserver/messages/?unread=true&page_size=2");
    auto ids = first.ids;
    for (auto url = first.next; !url.empty();) {
        const auto answer = client.page(url);
        ids.insert(ids.end(), answer.ids.begin(), answer.ids.end());
        url = answer.next;
    }
    EXPECT_EQ(ids, unread);
}

TEST(ReadAtPages, LoseAndRepeatNothingInEitherDirection) {
    constexpr const char* by_read_at[] = {
        "read_at", "-read_at", "level,read_at", "-read_at,level", "-level,-read_at"};
    for (std::uint32_t seed = 2000; seed < 2120; ++seed) {
        Mailbox box(seed);
        box.paginate_by("CursorPagination", 1 + box.pick(5));
        const auto query = std::string("?ordering=") + by_read_at[box.pick(std::size(by_read_at))];
        const auto before = box.list(query);
        std::vector<ListClient::Answer> pages;
        ASSERT_EQ(box.read_through(query, &pages), before) << query << ", seed " << seed;

        const auto last = pages.back().ids.size();
        const Ids before_last(before.begin(), before.end() - static_cast<std::ptrdiff_t>(last));
        EXPECT_EQ(box.read_back(pages.back().previous), before_last) << query << ", seed " << seed;
    }
}

TEST(ReadAtPages, LoseNothingBackwardsAmongMessagesThatWereMarkedTogether) {
    Mailbox box(4);
    for (int i = 0; i < 9; ++i) {
        box.given.message(box.ann, "Message").read(a_monday_morning - 1h * (i / 4));
    }
    box.paginate_by("CursorPagination", 2);
    const std::string query = "?ordering=-read_at&unread=false";
    std::vector<ListClient::Answer> pages;
    auto ids = box.read_through(query, &pages);
    EXPECT_EQ(ids, box.list(query));
    ids.resize(ids.size() - pages.back().ids.size());
    EXPECT_EQ(box.read_back(pages.back().previous), ids);
}

TEST(ReadAtPages, GoOnBeyondAThousandUnreadMessages) {
    Mailbox box(1);
    test::run(box.given.connection(), "BEGIN");
    for (int i = 0; i < 1100; ++i) {
        box.given.message(box.ann, "Message");
    }
    test::run(box.given.connection(), "COMMIT");
    box.paginate_by("CursorPagination", 500);
    const auto ids = box.read_through("?ordering=read_at");
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
    EXPECT_GE(ids.size(), 1100U);
}

TEST(ReadAtPages, HaveTheLinksOfRestFrameworkWhereNothingIsUnread) {
    Mailbox box(0);
    for (int hour = 1; hour <= 4; ++hour) {
        box.given.message(box.ann, "Message").read(a_monday_morning + 1h * hour);
    }
    box.given.now = a_monday_morning + 24h;
    box.paginate_by("CursorPagination", 2);
    ListClient client(box.given, box.ann, box.settings);
    const auto answer = client.page("http://testserver/messages/?ordering=-read_at&unread=false");
    // p=2024-01-01 13:00:00+00:00
    EXPECT_EQ(
        answer.next,
        "http://testserver/messages/"
        "?cursor=cD0yMDI0LTAxLTAxKzEzJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D&ordering=-read_at&unread=false"
    );
}

TEST(UnreadPages, HaveTheLinksOfRestFrameworkWhenNothingIsMarked) {
    Mailbox box(3);
    for (int i = 0; i < 3; ++i) {
        box.given.message(box.ann, "Message").created(a_monday_morning + 24h * i);
    }
    for (const auto& [name, next] :
         {std::pair("LimitOffsetPagination", "?limit=1&offset=1&unread=true"),
          std::pair("PageNumberPagination", "?page=2&unread=true"),
          std::pair(
              "CursorPagination",
              "?cursor=cD0yMDI0LTAxLTAzKzEwJTNBMDAlM0EwMCUyQjAwJTNBMDA%3D&unread=true"
          )}) {
        box.paginate_by(name, 1);
        ListClient head(box.given, box.ann, box.settings);
        EXPECT_EQ(
            head.page("http://testserver/messages/?unread=true", false).next,
            std::string("http://testserver/messages/") + next
        );
    }
}

} // namespace
} // namespace drf_messages::api
