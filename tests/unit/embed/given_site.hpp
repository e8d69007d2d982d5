// SPDX-License-Identifier: MIT
#pragma once

#include "support/database.hpp"

#include <drf_messages/field.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/site.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::test {

/// A site on the database of the tests, made when it is first asked for; change `settings` and
/// `options` before. Its log is kept, from warnings on.
class GivenSite : public testing::Test {
protected:
    GivenSite() {
        settings.secret_key = "a-key-of-the-tests";
        settings.allowed_hosts = {"testserver"};
        settings.database = given.database_settings();
    }

    Site& site() {
        if (!site_) {
            options.clock = given.clock();
            options.log = [this](LogLevel level, std::string_view line) {
                if (level >= LogLevel::warning) {
                    const std::lock_guard lock(mutex_);
                    log_.emplace_back(line);
                }
            };
            site_.emplace(settings, options);
        }
        return *site_;
    }
    void end_site() { site_.reset(); }

    std::vector<std::string> log() {
        const std::lock_guard lock(mutex_);
        return std::exchange(log_, {});
    }

    /// Of all messages, in the order of their ids.
    std::vector<std::string> texts() {
        std::vector<std::string> result;
        for (const Message& message : MessageManager(site()).all().order_by(field::id.asc())) {
            result.push_back(message.message);
        }
        return result;
    }

    static http::Request get(std::string target) {
        http::Request request;
        request.target = std::move(target);
        request.headers.add("Host", "testserver");
        return request;
    }

    /// What the logic_error says that `call` throws.
    static std::string misuse(const std::function<void()>& call) {
        try {
            call();
        } catch (const std::logic_error& error) {
            return error.what();
        } catch (const std::exception& error) {
            return std::string("another exception: ") + error.what();
        }
        return "nothing was thrown";
    }

    Given given;
    Settings settings;
    SiteOptions options;

private:
    std::mutex mutex_;
    std::vector<std::string> log_;
    std::optional<Site> site_;
};

} // namespace drf_messages::test
