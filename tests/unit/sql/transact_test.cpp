// SPDX-License-Identifier: MIT
#include "base/result.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace {

using drf_messages::errc;
using drf_messages::Result;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::Retry;
using drf_messages::sql::transact;
using drf_messages::test::Given;
using drf_messages::test::number;

constexpr auto count_messages = "SELECT COUNT(*) FROM drf_messages_message";

Error failure(ErrorKind kind, Retry retry) {
    return Error(kind, "test", {}, "as the test wants", retry);
}

TEST(Transact, CommitsAndReturnsWhatTheWorkReturned) {
    Given given;
    const auto ann = given.user("ann");
    const auto answer = transact(given.connection(), [&] {
        given.message(ann, "hi");
        return std::string("done");
    });
    EXPECT_EQ(answer, "done");
    EXPECT_EQ(number(*given.pool.acquire(), count_messages), 1);
}

TEST(Transact, CostsABeginAndACommit) {
    Given given;
    const auto before = given.connection().statement_count();
    transact(given.connection(), [&] { number(given.connection(), count_messages); });
    EXPECT_EQ(given.connection().statement_count() - before, 3u);
}

TEST(Transact, RunsTheWorkAgainWhenTheDatabaseHasUndoneItAndKeepsOnlyTheLastAttempt) {
    Given given;
    const auto ann = given.user("ann");
    int attempts = 0;
    transact(given.connection(), [&] {
        given.message(ann, "hi");
        if (++attempts < 4) {
            throw failure(ErrorKind::busy, Retry::safe);
        }
    });
    EXPECT_EQ(attempts, 4);
    EXPECT_EQ(number(given.connection(), count_messages), 1);
}

TEST(Transact, GivesUpAfterABoundedNumberOfConflicts) {
    Given given;
    int attempts = 0;
    EXPECT_THROW(
        transact(
            given.connection(),
            [&] {
                ++attempts;
                throw failure(ErrorKind::busy, Retry::safe);
            }
        ),
        Error
    );
    EXPECT_GT(attempts, 3);
    EXPECT_LT(attempts, 50);
    EXPECT_TRUE(given.connection().usable());
}

TEST(Transact, DoesNotTryAgainWhatHasWaitedInVainOrCanNotSucceed) {
    Given given;
    for (const ErrorKind kind : {ErrorKind::busy, ErrorKind::constraint, ErrorKind::full}) {
        int attempts = 0;
        EXPECT_THROW(
            transact(
                given.connection(),
                [&] {
                    ++attempts;
                    throw failure(kind, Retry::no);
                }
            ),
            Error
        );
        EXPECT_EQ(attempts, 1);
    }
}

TEST(Transact, RunsTheWorkOnceMoreWhenTheConnectionDiesBeforeTheCommit) {
    Given given;
    int attempts = 0;
    EXPECT_THROW(
        transact(
            given.connection(),
            [&] {
                ++attempts;
                throw failure(ErrorKind::connection_lost, Retry::no);
            }
        ),
        Error
    );
    EXPECT_EQ(attempts, 2);
}

TEST(Transact, RollsBackAResultThatIsAnError) {
    Given given;
    const auto ann = given.user("ann");
    const auto refused = transact(given.connection(), [&]() -> Result<int> {
        given.message(ann, "hi");
        return errc::not_found;
    });
    EXPECT_TRUE(refused.has_error());
    EXPECT_EQ(number(given.connection(), count_messages), 0);
}

TEST(Transact, RollsBackAndDoesNotRepeatWhenTheWorkThrowsSomethingElse) {
    Given given;
    const auto ann = given.user("ann");
    int attempts = 0;
    const auto fails = [&] {
        ++attempts;
        given.message(ann, "hi");
        throw std::runtime_error("in the middle");
    };
    EXPECT_THROW(transact(given.connection(), fails), std::runtime_error);
    EXPECT_EQ(attempts, 1);
    EXPECT_EQ(number(given.connection(), count_messages), 0);
}

} // namespace
