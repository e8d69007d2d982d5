// SPDX-License-Identifier: MIT
#include "sql/kept_statements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace drf_messages::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;

TEST(KeptStatements, AreFoundByTheirText) {
    KeptStatements<int> kept;
    kept.add("a", 1);
    kept.add("b", 2);
    EXPECT_THAT(kept.find("a"), Pointee(1));
    EXPECT_THAT(kept.find("b"), Pointee(2));
    kept.forget("a");
    EXPECT_EQ(kept.find("a"), nullptr);
    EXPECT_THAT(kept.find("b"), Pointee(2));
}

TEST(KeptStatements, MakeRoomByTheOneThatWasNotUsedForLongest) {
    KeptStatements<std::size_t> kept;
    for (std::size_t i = 0; i < most_kept_statements; ++i) {
        EXPECT_THAT(kept.make_room(8), IsEmpty());
        kept.add("text " + std::to_string(i), i);
    }
    EXPECT_NE(kept.find("text 0"), nullptr);
    EXPECT_THAT(kept.make_room(8), ElementsAre(1));
    kept.add("another", 200);
    EXPECT_NE(kept.find("text 0"), nullptr);
    EXPECT_EQ(kept.find("text 1"), nullptr);
}

TEST(KeptStatements, HaveNoMoreTextInAllThanTheyMay) {
    KeptStatements<std::size_t> kept;
    const std::size_t size = most_kept_bytes / 8;
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_THAT(kept.make_room(size), IsEmpty());
        kept.add(std::string(size, static_cast<char>('a' + i)), i);
    }
    EXPECT_THAT(kept.make_room(size + 1), ElementsAre(0, 1));
    kept.forget(std::string(size, 'h'));
    EXPECT_THAT(kept.make_room(3 * size), IsEmpty());
}

} // namespace
} // namespace drf_messages::sql
