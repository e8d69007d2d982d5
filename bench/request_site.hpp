// SPDX-License-Identifier: MIT
#pragma once

#include "embed/databases/database.hpp"
#include "support/logged_in.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::bench {

/// A database as the server uses one.
inline test::Given given_for_serving() {
    embed::prepare_drivers_for_serving();
    return test::Given();
}

/// A site on a SQLite file with one user who has a hundred messages, and the requests that
/// are measured, by name. No sockets.
class RequestSite {
public:
    RequestSite() {
        settings_.secret_key = "a-key-for-measuring";
        settings_.allowed_hosts = {"testserver"};
        settings_.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.SessionAuthentication",
            "rest_framework.authentication.TokenAuthentication"};
        settings_.rest_framework.default_pagination_class =
            "rest_framework.pagination.LimitOffsetPagination";
        settings_.rest_framework.page_size = 10;
        settings_.database = given_.database_settings();
        SiteOptions options;
        options.database_connections = 1;
        options.clock = given_.clock();

        auto ann = given_.user("ann");
        ann.password("a-column-that-no-password-fits");
        const std::string key = test::logged_in(given_, ann, settings_.secret_key);
        session_data =
            test::rows(given_.connection(), "SELECT session_data FROM django_session", 1).at(0);
        for (int number = 0; number < 100; ++number) {
            auto message = given_.message(ann, "The report was saved");
            message.tag("report");
            if (number % 2 == 0) {
                message.tag("upload");
            }
            if (number % 5 != 0) {
                message.read();
            }
        }
        site_.emplace(settings_, options);
        endpoint_.emplace(*site_);
        const std::pair<std::string, std::string> token{
            "Authorization", "Token " + given_.token(ann)};
        const std::pair<std::string, std::string> session{"Cookie", "sessionid=" + key};
        requests_ = {
            {"peek_token", request("/messages/peek/", token)},
            {"peek_session", request("/messages/peek/", session)},
            {"list_token", request("/messages/?limit=10&offset=0", token)},
            {"list_session", request("/messages/?limit=10&offset=0", session)},
            {"retrieve_token", request("/messages/1/", token)},
        };
        for (const auto& [name, wire] : requests_) {
            if (answer(wire).status != 200) {
                throw std::runtime_error(name + " does not succeed");
            }
        }
    }

    const std::map<std::string, http::Request>& requests() const { return requests_; }
    http::Response answer(const http::Request& wire) { return (*endpoint_)(wire); }

    std::string session_data;
    const std::string& secret_key() const { return settings_.secret_key; }

private:
    static http::Request
    request(const std::string& target, const std::pair<std::string, std::string>& credential) {
        http::Request wire;
        wire.target = target;
        wire.headers.add("Host", "testserver");
        wire.headers.add("User-Agent", "bench");
        wire.headers.add("Accept", "application/json");
        wire.headers.add(credential.first, credential.second);
        return wire;
    }

    test::Given given_ = given_for_serving();
    Settings settings_;
    std::optional<Site> site_;
    std::optional<Endpoint> endpoint_;
    std::map<std::string, http::Request> requests_;
};

} // namespace drf_messages::bench
