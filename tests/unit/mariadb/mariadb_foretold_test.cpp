// SPDX-License-Identifier: MIT
#include "support/foretold_stories.hpp"
#include "unit/mariadb/mariadb_server.hpp"

#include <memory>

namespace {

using drf_messages::sql::Connection;
using drf_messages::test::ForetoldStories;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;

class MariadbForetold : public drf_messages::test::MariadbTest {
protected:
    std::unique_ptr<Connection> connection = connect_supervised();
    std::unique_ptr<Connection> other = connect();
    ForetoldStories stories{*connection, *other};
};

TEST_F(MariadbForetold, AnswersAreThoseOfQuestionsAskedAlone) {
    stories.answers_are_those_of_questions_asked_alone();
}

TEST_F(MariadbForetold, WhatChangesBetweenTwoRequestsIsSeen) {
    stories.what_changes_between_two_requests_is_seen();
}

TEST_F(MariadbForetold, WhatTheRequestItselfWritesIsSeen) {
    stories.what_the_request_itself_writes_is_seen();
}

TEST_F(MariadbForetold, WhatNobodyAsksForIsLeft) {
    stories.what_nobody_asks_for_is_left();
}

TEST_F(MariadbForetold, AForeseenQuestionThatFailsFailsOnlyWhoAsksIt) {
    stories.a_foreseen_question_that_fails_fails_only_who_asks_it();
}

TEST_F(MariadbForetold, AFirstQuestionThatFailsLeavesTheConnectionAsItWas) {
    stories.a_first_question_that_fails_leaves_the_connection_as_it_was();
}

TEST_F(MariadbForetold, WhoThrowsWhileHeReadsTheFirstAnswerLeavesTheConnectionAsItWas) {
    stories.who_throws_while_he_reads_the_first_answer_leaves_the_connection_as_it_was();
}

TEST_F(MariadbForetold, AConnectionThatIsLostIsNotNoticed) {
    stories.a_connection_that_is_lost_is_not_noticed([&] { kill(id_of(*connection)); });
}

TEST_F(MariadbForetold, AStatementThatTheServerHasForgottenIsPreparedAgain) {
    stories.warm("b");
    run(*other, "ALTER TABLE thing ADD COLUMN more integer");
    run(*other, "FLUSH TABLES");
    EXPECT_THAT(stories.request("b"), testing::ElementsAre("1", "second"));
    stories.warm("b");
}

TEST_F(MariadbForetold, AForeseenQuestionThatTakesTooLongFailsOnlyWhoAsksIt) {
    drf_messages::sql::Foresight foresight;
    options.statement_timeout = std::chrono::milliseconds(300);
    const auto limited = connect_supervised();
    run(*other, "CREATE TABLE pause (seconds double NOT NULL)");
    run(*other, "INSERT INTO pause VALUES (0)");
    const auto request = [&](bool asks) {
        drf_messages::sql::Foretold foretold(foresight, *limited, {1, {}});
        const auto first = number(*limited, "SELECT COUNT(*) FROM who");
        foretold.set_user(std::int64_t{1});
        if (asks) {
            EXPECT_EQ(number(*limited, "SELECT SLEEP(seconds) FROM pause"), 0);
            EXPECT_EQ(number(*limited, "SELECT COUNT(*) FROM thing"), 3);
        }
        return first;
    };
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(request(true), 2);
    }
    run(*other, "UPDATE pause SET seconds = 60");
    EXPECT_EQ(request(false), 2);
    run(*other, "UPDATE pause SET seconds = 0");
    EXPECT_EQ(request(true), 2);
    EXPECT_TRUE(limited->usable());
}

} // namespace
