// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/testing/assert_messages.hpp>
#include <drf_messages/testing/test_client.hpp>
#include <drf_messages/testing/test_site.hpp>

#include <gtest/gtest.h>

#include <utility>

namespace drf_messages::test {

/// A fixture that gives each test its own site: `class ProfileTest : public MessagesTest`.
class MessagesTest : public ::testing::Test {
protected:
    /// For a fixture with settings and classes of the application.
    explicit MessagesTest(Settings settings = {}, rest::Classes classes = {})
        : site(std::move(settings), std::move(classes)) {}

    TestSite site;
};

} // namespace drf_messages::test
