// SPDX-License-Identifier: MIT
#include "messages/retention.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using messages::Retention;
using testing::ElementsAre;

class RetentionTest : public testing::Test {
protected:
    /// Five old messages of two users, of which three were read, and a new one.
    RetentionTest() {
        for (int i = 0; i < 3; ++i) {
            given.message(ann, "read").tag("a").read();
        }
        given.message(ann, "unread");
        given.message(given.user("bob"), "unread");
        given.now += 24h;
        given.message(ann, "new").read();
    }

    std::vector<std::string> texts() {
        return test::rows(
            given.connection(), "SELECT message FROM drf_messages_message ORDER BY id", 1
        );
    }

    test::Given given;
    Settings settings;
    UserId ann = given.user("ann");
    test::ConnectionAccess database{given.connection(), settings, given.clock()};
};

TEST_F(RetentionTest, DeletesInBatchesAndSaysHowFarItIs) {
    const Retention all{given.now};
    EXPECT_EQ(messages::count_old_messages(database, all), 5);
    std::vector<std::int64_t> progress;
    EXPECT_EQ(
        messages::delete_old_messages(
            database, all, 2, [&](std::int64_t gone) { progress.push_back(gone); }
        ),
        5
    );
    EXPECT_THAT(progress, ElementsAre(2, 4, 5));
    EXPECT_THAT(texts(), ElementsAre("new"));
}

TEST_F(RetentionTest, LeavesWhatNobodyHasRead) {
    const Retention read{given.now, true};
    EXPECT_EQ(messages::count_old_messages(database, read), 3);
    EXPECT_EQ(messages::delete_old_messages(database, read, 1000), 3);
    EXPECT_THAT(texts(), ElementsAre("unread", "unread", "new"));
}

TEST_F(RetentionTest, KeepsWhatEarlierBatchesHaveDoneWhenItIsStopped) {
    const auto stop = [](std::int64_t) { throw std::runtime_error("stop"); };
    EXPECT_THROW(messages::delete_old_messages(database, {given.now}, 2, stop), std::runtime_error);
    EXPECT_THAT(texts(), ElementsAre("read", "unread", "unread", "new"));
}

} // namespace
} // namespace drf_messages
