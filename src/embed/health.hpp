// SPDX-License-Identifier: MIT
#pragma once

#include "http/server_interface.hpp"
#include "sql/pool.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace drf_messages::embed {

struct SiteParts;

/// What is looked at between questions too, on the thread of the check.
struct DatabaseWatch {
    /// Tells the database from another one; empty: nothing is looked at.
    std::function<std::string(sql::Connection&)> identity;
    /// Called when a new connection leads to another one than before.
    std::function<void()> changed;
    /// Asks on a connection that requests use, where the database gives no other one; throws
    /// when it does not answer. Empty: there is none.
    std::function<void()> ask_for_requests;
    LogSink log = no_log(); ///< that it has changed, does not answer, answers again
    std::chrono::milliseconds interval = std::chrono::milliseconds(500);
};

/// Asks the database whether it answers and lets requests do their work, on a connection and a
/// thread of its own: requests that wait for the database do not keep it from saying so. On a
/// database server it is a new connection each time, which leads where the next request's will.
class DatabaseCheck {
public:
    /// Says why requests would fail on a database that answers; empty when they would not.
    using Readiness = std::function<std::string(sql::Connection&)>;

    /// - readiness: asked each time, on the check's thread.
    /// - patience: how long problem() waits; a twentieth of it while the database hangs. A check
    ///   that takes longer goes on; until it ends the database does not answer.
    /// - lasts: whoever asks during a check, or as soon after it as this or as the check took, gets
    ///   its answer; 0: each question has a check. Strangers may ask.
    explicit DatabaseCheck(
        sql::ConnectionFactory open,
        Readiness readiness = {},
        std::chrono::milliseconds patience = std::chrono::seconds(2),
        DatabaseWatch watch = {},
        std::chrono::milliseconds lasts = std::chrono::milliseconds(0)
    );
    /// Waits for the check that is under way.
    ~DatabaseCheck();
    DatabaseCheck(const DatabaseCheck&) = delete;
    DatabaseCheck& operator=(const DatabaseCheck&) = delete;

    /// Why requests fail, in words for everybody; empty when the database is ready for them.
    std::string problem();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A handler that answers PREFIX/healthz and PREFIX/readyz itself, to GET and HEAD, and leaves
/// every other request to `next`. healthz is 200 while the process answers; readyz is 200 while the
/// database is ready, else 503 with the reason. Neither looks at the Host header, so that a probe
/// may come by address.
/// - prefix: empty, or "/..." without a slash at its end.
/// - problem: why it is not, in words for everybody; empty when it is.
http::Handler
with_health(http::Handler next, std::string prefix, std::function<std::string()> problem);

/// Whether with_health() answers this request itself.
bool is_health_request(const http::Request& request, const std::string& prefix);

/// So that nothing is served that is older than a second: when a new connection leads to another
/// database than before, or it has another role, the site's connections are made anew.
/// - parts: must outlive the watch.
DatabaseWatch watch_of(SiteParts& parts);

/// Connections for a DatabaseCheck: they give up soon, and log nothing.
sql::ConnectionFactory connections_for_checks(Settings settings);

} // namespace drf_messages::embed
