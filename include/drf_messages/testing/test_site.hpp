// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/request.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/site.hpp>
#include <drf_messages/testing/test_client.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

/// Component `testing`: for the tests of an application, with GoogleTest.
namespace drf_messages::test {

/// A site for one test, with a database in memory, its tables and its own clock.
class TestSite {
public:
    /// `settings` are the application's; the database is replaced, and what a test needs is added:
    /// a secret key, the host "testserver" and a route for logging in.
    /// - classes: those that the settings name in addition to the built-in ones.
    explicit TestSite(Settings settings = {}, rest::Classes classes = {})
        : site_(for_tests(std::move(settings)), options(std::move(classes))) {
        site_.migrate();
    }

    Site& site() noexcept { return site_; }
    operator Site&() noexcept { return site_; } // NOLINT(*-explicit-*)

    /// The user of that name, created if there is none. The password is the name.
    UserId user(const std::string& name) {
        const auto found = site_.users().find(name);
        return found ? *found : site_.users().create_user(name, {.password = name});
    }

    /// A request of that user, or of an anonymous visitor.
    Request request(std::optional<UserId> user = std::nullopt, std::string view_name = {}) {
        RequestContext context;
        context.user = std::move(user);
        context.view_name = std::move(view_name);
        return Request(site_, context);
    }

    /// A browser that shows one page of the application; log_in() logs a user in.
    TestClient client(Middleware::View view, std::string view_name = {}) {
        return TestClient::of_view(site_, std::move(view), std::move(view_name));
    }
    /// A browser that is logged in as user(name).
    TestClient client(const std::string& name, Middleware::View view, std::string view_name = {}) {
        user(name);
        TestClient client = TestClient::of_view(site_, std::move(view), std::move(view_name));
        client.log_in(name, name);
        return client;
    }

    /// The site's time: 2024-01-01 at first. It stands still except for a microsecond each time
    /// that the site looks, so that no two messages are of the same age.
    Timestamp now() const noexcept { return Timestamp(std::chrono::microseconds(now_.load())); }
    void advance(std::chrono::microseconds time) noexcept { now_ += time.count(); }

private:
    SiteOptions options(rest::Classes classes) {
        SiteOptions options;
        options.clock = [this] { return tick(); };
        options.log = no_log();
        options.classes = std::move(classes);
        return options;
    }

    static Settings for_tests(Settings settings) {
        settings.database = DatabaseSettings();
        settings.database.name = ":memory:";
        if (settings.secret_key.empty()) {
            settings.secret_key = "of-the-tests";
        }
        // the first one, which TestClient asks for
        settings.allowed_hosts.insert(settings.allowed_hosts.begin(), "testserver");
        RouteSettings login;
        login.route = "drf-messages-test/";
        login.include = "rest_framework.urls";
        settings.routes.push_back(std::move(login));
        return settings;
    }

    Timestamp tick() noexcept { return Timestamp(std::chrono::microseconds(++now_)); }

    std::atomic<std::int64_t> now_ =
        std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::sys_days(std::chrono::year(2024) / 1 / 1).time_since_epoch()
        )
            .count();
    Site site_;
};

} // namespace drf_messages::test
