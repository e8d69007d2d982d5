// SPDX-License-Identifier: MIT
#include "embed/health.hpp"

#include "embed/databases/database.hpp"
#include "sql/error.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace drf_messages::embed {
namespace {

constexpr std::string_view no_answer = "the database does not answer";

http::Response answer(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Content-Length", std::to_string(body.size()));
    response.body = std::move(body);
    return response;
}

http::Response not_allowed() {
    http::Response response = answer(405, "method not allowed\n");
    response.headers.set("Allow", "GET, HEAD");
    return response;
}

std::string_view path_of(const http::Request& request) {
    return std::string_view(request.target).substr(0, request.target.find('?'));
}

} // namespace

struct DatabaseCheck::State {
    State(sql::ConnectionFactory factory, Readiness ask, std::chrono::milliseconds longest)
        : open(std::move(factory)), readiness(std::move(ask)), patience(longest),
          thread([this] { run(); }) {}

    ~State() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        changed.notify_all();
        thread.join();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    /// Checks whenever somebody has asked.
    void run() {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [this] { return stopping || asked > started; });
            if (stopping) {
                return;
            }
            started = asked;
            lock.unlock();
            std::string found = check();
            lock.lock();
            finished = started;
            last_problem = std::move(found);
            changed.notify_all();
        }
    }

    std::string check() {
        try {
            if (!connection || !connection->usable()) {
                connection.reset();
                connection = open();
            }
            connection->query({"readyz", "SELECT 1"}, {}, [](const sql::Row&) {});
            std::string problem = readiness ? readiness(*connection) : std::string();
            if (!problem.empty()) {
                // A session keeps some of the settings that it began with.
                connection.reset();
            }
            return problem;
        } catch (const std::exception&) {
            connection.reset();
            return std::string(no_answer);
        }
    }

    sql::ConnectionFactory open;
    Readiness readiness;
    std::chrono::milliseconds patience;
    std::unique_ptr<sql::Connection> connection; ///< of the thread alone
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t asked = 0;
    std::uint64_t started = 0;  ///< the last question that the check under way answers
    std::uint64_t finished = 0; ///< the last question that was answered
    std::string last_problem;
    bool overdue = false;
    bool stopping = false;
    std::thread thread;
};

DatabaseCheck::DatabaseCheck(
    sql::ConnectionFactory open, Readiness readiness, std::chrono::milliseconds patience
)
    : state_(std::make_unique<State>(std::move(open), std::move(readiness), patience)) {}

DatabaseCheck::~DatabaseCheck() = default;

std::string DatabaseCheck::problem() {
    State& state = *state_;
    std::unique_lock lock(state.mutex);
    // Whoever asks while a check hangs need not wait once more to hear the same.
    if (state.overdue && state.finished != state.started) {
        return std::string(no_answer);
    }
    const std::uint64_t question = ++state.asked;
    state.changed.notify_all();
    const bool in_time =
        state.changed.wait_for(lock, state.patience, [&] { return state.finished >= question; });
    state.overdue = !in_time;
    return in_time ? state.last_problem : std::string(no_answer);
}

http::Handler with_health(http::Handler next, std::string prefix, DatabaseCheck& database) {
    return
        [next = std::move(next), prefix = std::move(prefix), &database](const http::Request& request
        ) {
            if (!is_health_request(request, prefix)) {
                return next(request);
            }
            if (request.method != "GET" && request.method != "HEAD") {
                return not_allowed();
            }
            const std::string problem =
                path_of(request).ends_with("/healthz") ? std::string() : database.problem();
            return problem.empty() ? answer(200, "ok\n") : answer(503, problem + '\n');
        };
}

bool is_health_request(const http::Request& request, const std::string& prefix) {
    std::string_view path = path_of(request);
    if (!path.starts_with(prefix)) {
        return false;
    }
    path.remove_prefix(prefix.size());
    return path == "/healthz" || path == "/readyz";
}

sql::ConnectionFactory connections_for_checks(Settings settings) {
    settings.server.statement_timeout = std::chrono::seconds(2);
    settings.server.slow_statement = std::chrono::milliseconds(0);
    DatabaseUse use;
    use.limit_statements = true;
    return database_connections(settings, use);
}

} // namespace drf_messages::embed
