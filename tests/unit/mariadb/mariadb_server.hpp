// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"
#include "sql/mariadb/factory.hpp"
#include "sql/supervised.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>

namespace drf_messages::test {

/// The server of tests/support/servers.py, mysql://USER:PASSWORD@HOST:PORT/DATABASE.
inline sql::MariadbOptions mariadb_server() {
    const char* const url = std::getenv("DRF_MESSAGES_TEST_MARIADB");
    std::cmatch part;
    if (url == nullptr ||
        !std::regex_match(url, part, std::regex("mysql://(.*):(.*)@(.*):(\\d+)/(.*)"))) {
        throw std::runtime_error("DRF_MESSAGES_TEST_MARIADB names no server");
    }
    sql::MariadbOptions options;
    options.user = part[1];
    options.password = part[2];
    options.host = part[3];
    options.port = static_cast<std::uint16_t>(std::stoi(part[4]));
    return options;
}

/// A test in a database of its own, which is gone afterwards.
class MariadbTest : public testing::Test {
protected:
    MariadbTest() {
        const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        options.database = "t_" + name.substr(0, 60);
        admin->run_script(
            {"create",
             "DROP DATABASE IF EXISTS " + options.database + "; CREATE DATABASE " +
                 options.database + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"}
        );
    }
    ~MariadbTest() override { admin->run_script({"drop", "DROP DATABASE " + options.database}); }

    std::unique_ptr<sql::Connection> connect() { return sql::mariadb_connections(options)(); }

    /// A connection as the application has them.
    std::unique_ptr<sql::Connection> connect_supervised() {
        return sql::supervised(sql::mariadb_connections(options), {})();
    }

    /// The error of `action`, which must have one.
    static sql::Error error_of(const std::function<void()>& action) {
        try {
            action();
        } catch (const sql::Error& error) {
            return error;
        }
        ADD_FAILURE() << "no error";
        return {sql::ErrorKind::other, "none", {}, {}};
    }

    /// Who may make users.
    static std::unique_ptr<sql::Connection> root() {
        sql::MariadbOptions as_root = mariadb_server();
        as_root.user = "root";
        as_root.password.clear();
        return sql::mariadb_connections(as_root)();
    }

    static std::int64_t id_of(sql::Connection& connection) {
        return number(connection, "SELECT CONNECTION_ID()");
    }
    void kill(std::int64_t id) { run(*admin, "KILL " + std::to_string(id)); }

    std::unique_ptr<sql::Connection> admin = sql::mariadb_connections(mariadb_server())();
    sql::MariadbOptions options = mariadb_server();
};

} // namespace drf_messages::test
