// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"
#include "sql/foretold.hpp"
#include "sql/transaction.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages::test {

/// Requests that ask who a token is and what he has, on a connection that asks ahead.
class ForetoldStories {
public:
    /// - other: makes the tables, and changes them beside the requests.
    ForetoldStories(sql::Connection& connection, sql::Connection& other)
        : connection_(connection), other_(other) {
        run(other_, "CREATE TABLE who (token varchar(40) PRIMARY KEY, id integer NOT NULL)");
        make_things();
        run(other_, "INSERT INTO who VALUES ('a', 1), ('b', 2)");
    }

    void make_things() {
        run(other_,
            "CREATE TABLE thing (id integer PRIMARY KEY, user_id integer NOT NULL, name text)");
        run(other_, "INSERT INTO thing VALUES (1, 1, 'first'), (2, 1, NULL), (3, 2, 'second')");
    }

    /// One request's lines: how many things the user has, and their names.
    std::vector<std::string> request(const char* token) {
        sql::Foretold foretold(foresight_, connection_, {1, {}});
        const auto user = who(token);
        if (!user) {
            return {};
        }
        foretold.set_user(*user);
        std::vector<std::string> lines = {std::to_string(count(*user))};
        const auto names = this->names(*user);
        lines.insert(lines.end(), names.begin(), names.end());
        return lines;
    }

    /// Requests until the third, from which on all travels together.
    void warm(const char* token) {
        const auto lines = request(token);
        EXPECT_EQ(request(token), lines);
        EXPECT_EQ(request(token), lines);
    }

    std::optional<std::int64_t> who(const char* token) {
        return sql::query_one(
            connection_,
            {"who", "SELECT w.id FROM who w WHERE w.token = ?"},
            std::vector<sql::Value>{std::string_view(token)},
            [](const sql::Row& row) { return row.integer(0); }
        );
    }
    std::int64_t count(std::int64_t user) {
        return number(connection_, "SELECT COUNT(*) FROM thing t WHERE t.user_id = ?", {user});
    }
    std::vector<std::string> names(std::int64_t user) {
        return rows(
            connection_, "SELECT t.name FROM thing t WHERE t.user_id = ? ORDER BY t.id", 1, {user}
        );
    }

    void answers_are_those_of_questions_asked_alone() {
        const std::string large(60'000, 'x');
        run(other_, "INSERT INTO thing VALUES (4, 2, ?)", {std::string_view(large)});
        const auto of_a = request("a");
        const auto of_b = request("b");
        EXPECT_EQ(of_a.size(), 3);
        EXPECT_THAT(of_b, testing::ElementsAre("2", "second", large));
        for (int i = 0; i < 10; ++i) {
            const auto before = connection_.statement_count();
            EXPECT_EQ(request("a"), of_a);
            EXPECT_EQ(connection_.statement_count(), before + 3);
            EXPECT_EQ(request("b"), of_b);
        }
        EXPECT_TRUE(connection_.usable());
    }

    void what_changes_between_two_requests_is_seen() {
        warm("a");
        run(other_, "INSERT INTO thing VALUES (4, 1, 'new')");
        EXPECT_THAT(request("a"), testing::ElementsAre("3", "first", testing::_, "new"));
        run(other_, "UPDATE who SET id = 2 WHERE token = 'a'");
        EXPECT_THAT(request("a"), testing::ElementsAre("1", "second"));
        EXPECT_THAT(request("a"), testing::ElementsAre("1", "second"));
        run(other_, "DELETE FROM who WHERE token = 'a'");
        EXPECT_THAT(request("a"), testing::IsEmpty());
        EXPECT_THAT(request("b"), testing::ElementsAre("1", "second"));
    }

    void what_the_request_itself_writes_is_seen() {
        warm("b");
        {
            sql::Foretold foretold(foresight_, connection_, {1, {}});
            who("b");
            foretold.set_user(std::int64_t{2});
            run(connection_, "INSERT INTO thing VALUES (4, 2, 'own')");
            EXPECT_EQ(count(2), 2);
        }
        {
            sql::Foretold foretold(foresight_, connection_, {1, {}});
            who("b");
            foretold.set_user(std::int64_t{2});
            sql::transact(connection_, [&] {
                run(connection_, "DELETE FROM thing WHERE id = 4");
                EXPECT_EQ(count(2), 1);
            });
            EXPECT_THAT(names(2), testing::ElementsAre("second"));
        }
        EXPECT_THAT(request("b"), testing::ElementsAre("1", "second"));
    }

    void what_nobody_asks_for_is_left() {
        warm("b");
        for (int i = 0; i < 5; ++i) {
            {
                sql::Foretold foretold(foresight_, connection_, {1, {}});
                who("b");
                foretold.set_user(std::int64_t{2});
                EXPECT_THAT(names(1), testing::ElementsAre("first", testing::_));
            }
            EXPECT_EQ(count(1), 2);
            EXPECT_EQ(who("a"), 1);
        }
        EXPECT_THAT(request("b"), testing::ElementsAre("1", "second"));
        EXPECT_TRUE(connection_.usable());
    }

    void a_foreseen_question_that_fails_fails_only_who_asks_it() {
        warm("b");
        run(other_, "DROP TABLE thing");
        {
            sql::Foretold foretold(foresight_, connection_, {1, {}});
            EXPECT_EQ(who("b"), 2);
            foretold.set_user(std::int64_t{2});
            EXPECT_EQ(who("a"), 1);
        }
        EXPECT_EQ(failure([&] { request("b"); }), sql::ErrorKind::schema);
        make_things();
        EXPECT_THAT(request("b"), testing::ElementsAre("1", "second"));
        warm("b");
        EXPECT_TRUE(connection_.usable());
    }

    void a_first_question_that_fails_leaves_the_connection_as_it_was() {
        const auto several = [&](const char* token) {
            sql::Foretold foretold(foresight_, connection_, {2, {}});
            number(
                connection_,
                "SELECT (SELECT w.id FROM who w WHERE w.token >= ?)",
                {std::string_view(token)}
            );
            foretold.set_user(std::int64_t{2});
            return names(2);
        };
        for (int i = 0; i < 3; ++i) {
            EXPECT_THAT(several("b"), testing::ElementsAre("second"));
        }
        run(other_, "INSERT INTO who VALUES ('c', 3)");
        EXPECT_NE(failure([&] { several("b"); }), sql::ErrorKind::connection_lost);
        run(other_, "DELETE FROM who WHERE token = 'c'");
        for (int i = 0; i < 3; ++i) {
            EXPECT_THAT(several("b"), testing::ElementsAre("second"));
        }
        EXPECT_TRUE(connection_.usable());
    }

    void who_throws_while_he_reads_the_first_answer_leaves_the_connection_as_it_was() {
        warm("b");
        {
            sql::Foretold foretold(foresight_, connection_, {1, {}});
            const std::vector<sql::Value> token = {std::string_view("b")};
            EXPECT_THROW(
                connection_.query(
                    {"who", "SELECT w.id FROM who w WHERE w.token = ?"},
                    token,
                    [](const sql::Row&) { throw std::runtime_error("not wanted"); }
                ),
                std::runtime_error
            );
            EXPECT_EQ(count(2), 1);
        }
        EXPECT_THAT(request("b"), testing::ElementsAre("1", "second"));
    }

    /// - end: ends what the connection is connected to.
    template<class End>
    void a_connection_that_is_lost_is_not_noticed(End end) {
        warm("b");
        end();
        EXPECT_THAT(request("b"), testing::ElementsAre("1", "second"));
        warm("b");
    }

private:
    template<class Action>
    static std::optional<sql::ErrorKind> failure(Action action) {
        try {
            action();
        } catch (const sql::Error& error) {
            return error.kind();
        }
        return std::nullopt;
    }

    sql::Connection& connection_;
    sql::Connection& other_;
    sql::Foresight foresight_;
};

} // namespace drf_messages::test
