// SPDX-License-Identifier: MIT
#include "api/classes/custom_call.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace drf_messages::api {
namespace {

struct Outage final : std::runtime_error, Answerable {
    using std::runtime_error::runtime_error;
    Answer answer() const noexcept override { return unavailable("Away."); }
};

TEST(CustomCall, LetsPassWhateverSaysItsAnswerItself) {
    const auto fail = [] { throw Outage("the disk is gone"); };
    EXPECT_THROW(call_custom("site.Throttle", fail), Outage);
}

TEST(CustomCall, NamesTheClassAndTheTypeOfAnythingElseButNotItsText) {
    try {
        call_custom("site.Throttle", [] { throw std::out_of_range("a secret"); });
        FAIL() << "nothing was thrown";
    } catch (const CustomClassError& error) {
        EXPECT_EQ(error.what(), std::string("site.Throttle threw std::out_of_range"));
        EXPECT_EQ(error.answer().status, 500);
    }
}

} // namespace
} // namespace drf_messages::api
