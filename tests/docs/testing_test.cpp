// SPDX-License-Identifier: MIT
#include <drf_messages/drf_messages.hpp>
#include <drf_messages/testing/messages_test.hpp>

#include <gtest/gtest.h>

// As in page.hpp.
using namespace drf_messages; // NOLINT(google-build-using-namespace)

namespace {

http::Response save_profile(Request& request) {
    messages::success(request, "Saved", {"profile"});
    return {};
}

// [fixture]
class ProfileTest : public test::MessagesTest {};

TEST_F(ProfileTest, SavingLeavesAMessage) {
    test::TestClient client = site.client("ann", save_profile);
    EXPECT_TRUE(test::assert_messages(
        client.get("/profile/"),
        {{level::SUCCESS, "Saved", {"profile"}}}
    ));
}
// [/fixture]

} // namespace
