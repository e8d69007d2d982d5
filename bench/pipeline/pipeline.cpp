// SPDX-License-Identifier: MIT
// Requests of three prepared queries on PostgreSQL, from many threads: on a connection for each
// thread, and on shared pipelined ones.
//
//     tests/support/servers.py postgresql -- build/release/bench/pipeline [THREADS ...]
#include "sql/postgresql/factory.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace sql = drf_messages::sql;

constexpr std::int64_t users = 1000;
constexpr std::chrono::seconds measured{1};

sql::PostgresqlOptions server() {
    const char* const url = std::getenv("DRF_MESSAGES_TEST_POSTGRESQL");
    std::cmatch part;
    if (url == nullptr ||
        !std::regex_match(url, part, std::regex("postgresql://(.*)@(.*):(\\d+)/(.*)"))) {
        throw std::runtime_error("DRF_MESSAGES_TEST_POSTGRESQL names no server");
    }
    sql::PostgresqlOptions options;
    options.parameters = {
        {"user", part[1]}, {"host", part[2]}, {"port", part[3]}, {"dbname", part[4]}};
    return options;
}

void prepare() {
    const auto connection = sql::postgresql_connections(server())();
    connection->run_script(
        {"prepare",
         "DROP TABLE IF EXISTS bench_session, bench_user, bench_message;"
         "CREATE TABLE bench_session (key varchar(40) PRIMARY KEY, data text, expire timestamptz);"
         "INSERT INTO bench_session SELECT 'session' || g, repeat('x', 200), now() + interval "
         "'1 day' FROM generate_series(1, 1000) g;"
         "CREATE TABLE bench_user (id integer PRIMARY KEY, name varchar(150), active boolean);"
         "INSERT INTO bench_user SELECT g, 'user' || g, true FROM generate_series(1, 1000) g;"
         "CREATE TABLE bench_message (id serial PRIMARY KEY, user_id integer, level integer, "
         "read_at timestamptz);"
         "INSERT INTO bench_message (user_id, level) SELECT g % 1000 + 1, 20 FROM "
         "generate_series(1, 10000) g;"
         "CREATE INDEX ON bench_message (user_id, read_at, level);"}
    );
    connection->run_script({"analyze", "ANALYZE"});
}

/// As /messages/peek/ asks: the session, its user, what he has not read.
void request(sql::Connection& connection, std::int64_t user) {
    const std::string key = fmt::format("session{}", user);
    const std::array<sql::Value, 1> session = {std::string_view(key)};
    const std::array<sql::Value, 1> id = {user};
    int rows = 0;
    const auto count = [&rows](const sql::Row&) { ++rows; };
    connection.query(
        {"session", "SELECT key, data FROM bench_session WHERE key = ? AND expire > now()"},
        session,
        count
    );
    connection.query({"user", "SELECT id, name, active FROM bench_user WHERE id = ?"}, id, count);
    connection.query(
        {"unread",
         "SELECT count(*), max(level) FROM bench_message WHERE user_id = ? AND read_at IS NULL"},
        id,
        count
    );
    if (rows != 3) {
        throw std::runtime_error("rows are missing");
    }
}

double requests_per_second(const sql::ConnectionFactory& open, int threads) {
    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> done{0};
    std::vector<std::unique_ptr<sql::Connection>> connections;
    for (int i = 0; i < threads; ++i) {
        connections.push_back(open());
        request(*connections.back(), 1);
    }
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i) {
            workers.emplace_back([&, i] {
                std::int64_t count = 0;
                for (std::int64_t n = i; !stop; ++n, ++count) {
                    request(*connections[static_cast<std::size_t>(i)], n % users + 1);
                }
                done += count;
            });
        }
        std::this_thread::sleep_for(measured);
        stop = true;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    return static_cast<double>(done) / taken.count();
}

} // namespace

int main(int count, char** arguments) {
    std::vector<int> threads;
    for (int i = 1; i < count; ++i) {
        threads.push_back(std::atoi(arguments[i]));
    }
    if (threads.empty()) {
        threads = {8, 64};
    }
    prepare();
    for (const int number : threads) {
        const double own = requests_per_second(sql::postgresql_connections(server()), number);
        fmt::print("{:3} threads  own {:8.0f}/s", number, own);
        for (const std::size_t shared : {1, 2}) {
            sql::PostgresqlOptions options = server();
            options.shared_connections = shared;
            const double light = requests_per_second(sql::postgresql_connections(options), number);
            fmt::print("  {} shared {:8.0f}/s = {:.2f} times", shared, light, light / own);
        }
        fmt::print("\n");
    }
}
