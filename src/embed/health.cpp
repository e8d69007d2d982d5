// SPDX-License-Identifier: MIT
#include "embed/health.hpp"

#include "sql/error.hpp"

#include <string_view>
#include <utility>

namespace drf_messages::embed {
namespace {

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

http::Response readiness(sql::Pool& database) {
    try {
        const auto lease = database.acquire();
        lease->query({"readyz", "SELECT 1"}, {}, [](const sql::Row&) {});
        return answer(200, "ok\n");
    } catch (const sql::Error&) {
        return answer(503, "the database does not answer\n");
    }
}

} // namespace

http::Handler with_health(http::Handler next, std::string prefix, sql::Pool& database) {
    return [next = std::move(next),
            healthz = prefix + "/healthz",
            readyz = prefix + "/readyz",
            &database](const http::Request& request) {
        const std::string_view path =
            std::string_view(request.target).substr(0, request.target.find('?'));
        if (path != healthz && path != readyz) {
            return next(request);
        }
        if (request.method != "GET" && request.method != "HEAD") {
            return not_allowed();
        }
        return path == healthz ? answer(200, "ok\n") : readiness(database);
    };
}

} // namespace drf_messages::embed
