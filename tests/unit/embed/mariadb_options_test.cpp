// SPDX-License-Identifier: MIT
#include "embed/databases/mariadb_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace drf_messages::embed {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

SettingValue text(const char* value) {
    return {std::string(value)};
}

class MariadbOptions : public testing::Test {
protected:
    MariadbOptions() {
        settings.database.engine = "django.db.backends.mysql";
        settings.database.name = "site";
        settings.database.host = "db.example.com";
        settings.database.port = "3307";
    }

    sql::MariadbOptions options(bool limit_statements = true) const {
        DatabaseUse use;
        use.limit_statements = limit_statements;
        return mariadb_options(settings, use);
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

TEST_F(MariadbOptions, AskForThreadsThatWaitForAnswersWhateverTheCores) {
    EXPECT_EQ(concurrency(settings).least_workers, 16U);
}

TEST_F(MariadbOptions, AreDjangosNames) {
    settings.database.user = "ann";
    settings.database.password = "secret";
    given = {
        {"charset", text("utf8mb4")},
        {"init_command", text("SET storage_engine = INNODB")},
        {"sql_mode", text("traditional")},
        {"isolation_level", text("repeatable read")},
        {"connect_timeout", {std::int64_t{3}}},
        {"read_default_file", text("/etc/my.cnf")}};
    const auto to = options();
    EXPECT_EQ(to.host, "db.example.com");
    EXPECT_EQ(to.port, 3307);
    EXPECT_EQ(to.user, "ann");
    EXPECT_EQ(to.password, "secret");
    EXPECT_EQ(to.database, "site");
    EXPECT_EQ(to.init_command, "SET storage_engine = INNODB");
    EXPECT_EQ(to.sql_mode, "TRADITIONAL");
    EXPECT_EQ(to.isolation_level, "REPEATABLE READ");
    EXPECT_EQ(to.connect_timeout, 3s);
    EXPECT_EQ(to.default_file, "/etc/my.cnf");
    EXPECT_EQ(to.tls, sql::MariadbTls::off);
}

TEST_F(MariadbOptions, ReadCommittedUnlessToldOtherwiseAndTheServersOwnForNone) {
    EXPECT_EQ(options().isolation_level, "READ COMMITTED");
    given["isolation_level"] = {std::monostate()};
    EXPECT_EQ(options().isolation_level, "");
}

TEST_F(MariadbOptions, TakeAHostThatIsAPathForTheSocket) {
    settings.database.host = "/run/mysqld/mysqld.sock";
    EXPECT_EQ(options().socket, "/run/mysqld/mysqld.sock");
    EXPECT_EQ(options().host, "");
}

TEST_F(MariadbOptions, WaitLongerForAnAnswerThanTheServerWorksOnAStatement) {
    settings.server.statement_timeout = 1500ms;
    EXPECT_EQ(options().statement_timeout, 1500ms);
    EXPECT_EQ(options().read_timeout, 7s);
    EXPECT_EQ(options(false).statement_timeout, 0ms);
    EXPECT_EQ(options(false).read_timeout, 0s);
    given["read_timeout"] = {std::int64_t{60}};
    EXPECT_EQ(options().read_timeout, 60s);
}

TEST_F(MariadbOptions, OfTlsVerifyTheServerWhenTheyNameAnAuthority) {
    given["ssl"] = {SettingValue::Table{{"cert", text("c.pem")}, {"key", text("k.pem")}}};
    EXPECT_EQ(options().tls, sql::MariadbTls::required);
    given["ssl"] = {SettingValue::Table{{"ca", text("ca.pem")}}};
    EXPECT_EQ(options().tls, sql::MariadbTls::verify);
    EXPECT_EQ(options().tls_ca, "ca.pem");
    given["ssl_mode"] = text("REQUIRED");
    EXPECT_EQ(options().tls, sql::MariadbTls::required);
    given = {{"ssl_mode", text("VERIFY_IDENTITY")}};
    EXPECT_EQ(options().tls, sql::MariadbTls::verify);
}

TEST_F(MariadbOptions, ThatCanNotBeAreNamed) {
    const auto problem_with = [this](const char* name, SettingValue value) {
        given = {{name, std::move(value)}};
        return problem();
    };
    EXPECT_EQ(
        problem_with("conect_timeout", {std::int64_t{3}}),
        "DATABASES.default.OPTIONS.conect_timeout: there is no such option here; did you mean "
        "connect_timeout?"
    );
    EXPECT_THAT(problem_with("connect_timeout", text("3s")), HasSubstr("OPTIONS.connect_timeout"));
    EXPECT_THAT(problem_with("connect_timeout", {std::int64_t{0}}), HasSubstr("1 to 86400"));
    EXPECT_THAT(problem_with("isolation_level", text("none")), HasSubstr("repeatable read"));
    EXPECT_THAT(problem_with("charset", text("latin1")), HasSubstr("utf8mb4"));
    EXPECT_THAT(problem_with("sql_mode", text("'; DROP TABLE x")), HasSubstr("names of modes"));
    EXPECT_THAT(problem_with("ssl", text("ca.pem")), HasSubstr("expected a table"));
    EXPECT_THAT(
        problem_with("ssl", {SettingValue::Table{{"caa", text("x")}}}), HasSubstr("OPTIONS.ssl.caa")
    );
    EXPECT_EQ(
        problem_with("ssl", {SettingValue::Table{{"ca", {true}}}}),
        "DATABASES.default.OPTIONS.ssl.ca: expected text"
    );
    EXPECT_EQ(
        problem_with("read_timeout", text("3")),
        "DATABASES.default.OPTIONS.read_timeout: expected a number of seconds (1 to 86400)"
    );
    EXPECT_THAT(problem_with("ssl_mode", text("ON")), HasSubstr("VERIFY_CA"));
    given.clear();
    settings.database.port = "70000";
    EXPECT_THAT(problem(), HasSubstr("PORT"));
}

} // namespace
} // namespace drf_messages::embed
