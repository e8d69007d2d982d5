// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"
#include "sql/postgresql/factory.hpp"
#include "sql/supervised.hpp"
#include "support/database.hpp"
#include "support/fibers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::test {

/// The server of tests/support/servers.py, postgresql://USER@HOST:PORT/DATABASE.
inline sql::PostgresqlOptions
postgresql_server(const char* variable = "DRF_MESSAGES_TEST_POSTGRESQL") {
    const char* const url = std::getenv(variable);
    std::cmatch part;
    if (url == nullptr ||
        !std::regex_match(url, part, std::regex("postgresql://(.*)@(.*):(\\d+)/(.*)"))) {
        throw std::runtime_error(std::string(variable) + " names no server");
    }
    sql::PostgresqlOptions options;
    options.parameters = {
        {"user", part[1]},
        {"host", part[2]},
        {"port", part[3]},
        {"dbname", part[4]},
        {"connect_timeout", "60"}, // a busy machine needs more than five seconds at times
        {"sslmode", "disable"}};
    return options;
}

/// A test in a database of its own, which is gone afterwards.
class PostgresqlTest : public testing::Test {
protected:
    PostgresqlTest() {
        const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        database = "t_" + name.substr(0, 60);
        admin->run_script({"drop", "DROP DATABASE IF EXISTS \"" + database + "\" WITH (FORCE)"});
        admin->run_script({"create", "CREATE DATABASE \"" + database + "\""});
        options.parameters["dbname"] = database;
    }
    ~PostgresqlTest() override {
        admin->run_script({"drop", "DROP DATABASE \"" + database + "\" WITH (FORCE)"});
    }

    std::unique_ptr<sql::Connection> connect() { return sql::postgresql_connections(options)(); }

    /// Light connections over shared ones, as the application has them.
    sql::ConnectionFactory shared(std::size_t pipelines = 1) {
        sql::PostgresqlOptions some = options;
        some.shared_connections = pipelines;
        return sql::postgresql_connections(some);
    }
    static sql::ConnectionFactory watched(sql::ConnectionFactory open) {
        return sql::supervised(std::move(open), {});
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

    /// Ends all server processes of this test's database.
    void terminate_all() {
        rows(
            *admin,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ?",
            1,
            {std::string_view(database)}
        );
    }
    std::int64_t backends() {
        return number(
            *admin,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = ?",
            {std::string_view(database)}
        );
    }

    std::unique_ptr<sql::Connection> admin = sql::postgresql_connections(postgresql_server())();
    sql::PostgresqlOptions options = postgresql_server();
    std::string database;
};

/// Runs `work` on that many threads at once; the first exception comes out.
inline void on_threads(int count, const std::function<void(int)>& work) {
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([&, i] {
                try {
                    work(i);
                } catch (...) {
                    failures[static_cast<std::size_t>(i)] = std::current_exception();
                }
            });
        }
    }
    for (const auto& failure : failures) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
}

/// The same on fibers of some threads.
inline void on_fibers(int threads, int count, const std::function<void(int)>& work) {
    on_threads(threads, [&](int thread) {
        fibers::Scheduler scheduler(
            static_cast<std::size_t>(count), static_cast<std::size_t>(thread)
        );
        std::exception_ptr failure;
        for (int i = thread; i < count; i += threads) {
            scheduler.start([&work, &failure, i] {
                try {
                    work(i);
                } catch (...) {
                    failure = std::current_exception();
                }
            });
        }
        fibers::drive(scheduler);
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
}

/// Runs the work that many times at once.
using AtOnce = void (*)(int count, const std::function<void(int)>& work);

inline auto threads_and_fibers() {
    const AtOnce fibers = [](int count, const std::function<void(int)>& work) {
        on_fibers(2, count, work);
    };
    return testing::Values(AtOnce(on_threads), fibers);
}

} // namespace drf_messages::test
