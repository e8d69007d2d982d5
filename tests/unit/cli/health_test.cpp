// SPDX-License-Identifier: MIT
#include "embed/health.hpp"
#include "sql/error.hpp"
#include "sql/sqlite/sqlite_connection.hpp"

#include <gtest/gtest.h>

namespace drf_messages::embed {
namespace {

http::Response site(const http::Request&) {
    http::Response response;
    response.status = 418;
    return response;
}

int status_of(const http::Handler& handler, std::string method, std::string target) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    return handler(request).status;
}

sql::ConnectionFactory database_in_memory() {
    sql::SqliteOptions options;
    options.path = ":memory:";
    return sql::sqlite_connections(options);
}

std::unique_ptr<sql::Connection> no_database() {
    throw sql::Error(sql::ErrorKind::connection_lost, "open", "1", "the disk is gone");
}

TEST(Health, AnswersBesideTheSite) {
    sql::Pool database(database_in_memory(), 1, std::chrono::milliseconds(10));
    const auto handler = with_health(site, "", database);
    EXPECT_EQ(status_of(handler, "GET", "/healthz"), 200);
    EXPECT_EQ(status_of(handler, "HEAD", "/readyz?verbose=1"), 200);
    EXPECT_EQ(status_of(handler, "POST", "/healthz"), 405);
    EXPECT_EQ(status_of(handler, "GET", "/healthz/"), 418);
    EXPECT_EQ(status_of(handler, "GET", "/messages/"), 418);
}

TEST(Health, MovesUnderItsPrefix) {
    sql::Pool database(database_in_memory(), 1, std::chrono::milliseconds(10));
    const auto handler = with_health(site, "/-", database);
    EXPECT_EQ(status_of(handler, "GET", "/-/readyz"), 200);
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 418);
}

TEST(Health, IsAliveButNotReadyWithoutItsDatabase) {
    sql::Pool database(no_database, 1, std::chrono::milliseconds(10));
    const auto handler = with_health(site, "", database);
    EXPECT_EQ(status_of(handler, "GET", "/healthz"), 200);
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 503);
}

TEST(Health, IsNotReadyWhileEveryConnectionIsTaken) {
    sql::Pool database(database_in_memory(), 1, std::chrono::milliseconds(10));
    const auto handler = with_health(site, "", database);
    const auto taken = database.acquire();
    EXPECT_EQ(status_of(handler, "GET", "/readyz"), 503);
}

} // namespace
} // namespace drf_messages::embed
