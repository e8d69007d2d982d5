// SPDX-License-Identifier: MIT
#include "embed/databases/postgresql_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>

namespace drf_messages::embed {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

SettingValue text(const char* value) {
    return {std::string(value)};
}

class PostgresqlOptions : public testing::Test {
protected:
    PostgresqlOptions() {
        settings.database.engine = "django.db.backends.postgresql";
        settings.database.name = "site";
    }

    sql::PostgresqlOptions options(std::size_t at_once = 4, bool limit_statements = true) const {
        DatabaseUse use;
        use.at_once = at_once;
        use.limit_statements = limit_statements;
        return postgresql_options(settings, use);
    }

    std::string problem() const {
        try {
            options();
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "none";
    }

    Settings settings;
    std::map<std::string, SettingValue>& given = settings.database.options;
};

TEST_F(PostgresqlOptions, AreDjangosNames) {
    settings.database.user = "ann";
    settings.database.password = "secret";
    settings.database.host = "/run/postgresql";
    settings.database.port = "5433";
    given = {
        {"sslmode", text("verify-full")},
        {"connect_timeout", {std::int64_t{3}}},
        {"isolation_level", text("REPEATABLE_READ")},
        {"assume_role", text("site")},
        {"client_encoding", text("UTF8")},
        {"server_side_binding", {true}},
        {"pool",
         {SettingValue::Table{
             {"min_size", {std::int64_t{2}}},
             {"max_size", {std::int64_t{12}}},
             {"timeout", {1.5}}}}}};
    const auto to = options();
    EXPECT_THAT(
        to.parameters,
        UnorderedElementsAre(
            Pair("dbname", "site"),
            Pair("user", "ann"),
            Pair("password", "secret"),
            Pair("host", "/run/postgresql"),
            Pair("port", "5433"),
            Pair("sslmode", "verify-full"),
            Pair("connect_timeout", "3")
        )
    );
    EXPECT_EQ(to.isolation_level, "repeatable read");
    EXPECT_EQ(to.role, "site");
    EXPECT_EQ(to.own_connections, 12u);
    EXPECT_EQ(to.wait_for_own, 1500ms);
    EXPECT_FALSE(to.behind_pooler);
}

TEST_F(PostgresqlOptions, ShareConnectionsAmongRequestsAndLimitTheirStatements) {
    settings.server.statement_timeout = 7s;
    EXPECT_GT(options().shared_connections, 0u);
    EXPECT_EQ(options().statement_timeout, 7s);
    EXPECT_EQ(options(1, false).shared_connections, 0u) << "an operator's command";
    EXPECT_EQ(options(1, false).statement_timeout, 0s);
    EXPECT_EQ(options(1, false).lock_timeout, 0s);
}

TEST_F(PostgresqlOptions, ForbidPreparedStatementsAsPsycopgDoes) {
    given = {{"prepare_threshold", {std::monostate()}}};
    EXPECT_TRUE(options().behind_pooler);
    given = {{"prepare_threshold", {std::int64_t{5}}}};
    EXPECT_FALSE(options().behind_pooler);
}

TEST_F(PostgresqlOptions, ThatNobodyKnowsAreRefusedAllAtOnce) {
    given = {
        {"sslmod", text("require")},
        {"password", text("secret")},
        {"isolation_level", {std::int64_t{2}}},
        {"client_encoding", text("LATIN1")},
        {"pool", {SettingValue::Table{{"max_sise", {std::int64_t{2}}}}}}};
    const std::string all = problem();
    EXPECT_THAT(
        all, HasSubstr("OPTIONS.sslmod: is no option of PostgreSQL; did you mean sslmode?")
    );
    EXPECT_THAT(all, HasSubstr("OPTIONS.password: is DATABASES.default.PASSWORD"));
    EXPECT_THAT(all, HasSubstr("OPTIONS.isolation_level: expected one of \"read uncommitted\""));
    EXPECT_THAT(all, HasSubstr("OPTIONS.client_encoding: must be \"UTF8\""));
    EXPECT_THAT(
        all, HasSubstr("OPTIONS.pool.max_sise: is no argument of a pool; did you mean max_size?")
    );
    EXPECT_THAT(all, testing::Not(HasSubstr("secret")));
}

TEST_F(PostgresqlOptions, OfAnotherTypeOrOutOfRangeAreRefusedAllAtOnce) {
    given = {
        {"assume_role", {1.5}},
        {"client_encoding", {std::monostate()}},
        {"connect_timeout", {1.5}},
        {"pool",
         {SettingValue::Table{
             {"max_sise", {std::int64_t{2}}},
             {"max_size", {std::int64_t{0}}},
             {"open_", {true}},
             {"timeout", text("5")}}}},
        {"sslmode", {std::string("a\0b", 3)}}};
    EXPECT_EQ(
        problem(),
        "DATABASES.default.OPTIONS.assume_role: expected text or a number\n"
        "DATABASES.default.OPTIONS.client_encoding: must be \"UTF8\"\n"
        "DATABASES.default.OPTIONS.connect_timeout: expected text or a number\n"
        "DATABASES.default.OPTIONS.pool.max_sise: is no argument of a pool; did you mean "
        "max_size?\n"
        "DATABASES.default.OPTIONS.pool.open_: is no argument of a pool; did you mean open?\n"
        "DATABASES.default.OPTIONS.pool.max_size: expected 1 to 10000\n"
        "DATABASES.default.OPTIONS.pool.timeout: expected 0 to 86400\n"
        "DATABASES.default.OPTIONS.sslmode: expected text or a number"
    );
    given = {{"pool", text("yes")}};
    EXPECT_EQ(problem(), "DATABASES.default.OPTIONS.pool: expected true, false or a table");
}

TEST_F(PostgresqlOptions, NameADatabaseOrAService) {
    settings.database.name = DatabaseSettings().name;
    EXPECT_THAT(problem(), HasSubstr("DATABASES.default.NAME"));
    given = {{"service", text("site")}};
    EXPECT_THAT(options().parameters, UnorderedElementsAre(Pair("service", "site")));
}

} // namespace
} // namespace drf_messages::embed
