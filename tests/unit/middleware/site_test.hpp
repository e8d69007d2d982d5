// SPDX-License-Identifier: MIT
#pragma once

#include "live/hub.hpp"
#include "middleware/pipeline.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::middleware {

/// A site on a migrated database, whose view answers "seen" at /known/ and 404 elsewhere unless
/// `handle` is replaced.
class SiteTest : public testing::Test {
protected:
    SiteTest()
        : site{
              .settings = Settings(),
              .clock = given.clock(),
              .log = [this](LogLevel, std::string_view line) { log.emplace_back(line); },
              .random = crypto::system_random_bytes,
              .database = std::make_unique<sql::Pool>(given.open, 2, std::chrono::seconds(1)),
              .session_engine = nullptr,
              .caches = {},
              .passwords = django::Passwords(
                  {"django.contrib.auth.hashers.PBKDF2PasswordHasher"}, crypto::system_random_bytes
              ),
          } {
        site.settings.secret_key = "a-key-of-the-tests";
        site.settings.allowed_hosts = {"testserver"};
        site.auth_hashes =
            std::make_unique<const django::SessionAuthHashes>(site.settings.secret_key);
        site.session_engine = accounts::make_session_engine(site.settings, given.clock());
    }

    static http::Request request(
        std::string method,
        std::string target,
        std::vector<std::pair<std::string, std::string>> headers = {}
    ) {
        http::Request wire;
        wire.method = std::move(method);
        wire.target = std::move(target);
        wire.headers.add("Host", "testserver");
        for (auto& [name, value] : headers) {
            if (name == "Host") {
                wire.headers.set(name, std::move(value));
            } else {
                wire.headers.add(name, std::move(value));
            }
        }
        return wire;
    }

    /// The answer of a pipeline made for this one request, so that settings can change between two.
    http::Response answer(const http::Request& wire) {
        site.languages =
            std::make_unique<const locale::Languages>(site.settings, site.differences, locale_file);
        Pipeline pipeline(site, View{is_valid_path, [this](HttpRequest& seen) {
                                         return handle(seen);
                                     }});
        return pipeline(wire);
    }

    static std::string header(const http::Response& response, std::string_view name) {
        return std::string(response.headers.find(name).value_or("(absent)"));
    }

    static std::vector<std::string> cookies(const http::Response& response) {
        std::vector<std::string> values;
        for (const auto& [name, value] : response.headers.fields()) {
            if (name == "Set-Cookie") {
                values.push_back(value);
            }
        }
        return values;
    }

    /// Answers as that release of Django from now on.
    void become_django(std::string release) {
        site.settings.django_version = std::move(release);
        site.differences = model::differences_of(site.settings);
    }

    test::Given given;
    std::vector<std::string> log;
    SiteResources site;
    locale::LocaleFile locale_file;
    std::function<bool(std::string_view path)> is_valid_path = [](std::string_view path) {
        return path == "/known/";
    };
    std::function<http::Response(HttpRequest&)> handle = [](HttpRequest& seen) {
        if (seen.path_info != "/known/") {
            return not_found_page(seen);
        }
        http::Response response;
        response.headers.set("Content-Type", "text/plain");
        response.body = "seen";
        return response;
    };
};

} // namespace drf_messages::middleware
