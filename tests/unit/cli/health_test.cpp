// SPDX-License-Identifier: MIT
#include "embed/health.hpp"
#include "sql/error.hpp"
#include "sql/sqlite/factory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::embed {
namespace {

http::Response site(const http::Request&) {
    http::Response response;
    response.status = 418;
    return response;
}

int status_of(const http::Handler& handler, std::string method, std::string target) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    return handler(request).status;
}

sql::ConnectionFactory database_in_memory() {
    sql::SqliteOptions options;
    options.path = ":memory:";
    return sql::sqlite_connections(options);
}

std::unique_ptr<sql::Connection> no_database() {
    throw sql::Error(sql::ErrorKind::connection_lost, "open", "1", "the disk is gone");
}

std::function<std::string()> problem_of(DatabaseCheck& check) {
    return [&check] { return check.problem(); };
}

TEST(Health, AnswersBesideTheSite) {
    DatabaseCheck database(database_in_memory());
    const auto handler = with_health(site, "", problem_of(database));
    EXPECT_EQ(status_of(handler, "GET", "/healthz"), 200);
    EXPECT_EQ(status_of(handler, "HEAD", "/readyz?verbose=1"), 200);
    EXPECT_EQ(status_of(handler, "POST", "/healthz"), 405);
    EXPECT_EQ(status_of(handler, "GET", "/healthz/"), 418);
    EXPECT_EQ(status_of(handler, "GET", "/messages/"), 418);
}

TEST(Health, MovesUnderItsPrefix) {
    DatabaseCheck database(database_in_memory());
    const auto handler = with_health(site, "/-", problem_of(database));
    EXPECT_EQ(status_of(handler, "GET", "/-/readyz"), 200);
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 418);
}

TEST(Health, IsAliveButNotReadyWithoutItsDatabase) {
    DatabaseCheck database(no_database);
    const auto handler = with_health(site, "", problem_of(database));
    EXPECT_EQ(status_of(handler, "GET", "/healthz"), 200);
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 503);
}

TEST(Health, IsNotReadyInTimeWhileTheDatabaseHangsAndReadyAgainAfterwards) {
    std::promise<void> thaw;
    const auto thawed = thaw.get_future().share();
    DatabaseCheck database(
        [thawed] {
            thawed.wait();
            return database_in_memory()();
        },
        {},
        std::chrono::milliseconds(20)
    );
    const auto handler = with_health(site, "", problem_of(database));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(status_of(handler, "GET", "/readyz"), 503);
        EXPECT_EQ(status_of(handler, "GET", "/healthz"), 200);
    }
    thaw.set_value();
    while (status_of(handler, "GET", "/readyz") != 200) {
        std::this_thread::yield();
    }
}

TEST(Health, SaysWhyRequestsWouldFailAndIsReadyAgainAfterwards) {
    std::atomic<bool> writable = false;
    DatabaseCheck database(database_in_memory(), [&writable](sql::Connection&) {
        return std::string(writable ? "" : "the database may only be read");
    });
    const auto handler = with_health(site, "", problem_of(database));
    http::Request request;
    request.method = "GET";
    request.target = "/readyz";
    EXPECT_EQ(handler(request).status, 503);
    EXPECT_EQ(handler(request).body, "the database may only be read\n");
    EXPECT_EQ(status_of(handler, "GET", "/healthz"), 200);
    writable = true;
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 200);
}

TEST(Health, WaitsLessForADatabaseThatStillHangs) {
    std::atomic<int> opened = 0;
    std::counting_semaphore thaw(0);
    DatabaseCheck database(
        [&]() -> std::unique_ptr<sql::Connection> {
            ++opened;
            thaw.acquire();
            return no_database();
        },
        {},
        std::chrono::seconds(1)
    );
    const auto time_of_a_question = [&] {
        const auto began = std::chrono::steady_clock::now();
        EXPECT_EQ(database.problem(), "the database does not answer");
        return std::chrono::steady_clock::now() - began;
    };
    const auto first = time_of_a_question();
    // A slow machine lets one question or another take longer: only who always waits as long never
    // gets through here.
    auto next = first;
    for (int checks = 1; next >= first / 2; ++checks) {
        thaw.release();
        while (opened == checks) {
            next = time_of_a_question();
        }
    }
    thaw.release();
}

TEST(Health, AsksTheDatabaseOnceForAllWhoAskWithinAMoment) {
    std::atomic<int> checks = 0;
    DatabaseCheck database(
        database_in_memory(),
        [&checks](sql::Connection&) {
            ++checks;
            return std::string("not yet");
        },
        std::chrono::seconds(60),
        {},
        std::chrono::hours(1)
    );
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(database.problem(), "not yet");
    }
    EXPECT_EQ(checks, 1);
}

TEST(Health, DoesNotAskASlowDatabaseAgainForEachWhoHasWaited) {
    constexpr std::chrono::milliseconds lasts{100};
    std::atomic<int> checks = 0;
    DatabaseCheck database(
        database_in_memory(),
        [&](sql::Connection&) {
            ++checks;
            std::this_thread::sleep_for(2 * lasts); // longer than an answer lasts
            return std::string("not yet");
        },
        std::chrono::seconds(60),
        {},
        lasts
    );
    // until when the answer lasts at least, however slow this machine is
    const auto until = std::chrono::steady_clock::now() + 3 * lasts;
    for (bool is_in_time = true; is_in_time;) {
        EXPECT_EQ(database.problem(), "not yet");
        const int asked = checks;
        is_in_time = std::chrono::steady_clock::now() < until;
        EXPECT_TRUE(asked == 1 || !is_in_time) << asked;
    }
}

TEST(Health, NoticesThatTheDatabaseHasCome) {
    std::atomic<bool> there = false;
    DatabaseCheck database([&there] { return there ? database_in_memory()() : no_database(); });
    const auto handler = with_health(site, "", problem_of(database));
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 503);
    there = true;
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 200);
}

TEST(Health, NoticesByItselfWhenItsDatabaseIsAnotherOneOrDoesNotAnswer) {
    std::atomic<int> number = 1;
    std::atomic<bool> there = true;
    std::atomic<int> changes = 0;
    std::mutex mutex;
    std::vector<std::string> lines;
    DatabaseWatch watch;
    watch.identity = [&](sql::Connection&) {
        return there ? std::to_string(number)
                     : throw sql::Error(sql::ErrorKind::connection_lost, "ask", "1", "gone");
    };
    watch.changed = [&] { ++changes; };
    watch.log = [&](LogLevel, std::string_view line) {
        const std::lock_guard lock(mutex);
        lines.emplace_back(line);
    };
    watch.interval = std::chrono::milliseconds(1);
    const auto wait_for_lines = [&](std::size_t count) {
        for (;;) {
            const std::lock_guard lock(mutex);
            if (lines.size() == count) {
                return;
            }
        }
    };
    DatabaseCheck database(database_in_memory(), {}, std::chrono::seconds(60), watch);
    const auto seen = std::chrono::steady_clock::now();
    EXPECT_EQ(database.problem(), "");
    EXPECT_EQ(changes, 0);
    number = 2;
    wait_for_lines(1);
    EXPECT_EQ(changes, 1);
    there = false;
    wait_for_lines(2);
    EXPECT_EQ(database.problem(), "the database does not answer");
    there = true;
    wait_for_lines(3);
    EXPECT_EQ(database.problem(), "");
    number = 1;
    while (changes != 2) {
        std::this_thread::yield();
    }
    EXPECT_EQ(database.problem(), ""); // now all is in the log
    const std::lock_guard lock(mutex);
    if (std::chrono::steady_clock::now() - seen > std::chrono::seconds(5)) {
        lines.resize(3); // too long ago to be left out
    }
    EXPECT_EQ(
        lines,
        (std::vector<std::string>{
            "the database was moved, replaced or restarted, or has another role: all connections "
            "to it are made anew",
            "the database does not answer: ask: gone (1)",
            "the database answers again"})
    );
}

} // namespace
} // namespace drf_messages::embed
