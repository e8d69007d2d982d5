// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/endpoint.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/site.hpp>

#include <string>

/// A small web application, the same for each of the servers in this folder: a page that shows the
/// visitor's messages, with a form that leaves one; the REST endpoint at /messages/; and REST
/// framework's login. There is one user, demo, whose password is demo.
class WebApplication {
public:
    WebApplication();

    /// Answers a request; from any thread.
    drf_messages::http::Response operator()(const drf_messages::http::Request& request);

    /// Prints where the application is served, and a token for the endpoint.
    void announce(int port);

private:
    drf_messages::http::Response home(drf_messages::Request& request) const;
    drf_messages::http::Response
    leave(drf_messages::Request& request, const std::string& form) const;

    drf_messages::Site site_;
    drf_messages::Middleware middleware_;
    drf_messages::Endpoint endpoint_;
};

/// SIGTERM and SIGINT, blocked in every thread that is started later.
class TerminationSignals {
public:
    TerminationSignals();
    /// Returns when one of them has arrived.
    void wait() const;
};
