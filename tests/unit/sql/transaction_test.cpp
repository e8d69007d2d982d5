// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::ScopedTransaction;
using drf_messages::test::Given;
using drf_messages::test::number;
using drf_messages::test::run;

constexpr auto count_messages = "SELECT COUNT(*) FROM drf_messages_message";

TEST(ScopedTransaction, KeepsWhatWasCommitted) {
    Given given;
    const auto ann = given.user("ann");
    {
        ScopedTransaction transaction(given.connection());
        given.message(ann, "hi").tag("x");
        transaction.commit();
    }
    EXPECT_EQ(number(*given.pool.acquire(), count_messages), 1);
}

TEST(ScopedTransaction, IsUndoneWhenItsScopeIsLeftByAnException) {
    Given given;
    const auto ann = given.user("ann");
    try {
        const ScopedTransaction transaction(given.connection());
        given.message(ann, "hi");
        throw std::runtime_error("in the middle");
    } catch (const std::runtime_error&) {
        EXPECT_EQ(number(given.connection(), count_messages), 0);
    }
    EXPECT_TRUE(given.connection().usable());
}

TEST(ScopedTransaction, IsUndoneWhenAStatementFailsAndLetsTheNextOneWrite) {
    Given given;
    const auto ann = given.user("ann");
    EXPECT_THROW(
        {
            ScopedTransaction transaction(given.connection());
            given.message(ann, "hi");
            given.user("ann");
            transaction.commit();
        },
        Error
    );
    ScopedTransaction transaction(given.connection());
    given.message(ann, "second");
    transaction.commit();
    EXPECT_EQ(number(given.connection(), count_messages), 1);
}

TEST(ScopedTransaction, IsNotSeenByOthersBeforeItIsCommitted) {
    Given given;
    const auto ann = given.user("ann");
    ScopedTransaction transaction(given.connection());
    given.message(ann, "hi");
    const auto other = given.pool.acquire();
    EXPECT_EQ(number(*other, count_messages), 0);
    transaction.commit();
    EXPECT_EQ(number(*other, count_messages), 1);
}

TEST(ScopedTransaction, IsUndoneWhenTheCommitFindsADanglingReference) {
    Given given;
    try {
        ScopedTransaction transaction(given.connection());
        given.message(drf_messages::UserId{std::int64_t{99}}, "nobody's");
        transaction.commit();
        FAIL() << "committed a message of a user who does not exist";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::foreign_key);
    }
    EXPECT_EQ(number(given.connection(), count_messages), 0);
    const auto other = given.pool.acquire();
    EXPECT_EQ(run(*other, "UPDATE auth_user SET is_active = ?", {true}), 0);
}

TEST(ScopedTransaction, CountsItsBeginAndItsCommit) {
    Given given;
    auto& connection = given.connection();
    const auto before = connection.statement_count();
    ScopedTransaction transaction(connection);
    run(connection, "DELETE FROM authtoken_token");
    transaction.commit();
    EXPECT_EQ(connection.statement_count() - before, 3u);
}

} // namespace
