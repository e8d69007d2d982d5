// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/django_message.hpp>
#include <drf_messages/extra_tags.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/testing/test_client.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::test {

/// A message as a test expects it: `{level::SUCCESS, "Saved", {"form", "profile"}}`. Compared are
/// level, text and extra tags, in their order.
struct ExpectedMessage {
    Level level;
    std::string message;
    std::string extra_tags; ///< joined by blanks

    ExpectedMessage(Level level_, std::string_view message_, const ExtraTags& extra_tags_ = {})
        : level(level_), message(message_) {
        for (const std::string& tag : extra_tags_.list()) {
            extra_tags += (extra_tags.empty() ? "" : " ") + tag;
        }
    }
    ExpectedMessage(const DjangoMessage& message_) // NOLINT(*-explicit-*)
        : level(message_.level), message(message_.message), extra_tags(message_.extra_tags) {}

    bool operator==(const ExpectedMessage& other) const = default;
};

/// The messages that wait for the request's visitor, in the order in which a page would show them:
/// newest first if they are in the database. Marks nothing.
inline std::vector<DjangoMessage> waiting_messages(Request& request) {
    const MessageStorage storage = messages::get_messages(request);
    std::vector<DjangoMessage> waiting;
    const std::size_t count = storage.size();
    if (count == 0) {
        return waiting;
    }
    // an iteration that does not reach its end marks nothing
    const bool used = storage.used();
    for (auto message = storage.begin(); message != storage.end(); ++message) {
        waiting.push_back(*message);
        if (waiting.size() == count) {
            break;
        }
    }
    storage.set_used(used);
    return waiting;
}

/// The messages that the next page would show to the visitor with these cookies, whatever
/// MESSAGE_STORAGE names. Marks nothing. Throws std::runtime_error when the site cannot say.
inline std::vector<DjangoMessage> waiting_messages(Site& site, const Cookies& cookies) {
    http::Request next;
    next.headers.set("Host", TestClient(site, {}).host());
    if (const std::string header = cookies.header(); !header.empty()) {
        next.headers.set("Cookie", header);
    }
    std::vector<DjangoMessage> waiting;
    Middleware middleware(site);
    const http::Response answer = middleware(next, [&](Request& request) {
        waiting = waiting_messages(request);
        return http::Response();
    });
    if (answer.status != 200) {
        throw std::runtime_error(
            "the site cannot say which messages wait: it answers " + std::to_string(answer.status)
        );
    }
    return waiting;
}

inline std::vector<DjangoMessage> waiting_messages(const TestResponse& response) {
    return waiting_messages(*response.site, response.cookies);
}

/// Those of the visitor who has sent this request and got this answer.
inline std::vector<DjangoMessage>
waiting_messages(Site& site, const http::Request& request, const http::Response& response) {
    Cookies cookies;
    cookies.take(request);
    cookies.take(response);
    return waiting_messages(site, cookies);
}

/// The lines of a failure: both sides, one message per line.
inline std::string list_of(const std::vector<ExpectedMessage>& list) {
    if (list.empty()) {
        return "  (none)\n";
    }
    std::string lines;
    for (const ExpectedMessage& message : list) {
        lines += "  level " + std::to_string(message.level) + " " +
                 ::testing::PrintToString(message.message);
        lines += message.extra_tags.empty() ? "\n" : " tags \"" + message.extra_tags + "\"\n";
    }
    return lines;
}

/// Whether these are exactly the expected messages: in this order, or in any if not `ordered`.
inline ::testing::AssertionResult compare_messages(
    const std::vector<DjangoMessage>& messages,
    const std::vector<ExpectedMessage>& expected,
    bool ordered = true
) {
    const std::vector<ExpectedMessage> waiting(messages.begin(), messages.end());
    if (ordered ? waiting == expected
                : std::is_permutation(
                      waiting.begin(), waiting.end(), expected.begin(), expected.end()
                  )) {
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure()
           << "the messages are others than expected" << (ordered ? "" : ", in any order") << "\n"
           << "expected:\n"
           << list_of(expected) << "waiting:\n"
           << list_of(waiting);
}

/// For EXPECT_TRUE and ASSERT_TRUE: whether exactly these messages wait for the visitor. Nothing is
/// marked.
///
///     EXPECT_TRUE(assert_messages(client.post("/profile/"), {{level::SUCCESS, "Saved"}}));
/// - Django 5: django/contrib/messages/test.py, MessagesTestMixin.assertMessages.
inline ::testing::AssertionResult assert_messages(
    const TestResponse& response, const std::vector<ExpectedMessage>& expected, bool ordered = true
) {
    return compare_messages(waiting_messages(response), expected, ordered);
}

inline ::testing::AssertionResult assert_messages(
    Request& request, const std::vector<ExpectedMessage>& expected, bool ordered = true
) {
    return compare_messages(waiting_messages(request), expected, ordered);
}

inline ::testing::AssertionResult assert_messages(
    Site& site,
    const http::Request& request,
    const http::Response& response,
    const std::vector<ExpectedMessage>& expected,
    bool ordered = true
) {
    return compare_messages(waiting_messages(site, request, response), expected, ordered);
}

} // namespace drf_messages::test
