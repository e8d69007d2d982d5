// SPDX-License-Identifier: MIT
#include "embed/health.hpp"

#include "embed/databases/database.hpp"
#include "embed/databases/database_identity.hpp"
#include "embed/site_parts.hpp"
#include "model/database_vendor.hpp"
#include "sql/error.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace drf_messages::embed {
namespace {

constexpr std::string_view no_answer = "the database does not answer";

/// How long the answer of a slow check is shared at most.
constexpr std::chrono::seconds longest_shared{1};

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
    using SteadyClock = std::chrono::steady_clock;

    State(
        sql::ConnectionFactory factory,
        Readiness ask,
        std::chrono::milliseconds longest,
        DatabaseWatch look,
        std::chrono::milliseconds shared_for
    )
        : open(std::move(factory)), readiness(std::move(ask)), patience(longest), lasts(shared_for),
          watch(std::move(look)), thread([this] { run(); }) {}

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

    /// Checks whenever somebody has asked, and looks after the database meanwhile.
    void run() {
        std::unique_lock lock(mutex);
        const auto has_work = [this] { return stopping || asked > started; };
        for (;;) {
            bool in_full = true;
            if (!watch.identity) {
                changed.wait(lock, has_work);
            } else if (!changed.wait_for(lock, watch.interval, has_work)) {
                ++asked; // by the watch
                in_full = false;
            }
            if (stopping) {
                return;
            }
            started = asked;
            if (in_full) {
                last_in_full = started;
            }
            const auto began = SteadyClock::now();
            lock.unlock();
            std::string found = check(in_full);
            lock.lock();
            overdue = false;
            hangs = hangs && found == no_answer;
            finished = started;
            last_problem = std::move(found);
            if (in_full && lasts.count() > 0) {
                const auto ended = SteadyClock::now();
                const auto took = std::min<SteadyClock::duration>(ended - began, longest_shared);
                shared_until = ended + std::max<SteadyClock::duration>(took, lasts);
            }
            changed.notify_all();
        }
    }

    /// Whether a question gets the answer of the check in full that is under way, or was just now.
    /// Otherwise those who ask of a slow database would wait for one check after another.
    bool is_shared() const {
        return lasts.count() > 0 && (finished < last_in_full || SteadyClock::now() < shared_until);
    }

    /// - in_full: whether requests can do their work is asked even if nothing has changed.
    std::string check(bool in_full) {
        try {
            if (!connection || !connection->usable()) {
                connection.reset();
                connection = open();
            }
            connection->query({"readyz", "SELECT 1"}, {}, [](const sql::Row&) {});
            const bool on_server = connection->dialect() != sql::Dialect::sqlite;
            const bool same = is_the_same(*connection);
            std::string problem;
            if (readiness && (in_full || !same || !on_server || !last_problem.empty())) {
                problem = readiness(*connection);
            }
            if (on_server || !problem.empty()) {
                // It leads to the server that it was made to, with some of the settings of then.
                connection.reset();
            }
            say_whether_it_answers(nullptr);
            return problem;
        } catch (const std::exception& error) {
            connection.reset();
            if (answers_requests(error)) {
                say_whether_it_answers(nullptr);
                return last_problem == no_answer ? std::string() : last_problem;
            }
            say_whether_it_answers(error.what());
            return std::string(no_answer);
        }
    }

    /// Though it gives us no connection, since requests have all that it gives.
    bool answers_requests(const std::exception& refusal) const {
        const auto* const error = dynamic_cast<const sql::Error*>(&refusal);
        if (error == nullptr || error->kind() != sql::ErrorKind::too_many_connections ||
            !watch.ask_for_requests) {
            return false;
        }
        try {
            watch.ask_for_requests();
            return true;
        } catch (const std::exception&) {
            return false;
        }
    }

    /// - error: why not; null when it does.
    void say_whether_it_answers(const char* error) {
        if ((error == nullptr) == answers) {
            return;
        }
        answers = error == nullptr;
        if (answers) {
            watch.log(LogLevel::info, "the database answers again");
        } else {
            watch.log(LogLevel::warning, std::string("the database does not answer: ") + error);
        }
    }

    bool is_the_same(sql::Connection& now) {
        if (!watch.identity) {
            return true;
        }
        std::string found = watch.identity(now);
        const bool same = identity.empty() || identity == found;
        if (!same) {
            watch.changed();
            if (!was_just_seen(found)) {
                watch.log(
                    LogLevel::warning,
                    "the database was moved, replaced or restarted, or has another role: all "
                    "connections to it are made anew"
                );
            }
        }
        last_seen[found] = SteadyClock::now();
        identity = std::move(found);
        return same;
    }

    /// What divides its clients among several servers would fill the log.
    bool was_just_seen(const std::string& found) {
        constexpr std::chrono::seconds just{5};
        std::erase_if(last_seen, [end = SteadyClock::now() - just](const auto& seen) {
            return seen.second < end;
        });
        return last_seen.contains(found);
    }

    sql::ConnectionFactory open;
    Readiness readiness;
    std::chrono::milliseconds patience;
    std::chrono::milliseconds lasts;
    DatabaseWatch watch;
    // of the thread alone
    std::string identity;                                     ///< what was found last
    std::map<std::string, SteadyClock::time_point> last_seen; ///< by identity
    bool answers = true;
    std::unique_ptr<sql::Connection> connection;

    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t asked = 0;
    std::uint64_t started = 0;      ///< the last question that the check under way answers
    std::uint64_t finished = 0;     ///< the last question that was answered
    std::uint64_t last_in_full = 0; ///< the last question for a check in full that has begun
    SteadyClock::time_point shared_until = SteadyClock::time_point::min();
    std::string last_problem; ///< written by the thread alone
    bool overdue = false;
    bool hangs = false; ///< a check was overdue, and none since has had an answer
    bool stopping = false;
    std::thread thread;
};

DatabaseCheck::DatabaseCheck(
    sql::ConnectionFactory open,
    Readiness readiness,
    std::chrono::milliseconds patience,
    DatabaseWatch watch,
    std::chrono::milliseconds lasts
)
    : state_(std::make_unique<State>(
          std::move(open), std::move(readiness), patience, std::move(watch), lasts
      )) {}

DatabaseCheck::~DatabaseCheck() = default;

std::string DatabaseCheck::problem() {
    State& state = *state_;
    std::unique_lock lock(state.mutex);
    // Whoever asks while a check hangs need not wait once more to hear the same.
    if (state.overdue && state.finished != state.started) {
        return std::string(no_answer);
    }
    std::uint64_t question = state.last_in_full;
    if (!state.is_shared()) {
        question = ++state.asked;
        state.changed.notify_all();
    }
    const bool in_time =
        state.changed.wait_for(lock, state.hangs ? state.patience / 20 : state.patience, [&] {
            return state.finished >= question;
        });
    state.overdue = !in_time;
    state.hangs = state.hangs || !in_time;
    return in_time ? state.last_problem : std::string(no_answer);
}

http::Handler
with_health(http::Handler next, std::string prefix, std::function<std::string()> problem) {
    return [next = std::move(next),
            prefix = std::move(prefix),
            problem = std::move(problem)](const http::Request& request) {
        if (!is_health_request(request, prefix)) {
            return next(request);
        }
        if (request.method != "GET" && request.method != "HEAD") {
            return not_allowed();
        }
        const bool is_healthz = path_of(request).ends_with("/healthz");
        const std::string why = is_healthz ? std::string() : problem();
        auto response = why.empty() ? answer(200, "ok\n") : answer(503, why + '\n');
        response.route = is_healthz ? "/healthz" : "/readyz";
        return response;
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

DatabaseWatch watch_of(SiteParts& parts) {
    DatabaseWatch watch;
    watch.identity = [&parts](sql::Connection& connection) {
        return database_identity(parts.resources.settings, connection);
    };
    watch.changed = [&parts] { parts.resources.database->renew(); };
    watch.ask_for_requests = [&parts] {
        parts.resources.database->acquire()->query({"readyz", "SELECT 1"}, {}, [](const sql::Row&) {
        });
    };
    watch.log = parts.resources.log;
    return watch;
}

sql::ConnectionFactory connections_for_checks(Settings settings) {
    settings.server.statement_timeout = std::chrono::seconds(2);
    settings.server.slow_statement = std::chrono::milliseconds(0);
    if (database_vendor(settings.database.engine) != DatabaseVendor::sqlite) {
        settings.database.options["connect_timeout"].value = std::int64_t{2};
    }
    DatabaseUse use;
    use.limit_statements = true;
    return database_connections(settings, use);
}

} // namespace drf_messages::embed
