// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/http.hpp>

#include <memory>
#include <string_view>

namespace drf_messages::embed {
class RestDoor;
}

namespace drf_messages {

class Site;

/// The REST endpoints, from a plain request to a plain answer: list, retrieve, destroy and peek at
/// settings.routes, behind settings.middleware. For any HTTP server; the adapters in
/// drf_messages/adapters hand requests over.
class DRF_MESSAGES_API Endpoint {
public:
    /// The site must live longer. Throws std::invalid_argument, with one line for each problem, for
    /// settings that cannot serve: an empty SECRET_KEY, an unknown class.
    explicit Endpoint(Site& site);
    ~Endpoint();
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    /// Answers one request; from any thread. Never throws: a failure becomes an answer and a line
    /// in the site's log.
    http::Response operator()(const http::Request& request);

    /// Whether a route of the endpoints matches, with or without a slash at its end, or a file that
    /// their pages load, so that a server may send the rest elsewhere.
    /// - target: path and query, as in a request.
    bool serves(std::string_view target) const;

    /// Whether the answer may depend on the request's body, so that a server need not keep that of
    /// any other request: for a path that is no route's, a host that is not allowed, a method that
    /// only reads. From any thread.
    /// - head: the request without its body.
    bool takes_body(const http::Request& head) const noexcept;

private:
    std::unique_ptr<embed::RestDoor> door_;
};

} // namespace drf_messages
