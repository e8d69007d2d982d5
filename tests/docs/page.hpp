// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/drf_messages.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

// As docs/README.md tells readers to, so that a snippet compiles as it
// is printed.
using namespace drf_messages; // NOLINT(google-build-using-namespace)

/// What the pages take as given: a site with its tables, a user, and a
/// request of hers.
class Page : public testing::Test {
protected:
    explicit Page(Settings settings = in_memory())
        : site(std::move(settings), options()) {}

    static Settings in_memory() {
        Settings settings;
        settings.database.name = ":memory:";
        // quick: what may be tried in a minute is to be tried in one
        settings.password_hashers = {
            "django.contrib.auth.hashers.MD5PasswordHasher"};
        return settings;
    }

    SiteOptions options() {
        SiteOptions options;
        options.log = no_log();
        options.clock = [this] {
            return now += std::chrono::seconds(1);
        };
        return options;
    }

    UserId create_ann() {
        site.migrate();
        return site.users().create_user("ann");
    }

    /// The texts of her unread messages, newest first; marks nothing.
    std::string unread() {
        return messages::get_messages(request).repr();
    }

    Timestamp now{std::chrono::seconds(1'700'000'000)};
    Site site;
    UserId ann = create_ann();
    Request request{site, {.user = ann, .view_name = "profile:save"}};
};
