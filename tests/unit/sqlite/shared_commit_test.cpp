// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/statement_limit.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::ScopedTransaction;
using drf_messages::sql::Sharing;
using drf_messages::sql::SqliteOptions;
using drf_messages::sql::StatementLimit;
using drf_messages::sql::transact;
using drf_messages::sql::Value;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace sqlite = drf_messages::sql::sqlite;

constexpr auto long_write = "INSERT INTO t (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                            "i + 1 FROM n) SELECT i FROM n WHERE i < 0";

/// What became of a writer: "done", or what its Error says of it.
std::string outcome_of(const std::function<void()>& work) {
    try {
        work();
        return "done";
    } catch (const Error& error) {
        switch (error.kind()) {
        case ErrorKind::busy:
            return error.retryable() ? "undone" : "busy";
        case ErrorKind::foreign_key:
            return "foreign key";
        case ErrorKind::constraint:
            return "constraint";
        case ErrorKind::timed_out:
            return "timed out";
        default:
            return error.what();
        }
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

/// Connections of one factory whose queue a test can look into. A commit may be shared for as long
/// as a test takes, unless it says otherwise.
class SharedCommit : public testing::Test {
protected:
    SharedCommit() {
        host->run_script(
            {"create",
             "CREATE TABLE t (id integer PRIMARY KEY, name text UNIQUE,"
             " parent integer REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)"}
        );
    }

    std::unique_ptr<Connection> open() { return sqlite::open_connection(options, shared); }

    static void add(Connection& connection, const char* name) {
        connection.execute(
            {"add", "INSERT INTO t (name) VALUES (?)", Sharing::joins},
            std::array<Value, 1>{std::string_view(name)}
        );
    }

    std::vector<std::string> stored() { return rows(*reader, "SELECT name FROM t ORDER BY id", 1); }

    /// How many commits are in the log, which nobody empties.
    int commits() const {
        std::ifstream file(folder / "db-wal", std::ios::binary);
        const std::string log(std::istreambuf_iterator<char>(file), {});
        constexpr std::size_t header = 32;
        constexpr std::size_t frame = 24 + 4096;
        int count = 0;
        for (std::size_t at = header; at + frame <= log.size(); at += frame) {
            // The database's size, at commits alone: https://www.sqlite.org/fileformat2.html
            count += log.compare(at + 4, 4, std::string(4, '\0')) != 0 ? 1 : 0;
        }
        return count;
    }

    std::unique_ptr<Connection> next_connection() {
        if (opened.empty()) {
            return open();
        }
        auto connection = std::move(opened.back());
        opened.pop_back();
        return connection;
    }

    /// Lets a writer wait for the lock, behind those that do already.
    void wait_with(const std::function<void(Connection&)>& work) {
        const std::size_t before = shared.queue->waiting();
        const std::size_t index = outcomes.size();
        outcomes.emplace_back();
        writers.emplace_back([this, work, index, connection = next_connection()]() mutable {
            const std::string outcome = outcome_of([&] { work(*connection); });
            connection.reset();
            const std::lock_guard lock(mutex);
            outcomes[index] = outcome;
        });
        while (shared.queue->waiting() == before) {
            std::this_thread::yield();
        }
    }
    void wait_to_add(const char* name) {
        wait_with([name](Connection& connection) { add(connection, name); });
    }

    /// In the order in which they came.
    std::vector<std::string> outcomes_after_all() {
        writers.clear();
        return {outcomes.begin(), outcomes.end()};
    }

    /// How many it takes the host, who has begun, and one more.
    int commits_with_one_who_waits() {
        const int before = commits();
        add(*host, "host");
        wait_to_add("one");
        host->commit();
        EXPECT_THAT(outcomes_after_all(), ElementsAre("done"));
        return commits() - before;
    }

    drf_messages::test::TempFolder folder;
    SqliteOptions options = [this] {
        auto given = drf_messages::test::sqlite_file(folder / "db", true);
        given.longest_shared_commit = 1h;
        return given;
    }();
    sqlite::SharedByConnections shared{
        std::make_shared<sqlite::WriteQueue>(100, 1h, 1h),
        std::make_shared<sqlite::PageCache>(),
        std::make_shared<sqlite::KnownFile>(),
    };
    std::unique_ptr<Connection> host = open();
    std::unique_ptr<Connection> reader = open();
    std::vector<std::unique_ptr<Connection>> opened; ///< for writers
    std::mutex mutex;
    std::deque<std::string> outcomes;
    std::vector<std::jthread> writers;
};

TEST_F(SharedCommit, IsOneForAllWhoWait) {
    const int before = commits();
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_to_add("statement");
    wait_with([](Connection& connection) {
        transact(
            connection,
            [&] {
                add(connection, "transaction");
                EXPECT_EQ(number(connection, "SELECT COUNT(*) FROM t"), 3) << "what is to be there";
            },
            Sharing::joins
        );
    });
    wait_to_add("last");
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done", "done", "done"));
    EXPECT_THAT(stored(), ElementsAre("host", "statement", "transaction", "last"));
    EXPECT_EQ(commits() - before, 1);
}

TEST_F(SharedCommit, IsNobodysBeforeItIsThere) {
    std::latch is_in(1);
    std::latch may_go(1);
    std::atomic<int> done = 0;
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_with([&](Connection& connection) {
        add(connection, "statement");
        ++done;
    });
    wait_with([&](Connection& connection) {
        ScopedTransaction transaction(connection, Sharing::joins);
        add(connection, "slow");
        is_in.count_down();
        may_go.wait();
        transaction.commit();
    });
    std::jthread commit([&] {
        host->commit();
        ++done;
    });
    is_in.wait();
    EXPECT_EQ(done, 0);
    EXPECT_THAT(stored(), IsEmpty());
    may_go.count_down();
    commit.join();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done", "done"));
    EXPECT_EQ(done, 2);
    EXPECT_THAT(stored(), ElementsAre("host", "statement", "slow"));
}

TEST_F(SharedCommit, IsSeenBySnapshotsOnceItIsSaidToBeThere) {
    reader->begin_snapshot();
    EXPECT_THAT(stored(), IsEmpty());
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    std::vector<std::string> seen;
    wait_with([&](Connection& connection) {
        connection.begin_snapshot();
        EXPECT_EQ(number(connection, "SELECT COUNT(*) FROM t"), 0);
        add(connection, "joined");
        EXPECT_EQ(number(connection, "SELECT COUNT(*) FROM t"), 2);
    });
    host->commit();
    EXPECT_THAT(stored(), ElementsAre("host", "joined"));
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done"));
}

TEST_F(SharedCommit, OfOneAloneIsAsEver) {
    const int before = commits();
    const auto statements = host->statement_count();
    host->begin_sharing(Sharing::joins);
    add(*host, "transaction");
    host->commit();
    add(*host, "statement");
    EXPECT_EQ(host->statement_count() - statements, 4u);
    EXPECT_EQ(commits() - before, 2);
}

TEST_F(SharedCommit, CountsTheStatementsOfEachAsItsOwn) {
    host->begin_sharing(Sharing::joins);
    const auto before = host->statement_count();
    wait_with([](Connection& connection) {
        const auto none = connection.statement_count();
        transact(
            connection, [&] { add(connection, "transaction"); }, Sharing::joins
        );
        EXPECT_EQ(connection.statement_count() - none, 3u);
    });
    host->commit();
    EXPECT_EQ(host->statement_count() - before, 1u);
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done"));
}

TEST_F(SharedCommit, LeavesOutWhatFails) {
    const int before = commits();
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_with([](Connection& connection) {
        transact(
            connection,
            [&] {
                add(connection, "never");
                throw std::runtime_error("thrown");
            },
            Sharing::joins
        );
    });
    wait_to_add("host"); // which is there
    wait_with([](Connection& connection) {
        ScopedTransaction transaction(connection, Sharing::joins);
        add(connection, "kept");
        EXPECT_EQ(outcome_of([&] { add(connection, "host"); }), "constraint");
        transaction.commit();
    });
    wait_with([](Connection& connection) {
        ScopedTransaction transaction(connection, Sharing::joins);
        add(connection, "left");
    });
    wait_with([](Connection& connection) {
        connection.begin_sharing(Sharing::joins);
        add(connection, "closed");
    });
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("thrown", "constraint", "done", "done", "done"));
    EXPECT_THAT(stored(), ElementsAre("host", "kept"));
    EXPECT_EQ(commits() - before, 1);
}

TEST_F(SharedCommit, RefusesKeysThatPointToNothingToWhoWroteThem) {
    const auto point = [](Connection& connection) {
        connection.execute({"point", "INSERT INTO t (parent) VALUES (99)", Sharing::joins});
    };
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_with([&](Connection& connection) {
        transact(
            connection, [&] { point(connection); }, Sharing::joins
        );
    });
    wait_to_add("good");
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("foreign key", "done"));
    EXPECT_THAT(stored(), ElementsAre("host", "good"));

    host->begin_sharing(Sharing::joins);
    point(*host);
    wait_to_add("beside");
    EXPECT_EQ(outcome_of([&] { host->commit(); }), "foreign key");
    host->rollback();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("foreign key", "done", "done"));
    EXPECT_THAT(stored(), ElementsAre("host", "good", "beside"));

    host->begin_sharing(Sharing::joins);
    add(*host, "again");
    wait_with(point); // a statement, which has no savepoint
    wait_to_add("after");
    EXPECT_EQ(outcome_of([&] { host->commit(); }), "undone");
    host->rollback();
    EXPECT_THAT(
        outcomes_after_all(), ElementsAre("foreign key", "done", "done", "foreign key", "done")
    );
    EXPECT_THAT(stored(), ElementsAre("host", "good", "beside", "after"));
}

TEST_F(SharedCommit, HasItsLogCopiedAsThatOfOneAlone) {
    const auto file = folder / "db";
    host->run_script({"more", "CREATE TABLE large (data blob)"});
    const auto before = std::filesystem::file_size(file);
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_with([](Connection& connection) {
        connection.execute({"add", "INSERT INTO large VALUES (zeroblob(5000000))", Sharing::joins});
    });
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done"));
    EXPECT_GT(std::filesystem::file_size(file), before + 4'000'000) << "the log was copied";

    const auto then = std::filesystem::file_size(file);
    host->execute({"add", "INSERT INTO large VALUES (zeroblob(5000000))", Sharing::joins});
    EXPECT_GT(std::filesystem::file_size(file), then + 4'000'000) << "by one alone too";
}

TEST_F(SharedCommit, LetsReadRowsWhoWrote) {
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_with([](Connection& connection) {
        const auto own = std::this_thread::get_id();
        connection.query(
            {"add", "INSERT INTO t (name) VALUES ('row') RETURNING name", Sharing::joins},
            {},
            [&](const drf_messages::sql::Row& row) {
                EXPECT_EQ(row.text(0), "row");
                EXPECT_EQ(std::this_thread::get_id(), own);
            }
        );
    });
    wait_with([](Connection& connection) {
        connection.query(
            {"add", "INSERT INTO t (name) VALUES ('never') RETURNING name", Sharing::joins},
            {},
            [](const drf_messages::sql::Row&) { throw std::runtime_error("thrown"); }
        );
    });
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done", "thrown"));
    EXPECT_THAT(stored(), ElementsAre("host", "row"));
}

TEST_F(SharedCommit, IsUndoneForAllWhereSqliteUndoesIt) {
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_to_add("statement");
    wait_with([](Connection& connection) {
        ScopedTransaction transaction(connection, Sharing::joins);
        const StatementLimit limit(connection, 1ms);
        EXPECT_EQ(outcome_of([&] { run(connection, long_write); }), "timed out");
        add(connection, "alone?");
    });
    wait_to_add("after");
    EXPECT_EQ(outcome_of([&] { host->commit(); }), "undone");
    host->rollback();
    EXPECT_THAT(
        outcomes_after_all(),
        ElementsAre("undone", "add: the database has rolled the transaction back", "done")
    );
    EXPECT_THAT(stored(), ElementsAre("after"));
}

TEST_F(SharedCommit, IsRepeatedForAllButTheOneWhoBrokeIt) {
    int host_ran = 0;
    std::atomic<int> guest_ran = 0;
    transact(
        *host,
        [&] {
            add(*host, "host");
            if (++host_ran > 1) {
                return;
            }
            wait_with([&](Connection& connection) {
                transact(
                    connection,
                    [&] {
                        ++guest_ran;
                        add(connection, "guest");
                    },
                    Sharing::joins
                );
            });
            wait_with([](Connection& connection) {
                const StatementLimit limit(connection, 1ms);
                connection.execute({"long", long_write, Sharing::joins});
            });
        },
        Sharing::joins
    );
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done", "timed out"));
    EXPECT_EQ(host_ran, 2);
    EXPECT_EQ(guest_ran, 2);
    EXPECT_THAT(stored(), UnorderedElementsAre("host", "guest"));
}

TEST_F(SharedCommit, LimitsStatementsOfTheOneAlone) {
    const auto count = [](Connection& connection) {
        return number(
            connection,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
            "SELECT COUNT(*) FROM n"
        );
    };
    host->begin_sharing(Sharing::joins);
    std::optional<StatementLimit> limit(std::in_place, *host, 1ms);
    wait_with([&](Connection& connection) {
        transact(
            connection, [&] { EXPECT_EQ(count(connection), 1'000'000); }, Sharing::joins
        );
    });
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done"));
    EXPECT_EQ(outcome_of([&] { count(*host); }), "timed out");
    limit.reset();
    EXPECT_EQ(count(*host), 1'000'000);
}

TEST_F(SharedCommit, FailsForAllWithTheErrorOfTheCommit) {
    // Without a log a reader keeps others from committing.
    options.init_command = "PRAGMA journal_mode = DELETE";
    options.busy_timeout = 50ms;
    host.reset();
    reader.reset();
    host = open();
    reader = open();
    for (int count = 0; count < 2; ++count) {
        opened.push_back(open()); // which cannot be done beside a writer
    }
    run(*host, "INSERT INTO t (name) VALUES ('before')");
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    wait_to_add("guest");
    reader->begin_snapshot();
    EXPECT_EQ(number(*reader, "SELECT COUNT(*) FROM t"), 1);
    EXPECT_EQ(outcome_of([&] { host->commit(); }), "busy");
    host->rollback();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("busy"));
    reader->give_back();
    EXPECT_THAT(stored(), ElementsAre("before"));

    host->begin_sharing(Sharing::joins);
    add(*host, "again");
    wait_to_add("guest");
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("busy", "done"));
    EXPECT_THAT(stored(), ElementsAre("before", "again", "guest"));
}

TEST_F(SharedCommit, IsJoinedByNobodyWhoMayOnlyOpenOne) {
    const int before = commits();
    host->begin_sharing(Sharing::opens);
    add(*host, "host");
    wait_with([&](Connection& connection) {
        transact(
            connection, [&] { add(connection, "opens"); }, Sharing::opens
        );
    });
    wait_with([&](Connection& connection) { run(connection, "INSERT INTO t (name) VALUES ('n')"); }
    );
    wait_to_add("joins");
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done", "done", "done"));
    EXPECT_THAT(stored(), ElementsAre("host", "joins", "opens", "n"));
    EXPECT_EQ(commits() - before, 3);
}

TEST_F(SharedCommit, IsNotOpenedByWhatIsToBeAlone) {
    host->begin();
    EXPECT_EQ(commits_with_one_who_waits(), 2);
}

TEST_F(SharedCommit, TakesNobodyOnceItIsOld) {
    shared.queue = std::make_shared<sqlite::WriteQueue>(100, 1h, 0ms);
    host = open();
    host->begin_sharing(Sharing::joins);
    EXPECT_EQ(commits_with_one_who_waits(), 2);
}

TEST_F(SharedCommit, CanBeTurnedOff) {
    options.longest_shared_commit = 0ms;
    host = open();
    host->begin_sharing(Sharing::joins);
    EXPECT_EQ(commits_with_one_who_waits(), 2);
}

TEST_F(SharedCommit, IsOfOneFile) {
    const auto here = options;
    host->begin_sharing(Sharing::joins);
    add(*host, "here");
    for (const char* name : {":memory:", "other"}) {
        options.path = options.path == here.path ? name : (folder / name).string();
        wait_with([](Connection& connection) {
            transact(
                connection,
                [&] {
                    run(connection, "CREATE TABLE IF NOT EXISTS t (id integer, name text)");
                    EXPECT_EQ(number(connection, "SELECT COUNT(*) FROM t"), 0);
                    add(connection, "there");
                },
                Sharing::joins
            );
        });
    }
    host->commit();
    EXPECT_THAT(outcomes_after_all(), ElementsAre("done", "done"));
    EXPECT_THAT(stored(), ElementsAre("here"));
}

TEST_F(SharedCommit, IsSharedByTheFibersOfAThread) {
    const int before = commits();
    drf_messages::fibers::Scheduler scheduler(3);
    const auto first = open();
    const auto second = open();
    std::vector<std::string> done;
    host->begin_sharing(Sharing::joins);
    add(*host, "host");
    for (auto* const connection : {first.get(), second.get()}) {
        scheduler.start([&, connection] {
            transact(
                *connection,
                [&] { add(*connection, connection == first.get() ? "first" : "second"); },
                Sharing::joins
            );
            done.emplace_back("guest");
        });
    }
    scheduler.start([&] {
        host->commit();
        done.emplace_back("host");
    });
    EXPECT_THAT(done, IsEmpty());
    drive(scheduler);
    EXPECT_THAT(done, UnorderedElementsAre("guest", "guest", "host"));
    EXPECT_THAT(stored(), ElementsAre("host", "first", "second"));
    EXPECT_EQ(commits() - before, 1);
}

/// Each writer notes what it was told; in the end that is what is there.
TEST_F(SharedCommit, KeepsWhatItSaysWhateverEachWriterDoes) {
    shared.queue = std::make_shared<sqlite::WriteQueue>(100, 1h, 2ms);
    options.statement_timeout = 20ms;
    constexpr int count = 16;
    constexpr int turns = 40;
    const int before = commits();
    std::vector<std::vector<std::string>> acknowledged(count);
    std::atomic<int> strange = 0;
    {
        std::vector<std::jthread> crowd;
        for (int index = 0; index < count; ++index) {
            crowd.emplace_back([&, index, connection = open()] {
                for (int turn = 0; turn < turns; ++turn) {
                    const std::string name = std::to_string(index) + "-" + std::to_string(turn);
                    const auto work = [&] {
                        add(*connection, name.c_str());
                        if (turn % 5 == 1) {
                            throw std::runtime_error("thrown");
                        }
                        if (turn % 20 == 7 && index % 4 == 0) {
                            run(*connection, long_write);
                        }
                    };
                    const std::string outcome = outcome_of([&] {
                        if (turn % 5 == 2) {
                            add(*connection, name.c_str());
                        } else {
                            transact(
                                *connection, work, turn % 5 == 3 ? Sharing::opens : Sharing::joins
                            );
                        }
                    });
                    if (outcome == "done") {
                        acknowledged[static_cast<std::size_t>(index)].push_back(name);
                        strange += number(
                                       *connection,
                                       "SELECT COUNT(*) FROM t WHERE name = ?",
                                       {std::string_view(name)}
                                   ) != 1;
                    } else if (outcome != "thrown" && outcome != "timed out" && outcome != "undone") {
                        ++strange;
                    }
                }
            });
        }
    }
    std::vector<std::string> expected;
    for (auto& names : acknowledged) {
        expected.insert(expected.end(), names.begin(), names.end());
    }
    EXPECT_EQ(strange, 0);
    EXPECT_THAT(stored(), testing::UnorderedElementsAreArray(expected));
    EXPECT_LT(commits() - before, static_cast<int>(expected.size())) << "none was shared";
}

} // namespace
