// SPDX-License-Identifier: MIT
#include "support/foretold_stories.hpp"
#include "unit/postgresql/postgresql_server.hpp"
#include "unit/postgresql/proxy.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::ConnectionFactory;
using drf_messages::sql::Foresight;
using drf_messages::sql::Foretold;
using drf_messages::test::ForetoldStories;
using drf_messages::test::number;
using drf_messages::test::on_fibers;
using drf_messages::test::on_threads;
using drf_messages::test::Proxy;
using drf_messages::test::run;

class PostgresqlForetold : public drf_messages::test::PostgresqlTest {
protected:
    std::unique_ptr<Connection> light = watched(shared())();
    std::unique_ptr<Connection> other = connect();
    ForetoldStories stories{*light, *other};
};

TEST_F(PostgresqlForetold, AnswersAreThoseOfQuestionsAskedAlone) {
    stories.answers_are_those_of_questions_asked_alone();
}

TEST_F(PostgresqlForetold, WhatChangesBetweenTwoRequestsIsSeen) {
    stories.what_changes_between_two_requests_is_seen();
}

TEST_F(PostgresqlForetold, WhatTheRequestItselfWritesIsSeen) {
    stories.what_the_request_itself_writes_is_seen();
}

TEST_F(PostgresqlForetold, WhatNobodyAsksForIsLeft) {
    stories.what_nobody_asks_for_is_left();
}

TEST_F(PostgresqlForetold, AForeseenQuestionThatFailsFailsOnlyWhoAsksIt) {
    stories.a_foreseen_question_that_fails_fails_only_who_asks_it();
}

TEST_F(PostgresqlForetold, AFirstQuestionThatFailsLeavesTheConnectionAsItWas) {
    stories.a_first_question_that_fails_leaves_the_connection_as_it_was();
}

TEST_F(PostgresqlForetold, WhoThrowsWhileHeReadsTheFirstAnswerLeavesTheConnectionAsItWas) {
    stories.who_throws_while_he_reads_the_first_answer_leaves_the_connection_as_it_was();
}

TEST_F(PostgresqlForetold, AConnectionThatIsLostIsNotNoticed) {
    stories.a_connection_that_is_lost_is_not_noticed([&] {
        number(
            *other,
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        );
    });
}

class PostgresqlForetoldTravel : public drf_messages::test::PostgresqlTest {
protected:
    PostgresqlForetoldTravel() {
        run(*connect(), "CREATE TABLE t (n integer PRIMARY KEY)");
        proxy = std::make_unique<Proxy>(
            static_cast<std::uint16_t>(std::stoi(options.parameters.at("port")))
        );
        options.parameters["port"] = proxy->port();
        options.slow_query = std::chrono::hours(1);
    }

    void request(Connection& connection, std::int64_t user) {
        const std::string token = "token" + std::to_string(user);
        Foretold foretold(foresight, connection, {1, {}});
        ASSERT_EQ(
            number(connection, "SELECT CAST(substr(?, 6) AS bigint)", {std::string_view(token)}),
            user
        );
        foretold.set_user(user);
        ASSERT_EQ(number(connection, "SELECT ? + 0", {user}), user);
        ASSERT_EQ(number(connection, "SELECT ? + (SELECT COUNT(*) FROM t)", {user}), user);
    }

    std::unique_ptr<Proxy> proxy;
    Foresight foresight;
};

TEST_F(PostgresqlForetoldTravel, TogetherInOneBatch) {
    const auto open = shared();
    request(*open(), 7);
    const int before = proxy->syncs;
    request(*open(), 7);
    EXPECT_EQ(proxy->syncs, before + 1);
    proxy->answer_after_executes = proxy->executes + 3;
    request(*open(), 7);
}

TEST_F(PostgresqlForetoldTravel, OfManyFibersAndThreadsEachWithItsOwnAnswers) {
    const auto open = shared(2);
    for (const auto at_once :
         {+[](int count, const std::function<void(int)>&work) { on_threads(count, work); },
          +[](int count, const std::function<void(int)>&work) { on_fibers(2, count, work); }}) {
        at_once(16, [&](int index) {
            const auto own = open();
            for (std::int64_t i = 0; i < 50; ++i) {
                request(*own, 1 + (index * 50 + i) % 30);
            }
        });
    }
}

} // namespace
