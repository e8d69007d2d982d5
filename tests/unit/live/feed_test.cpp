// SPDX-License-Identifier: MIT
#include "live/feed.hpp"
#include "sql/error.hpp"
#include "sql/supervised.hpp"
#include "store/feed_upkeep.hpp"
#include "support/given_feed.hpp"
#include "support/sanitizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using live::Feed;
using test::GivenFeed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What a listener has heard, for who waits for it.
class Heard {
public:
    Feed::Listener listener() {
        return [this](const Feed::Batch& batch) {
            const std::lock_guard lock(mutex_);
            if (batch.reset) {
                lines_.push_back("reset");
            }
            for (std::string& line : test::told({batch.rows.begin(), batch.rows.end()})) {
                lines_.push_back(std::move(line));
            }
            changed_.notify_all();
        };
    }
    LogSink log() {
        return [this](LogLevel, std::string_view line) {
            const std::lock_guard lock(mutex_);
            logged_.emplace_back(line);
            changed_.notify_all();
        };
    }

    /// All that was heard, once there is so much of it.
    std::vector<std::string> lines(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return lines_.size() >= count; });
        return lines_;
    }
    std::vector<std::string> logged(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return logged_.size() >= count; });
        return logged_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
    std::vector<std::string> logged_;
};

Feed::Options options_of(GivenFeed& given) {
    Feed::Options options;
    options.open = sql::supervised(given.open, {});
    options.closes_before_fork = given.is_sqlite();
    options.poll_interval = 5ms;
    return options;
}

std::string line(const UserId& user, MessageId message, ChangeKind kind) {
    return test::told({{1, user, std::nullopt, message, kind}}).front();
}

TEST(FeedThread, TellsWhatIsCommittedFromNowOn) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    given.message(ann, "before");
    given.number();
    Heard heard;
    Feed feed(options_of(given));
    const live::Lease lease = feed.listen(heard.listener());
    const MessageId message = given.message(ann, "after");
    heard.lines(1);
    given.mark(message);
    EXPECT_THAT(
        heard.lines(2),
        ElementsAre(
            line(ann, message, ChangeKind::created), line(ann, message, ChangeKind::changed)
        )
    );
    EXPECT_EQ(feed.pending(), 0);
}

TEST(FeedThread, HearsOfWhatWasCommittedHereBeforeItsNextLook) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard heard;
    Feed::Options options = options_of(given);
    options.poll_interval = 1h;
    Feed feed(std::move(options));
    const live::Lease lease = feed.listen(heard.listener());
    const MessageId message = given.message(ann, "hi");
    feed.wake();
    EXPECT_THAT(heard.lines(1), ElementsAre(line(ann, message, ChangeKind::created)));
}

TEST(FeedThread, SharesTheWorkWithOtherServers) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard first;
    Heard second;
    Feed one(options_of(given));
    Feed two(options_of(given));
    const live::Lease first_lease = one.listen(first.listener());
    const live::Lease second_lease = two.listen(second.listener());
    for (int i = 0; i < 50; ++i) {
        given.message(ann, "hi");
        (i % 2 == 0 ? one : two).wake();
    }
    EXPECT_EQ(first.lines(50), second.lines(50));
    const std::vector<std::string> lines = first.lines(50);
    EXPECT_EQ(std::set(lines.begin(), lines.end()).size(), 50U);
    EXPECT_EQ(lines.size(), 50U);
    one.stop();
    given.message(ann, "one more");
    second.lines(51);
}

TEST(FeedThread, DoesNotCallAListenerThatHasEnded) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard others;
    Feed feed(options_of(given));
    std::atomic<int> calls{0};
    std::optional<live::Lease> own;
    std::mutex mutex;
    {
        const std::lock_guard lock(mutex);
        own = feed.listen([&](const Feed::Batch&) {
            ++calls;
            const std::lock_guard inside(mutex);
            own.reset(); // from within
        });
    }
    live::Lease outside = feed.listen([&](const Feed::Batch&) { ++calls; });
    const live::Lease last = feed.listen(others.listener());
    given.message(ann, "first");
    others.lines(1);
    EXPECT_EQ(calls, 2);
    outside.reset();
    given.message(ann, "second");
    others.lines(2);
    EXPECT_EQ(calls, 2);
}

TEST(FeedThread, WaitsForACallBeforeItsListenerHasEnded) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Feed feed(options_of(given));
    for (int i = 0; i < 20; ++i) {
        auto seen = std::make_unique<std::atomic<bool>>(false);
        live::Lease lease =
            feed.listen([state = seen.get()](const Feed::Batch&) { *state = true; });
        given.message(ann, "hi");
        feed.wake();
        if (i % 2 == 0) {
            while (!*seen) {
                std::this_thread::yield();
            }
        }
        lease.reset();
        seen.reset(); // what a later call would use
    }
}

TEST(FeedThread, EndsWithItsSiteAlsoFromWithinAListener) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const auto held = std::make_shared<int>();
    Feed::Options options = options_of(given);
    options.log = [held](LogLevel, std::string_view) {};
    auto feed = std::make_unique<Feed>(std::move(options));
    std::mutex mutex;
    std::condition_variable ended;
    bool has_ended = false;
    std::atomic<int> calls{0};
    const live::Lease lease = feed->listen([&](const Feed::Batch&) {
        ++calls;
        const std::lock_guard lock(mutex);
        feed.reset();
        has_ended = true;
        ended.notify_all();
    });
    const live::Lease other = feed->listen([&](const Feed::Batch&) { ++calls; });
    given.message(ann, "hi");
    std::unique_lock lock(mutex);
    ended.wait(lock, [&] { return has_ended; });
    lock.unlock();
    while (held.use_count() > 1) { // the thread, which nobody joins
        std::this_thread::yield();
    }
    EXPECT_EQ(calls, 1);
}

TEST(FeedThread, GoesOnAfterAListenerHasThrown) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard heard;
    Feed::Options options = options_of(given);
    options.log = heard.log();
    Feed feed(std::move(options));
    const live::Lease bad = feed.listen([](const Feed::Batch&) { throw std::runtime_error("no"); });
    const live::Lease good = feed.listen(heard.listener());
    given.message(ann, "hi");
    heard.lines(1);
    EXPECT_THAT(heard.logged(1), ElementsAre("a listener of the change feed: no"));
}

TEST(FeedThread, GoesOnFromItsPositionWhenTheDatabaseIsBack) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard heard;
    std::atomic<bool> is_away{false};
    Feed::Options options = options_of(given);
    const auto renewals = std::make_shared<sql::Renewals>();
    sql::Supervision supervision;
    supervision.renewals = renewals;
    options.open = sql::supervised(
        [&]() -> std::unique_ptr<sql::Connection> {
            if (is_away) {
                throw sql::Error(sql::ErrorKind::connection_lost, "open", "", "away");
            }
            return given.open();
        },
        supervision
    );
    options.log = heard.log();
    Feed feed(std::move(options));
    const live::Lease lease = feed.listen(heard.listener());
    const MessageId first = given.message(ann, "before");
    heard.lines(1);

    is_away = true;
    renewals->renew();
    EXPECT_THAT(
        heard.logged(1), ElementsAre(HasSubstr("the change feed stands still: open: away"))
    );
    const MessageId second = given.message(ann, "meanwhile");
    is_away = false;
    EXPECT_THAT(
        heard.lines(2),
        ElementsAre(line(ann, first, ChangeKind::created), line(ann, second, ChangeKind::created))
    );
    EXPECT_THAT(heard.logged(2).back(), "the change feed goes on");
}

TEST(FeedThread, ResetsItsListenersInAnotherEpoch) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard heard;
    Feed feed(options_of(given));
    const live::Lease lease = feed.listen(heard.listener());
    store::begin_epoch(given.connection(), store::feed_info(given.connection())->epoch);
    EXPECT_THAT(heard.lines(1), ElementsAre("reset"));
    EXPECT_EQ(feed.position().epoch, store::feed_info(given.connection())->epoch);
    const MessageId message = given.message(ann, "hi");
    EXPECT_THAT(heard.lines(2), ElementsAre("reset", line(ann, message, ChangeKind::created)));
}

TEST(FeedThread, BeginsAnEpochWhereSomebodyWroteWhatIsNone) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    Heard heard;
    Feed feed(options_of(given));
    const live::Lease lease = feed.listen(heard.listener());
    test::run(given.connection(), "UPDATE drf_messages_server_info SET epoch = ?", {"a\r\nid: b"});
    EXPECT_THAT(heard.lines(1), ElementsAre("reset"));
    EXPECT_TRUE(MessageState::parse(feed.position().str())) << feed.position();
    const MessageId message = given.message(ann, "hi");
    EXPECT_THAT(heard.lines(2), ElementsAre("reset", line(ann, message, ChangeKind::created)));
}

TEST(FeedThread, ResetsWhoeverHasListenedBeforeTheDatabaseWasThere) {
    GivenFeed given;
    Heard heard;
    std::atomic<bool> is_away{true};
    Feed::Options options = options_of(given);
    options.open = [&]() -> std::unique_ptr<sql::Connection> {
        if (is_away) {
            throw sql::Error(sql::ErrorKind::connection_lost, "open", "", "away");
        }
        return given.open();
    };
    Feed feed(std::move(options));
    const live::Lease lease = feed.listen(heard.listener());
    EXPECT_EQ(feed.position().epoch, "");
    is_away = false;
    EXPECT_THAT(heard.lines(1), ElementsAre("reset"));
}

TEST(FeedThread, NoticesATruncatedTable) {
    GivenFeed given;
    auto& connection = given.connection();
    if (given.is_sqlite()) {
        GTEST_SKIP() << "knows no TRUNCATE";
    }
    given.message(given.user("ann"), "hi");
    given.number();
    store::was_truncated(connection); // the server has seen it
    Heard heard;
    Feed feed(options_of(given));
    const live::Lease lease = feed.listen(heard.listener());
    connection.run_script(
        {"truncate",
         connection.dialect() == sql::Dialect::postgresql
             ? "TRUNCATE drf_messages_message, drf_messages_messagetag"
             : "SET FOREIGN_KEY_CHECKS = 0; TRUNCATE drf_messages_message; SET FOREIGN_KEY_CHECKS "
               "= "
               "1"}
    );
    EXPECT_EQ(heard.lines(1).back(), "reset");
}

TEST(FeedThread, MakesTriggersAgainThatARebuiltTableHasLost) {
    GivenFeed given;
    if (!given.is_sqlite()) {
        GTEST_SKIP() << "only SQLite's tables are made anew";
    }
    const UserId ann = given.user("ann");
    Heard heard;
    Feed::Options options = options_of(given);
    options.log = heard.log();
    Feed feed(std::move(options));
    const live::Lease lease = feed.listen(heard.listener());
    const auto triggers = [&] {
        return test::number(
            given.connection(), "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'"
        );
    };
    const std::int64_t before = triggers();
    given.connection().run_script(
        {"rebuild",
         "BEGIN; CREATE TABLE kept AS SELECT * FROM drf_messages_messagetag;"
         "DROP TABLE drf_messages_messagetag; CREATE TABLE drf_messages_messagetag"
         " (id integer PRIMARY KEY AUTOINCREMENT, text varchar(128) NOT NULL,"
         " message_id bigint NOT NULL REFERENCES drf_messages_message (id));"
         "INSERT INTO drf_messages_messagetag SELECT id, text, message_id FROM kept;"
         "DROP TABLE kept"}
    );
    EXPECT_LT(triggers(), before); // before the feed sees it
    given.connection().run_script({"rebuild", "COMMIT"});
    EXPECT_EQ(heard.lines(1).back(), "reset");
    EXPECT_EQ(triggers(), before);
    EXPECT_THAT(
        heard.logged(1), ElementsAre("the change feed: its triggers were gone, and are back")
    );
    const MessageId message = given.message(ann, "hi");
    EXPECT_EQ(heard.lines(2).back(), line(ann, message, ChangeKind::created));
}

TEST(FeedThread, TrimsWhatIsOlderThanItsHistory) {
    GivenFeed given;
    const UserId ann = given.user("ann");
    const MessageId message = given.message(ann, "hi");
    given.mark(message);
    given.number();
    const MessageId other = given.message(ann, "other");
    given.number();
    test::run(given.connection(), "UPDATE drf_messages_server_feed SET at = at - 60000");
    Feed::Options options = options_of(given);
    options.history = 10s;
    Feed feed(std::move(options));
    feed.start();
    while (store::feed_info(given.connection())->trimmed_to == 0) {
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_THAT(
        test::told(store::feed_of_all(given.connection(), 0, 100)),
        ElementsAre(line(ann, other, ChangeKind::created))
    );
}

TEST(FeedThread, LeavesTheNextServerItsPlace) {
    GivenFeed given;
    if (given.is_sqlite()) {
        GTEST_SKIP() << "every process looks at the file";
    }
    Feed feed(options_of(given));
    feed.start();
    while (!store::look_at_feed(given.connection())->is_held) {
        std::this_thread::sleep_for(1ms);
    }
    feed.stop();
    EXPECT_FALSE(store::look_at_feed(given.connection())->is_held);
}

TEST(FeedThread, BeginsAnewInAChildOfFork) {
    GivenFeed given;
    if (given.is_sqlite()) {
        GTEST_SKIP() << "a child must not inherit the connection of this test";
    }
    if (test::under_thread_sanitizer) {
        GTEST_SKIP() << "a child of fork() makes a thread";
    }
    const UserId ann = given.user("ann");
    Heard heard;
    Feed feed(options_of(given));
    std::optional<live::Lease> lease = feed.listen(heard.listener());
    given.message(ann, "first");
    heard.lines(1);
    std::optional<Heard> childs;
    const pid_t child = ::fork();
    if (child == 0) {
        int code = 1;
        lease.reset(); // the parent's: nothing happens
        childs.emplace();
        const live::Lease own = feed.listen(childs->listener());
        const auto connection = given.open();
        test::run(*connection, "UPDATE drf_messages_message SET level = 40");
        feed.wake();
        code = childs->lines(1).back().ends_with(" 2") ? 0 : 2;
        ::_exit(code);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(heard.lines(2).back().ends_with(" 2"));
}

} // namespace
} // namespace drf_messages
