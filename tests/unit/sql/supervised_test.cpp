// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/statement_limit.hpp"
#include "sql/supervised.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using drf_messages::LogLevel;
using drf_messages::sql::Connection;
using drf_messages::sql::ConnectionFactory;
using drf_messages::sql::Dialect;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Retry;
using drf_messages::sql::Row;
using drf_messages::sql::ScopedTransaction;
using drf_messages::sql::Statement;
using drf_messages::sql::StatementLimit;
using drf_messages::sql::supervised;
using drf_messages::sql::Supervision;
using drf_messages::sql::Value;
using drf_messages::sql::with_backoff;
using testing::ElementsAre;
using testing::MatchesRegex;

Error lost(Retry retry = Retry::no) {
    return Error(ErrorKind::connection_lost, "test", {}, "gone", retry);
}

Error undone() {
    return Error(ErrorKind::busy, "test", {}, "deadlock", Retry::safe);
}

/// What the connections of one test do: each call takes the next failure, and succeeds when there
/// is none.
struct Script {
    std::deque<Error> failures;
    int opened = 0;
    std::vector<std::string> calls;
    std::chrono::milliseconds takes{0};
    bool gives_row_first = false;
    bool limited = false;

    void call(std::string name) {
        calls.push_back(std::move(name));
        std::this_thread::sleep_for(takes);
        if (!failures.empty()) {
            const Error failure = failures.front();
            failures.pop_front();
            throw failure;
        }
    }
};

class NoRow final : public Row {
public:
    bool is_null(int) const override { return true; }
    std::int64_t integer(int) const override { return 0; }
    bool boolean(int) const override { return false; }
    std::string_view text(int) const override { return {}; }
    drf_messages::Timestamp timestamp(int) const override { return {}; }
};

class ScriptedConnection final : public Connection {
public:
    explicit ScriptedConnection(Script& script) : script_(script) { ++script.opened; }

    Dialect dialect() const noexcept override { return Dialect::mariadb; }
    void query(
        const Statement&, std::span<const Value>, const std::function<void(const Row&)>& each
    ) override {
        if (script_.gives_row_first) {
            each(NoRow());
        }
        script_.call("query");
    }
    std::int64_t execute(const Statement&, std::span<const Value>) override {
        script_.call("execute");
        return 1;
    }
    std::int64_t insert(const Statement&, std::span<const Value>) override {
        script_.call("insert");
        return 1;
    }
    void run_script(const Statement&) override { script_.call("script"); }
    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        script_.limited = until.has_value();
    }
    void begin() override { script_.call("begin"); }
    void commit() override { script_.call("commit"); }
    void rollback() override { script_.call("rollback"); }
    std::uint64_t statement_count() const noexcept override { return 1; }
    bool usable() const noexcept override { return true; }

private:
    Script& script_;
};

class SupervisedConnection : public testing::Test {
protected:
    ConnectionFactory factory() {
        return [this] { return std::make_unique<ScriptedConnection>(script); };
    }

    void select(std::string_view text = "SELECT 1") {
        connection->query({"select", text}, {}, [this](const Row&) { ++rows; });
    }

    Script script;
    int rows = 0;
    std::unique_ptr<Connection> connection = supervised(factory(), {})();
};

TEST_F(SupervisedConnection, GivesAReopenedConnectionTheLimitOfTheLostOne) {
    {
        const StatementLimit limit(*connection, std::chrono::seconds(60));
        script.failures = {lost(Retry::safe)};
        select();
        EXPECT_EQ(script.opened, 2);
        EXPECT_TRUE(script.limited);
    }
    EXPECT_FALSE(script.limited);
}

TEST_F(SupervisedConnection, RunsAStatementAgainThatTheDatabaseHasUndone) {
    script.failures = {undone(), undone()};
    EXPECT_EQ(connection->execute({"write", "UPDATE t"}, {}), 1);
    EXPECT_THAT(script.calls, ElementsAre("execute", "execute", "execute"));
    EXPECT_EQ(script.opened, 1);
}

TEST_F(SupervisedConnection, GivesUpWhatIsUndoneAgainAndAgain) {
    script.failures = std::deque<Error>(100, undone());
    EXPECT_THROW(connection->insert({"write", "INSERT"}, {}), Error);
    EXPECT_LT(script.calls.size(), 50u);
}

TEST_F(SupervisedConnection, LeavesStatementsOfATransactionToTheTransaction) {
    connection->begin();
    script.failures = {undone()};
    EXPECT_THROW(connection->execute({"write", "UPDATE t"}, {}), Error);
    connection->rollback();
    EXPECT_THAT(script.calls, ElementsAre("begin", "execute", "rollback"));
}

TEST_F(SupervisedConnection, OpensALostConnectionAgainForAQuery) {
    script.failures = {lost()};
    select();
    EXPECT_EQ(script.opened, 2);
    EXPECT_TRUE(connection->usable());
    EXPECT_EQ(connection->statement_count(), 2u);
}

TEST_F(SupervisedConnection, DoesNotRepeatAWriteThatMayHaveBeenExecuted) {
    script.failures = {lost()};
    EXPECT_THROW(connection->execute({"write", "UPDATE t"}, {}), Error);
    EXPECT_FALSE(connection->usable());
    script.failures = {lost()};
    EXPECT_THROW(select("SELECT 1 FOR UPDATE"), Error);
    script.failures = {lost()};
    EXPECT_THROW(connection->run_script({"script", "CREATE"}), Error);
    EXPECT_THAT(script.calls, ElementsAre("execute", "query", "script"));
}

TEST_F(SupervisedConnection, RepeatsAWriteThatWasNotSent) {
    script.failures = {lost(Retry::safe)};
    EXPECT_EQ(connection->execute({"write", "UPDATE t"}, {}), 1);
    EXPECT_EQ(script.opened, 2);
}

TEST_F(SupervisedConnection, IsLostWhenTheSecondConnectionIsLostToo) {
    script.failures = {lost(), lost()};
    EXPECT_THROW(select(), Error);
    EXPECT_THAT(script.calls, ElementsAre("query", "query"));
}

TEST_F(SupervisedConnection, HandsNoRowOutTwice) {
    script.gives_row_first = true;
    script.failures = {lost()};
    EXPECT_THROW(select(), Error);
    EXPECT_EQ(rows, 1);
    script.failures = {undone()};
    EXPECT_THROW(select(), Error);
    EXPECT_EQ(rows, 2);
}

TEST_F(SupervisedConnection, SendsNoRollbackOverALostConnectionAndBeginsOnANewOne) {
    connection->begin();
    script.failures = {lost()};
    EXPECT_THROW(select(), Error);
    connection->rollback();
    connection->begin();
    EXPECT_THAT(script.calls, ElementsAre("begin", "query", "begin"));
    EXPECT_EQ(script.opened, 2);
}

TEST_F(SupervisedConnection, LogsARollbackThatFailsInPlaceOfTheExceptionThatIsOnItsWay) {
    std::vector<std::string> lines;
    Supervision supervision;
    supervision.log = [&lines](LogLevel, std::string_view line) { lines.emplace_back(line); };
    connection = supervised(factory(), supervision)();
    try {
        const ScopedTransaction transaction(*connection);
        script.failures = {Error(ErrorKind::other, "rollback", "1180", "no answer")};
        throw std::runtime_error("in the middle");
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "in the middle");
    }
    EXPECT_THAT(lines, ElementsAre("rollback: no answer (1180)"));
    EXPECT_FALSE(connection->usable());
}

TEST_F(SupervisedConnection, LogsWhatIsSlowByItsNameAlsoWhenItFails) {
    std::vector<std::string> lines;
    Supervision supervision;
    supervision.slow_statement = 200ms;
    supervision.log = [&lines](LogLevel, std::string_view line) { lines.emplace_back(line); };
    connection = supervised(factory(), supervision)();
    select();
    EXPECT_TRUE(lines.empty());
    script.takes = 205ms;
    const std::array<Value, 1> secret{std::string_view("secret")};
    connection->execute({"mark messages", "UPDATE t SET x = ?"}, secret);
    script.failures = {Error(ErrorKind::constraint, "test", {}, "no")};
    EXPECT_THROW(connection->insert({"insert a message", "INSERT"}, secret), Error);
    EXPECT_THAT(
        lines,
        ElementsAre(
            MatchesRegex("slow statement: mark messages took [0-9]+\\.[0-9]{3} s"),
            MatchesRegex("slow statement: insert a message took [0-9]+\\.[0-9]{3} s")
        )
    );
}

TEST(Backoff, TellsAtOnceThatTheDatabaseCouldNotBeReachedAndTriesAgainAfterAWhile) {
    Script script;
    int tries = 0;
    bool down = true;
    const auto open = with_backoff([&]() -> std::unique_ptr<Connection> {
        ++tries;
        if (down) {
            throw lost();
        }
        return std::make_unique<ScriptedConnection>(script);
    });
    for (int i = 0; i < 100; ++i) {
        EXPECT_THROW(open(), Error);
    }
    EXPECT_LT(tries, 10);
    down = false;
    while (script.opened == 0) {
        try {
            open();
        } catch (const Error&) {
            std::this_thread::sleep_for(5ms);
        }
    }
    open();
    open();
    EXPECT_EQ(script.opened, 3);
}

TEST(Backoff, LetsOneThreadTryWhileTheOthersAreTold) {
    std::promise<void> answer;
    const auto answered = answer.get_future().share();
    std::atomic<int> trying = 0;
    std::atomic<bool> hangs = false;
    const auto open = with_backoff([&]() -> std::unique_ptr<Connection> {
        if (hangs) {
            ++trying;
            answered.wait();
        }
        throw lost();
    });
    EXPECT_THROW(open(), Error);
    hangs = true;
    std::this_thread::sleep_for(60ms);
    auto prober = std::async(std::launch::async, [&] { EXPECT_THROW(open(), Error); });
    while (trying == 0) {
        std::this_thread::yield();
    }
    for (int i = 0; i < 10; ++i) {
        EXPECT_THROW(open(), Error);
    }
    EXPECT_EQ(trying, 1);
    answer.set_value();
    prober.get();
}

TEST(Backoff, LetsNobodyElseTryWhenAnAttemptFromBeforeEndsMeanwhile) {
    for (const bool is_of_the_database : {true, false}) {
        std::promise<void> early_end;
        std::promise<void> probe_end;
        std::atomic<int> tries = 0;
        const auto open = with_backoff([&]() -> std::unique_ptr<Connection> {
            const int number = ++tries;
            if (number == 1) {
                early_end.get_future().wait();
                if (!is_of_the_database) {
                    throw std::runtime_error("no thread");
                }
            } else if (number == 3) {
                probe_end.get_future().wait();
            }
            throw lost();
        });
        const auto fail = [&] { EXPECT_ANY_THROW(open()); };
        auto early = std::async(std::launch::async, fail);
        while (tries < 1) {
            std::this_thread::yield();
        }
        fail();
        auto prober = std::async(std::launch::async, [&] {
            while (tries < 3) {
                fail();
            }
        });
        while (tries < 3) {
            std::this_thread::yield();
        }
        early_end.set_value();
        early.get();
        // Longer than the pause that the early one must not begin.
        const auto until = std::chrono::steady_clock::now() + 150ms;
        while (std::chrono::steady_clock::now() < until) {
            fail();
            std::this_thread::sleep_for(1ms);
        }
        EXPECT_EQ(tries, 3);
        probe_end.set_value();
        prober.get();
    }
}

TEST(Backoff, DoesNotBeginWithAnAttemptThatAnotherHasOvertaken) {
    Script script;
    std::promise<void> end;
    std::atomic<int> tries = 0;
    const auto open = with_backoff([&]() -> std::unique_ptr<Connection> {
        if (++tries == 1) {
            end.get_future().wait();
            throw lost();
        }
        return std::make_unique<ScriptedConnection>(script);
    });
    auto slow = std::async(std::launch::async, [&] { EXPECT_THROW(open(), Error); });
    while (tries < 1) {
        std::this_thread::yield();
    }
    open();
    end.set_value();
    slow.get();
    open();
    EXPECT_EQ(script.opened, 2);
}

} // namespace
