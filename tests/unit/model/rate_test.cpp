// SPDX-License-Identifier: MIT
#include "model/rate.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace drf_messages::model {
namespace {

using namespace std::chrono_literals;

TEST(Rate, IsANumberAndAPeriodThatCountsByItsFirstLetter) {
    struct Row {
        const char* text;
        std::int64_t requests;
        std::chrono::seconds duration;
    };
    for (const auto& row : std::vector<Row>{
             {"2/day", 2, 24h},
             {"1/d", 1, 24h},
             {"3/minute", 3, 1min},
             {"3/month", 3, 1min},
             {" 4 /hour", 4, 1h},
             {"+4/hour", 4, 1h},
             {"0/hour", 0, 1h},
             {"1000000000/s", 1'000'000'000, 1s},
             {"5/s", 5, 1s}}) {
        const auto rate = Rate::parse(row.text);
        ASSERT_TRUE(rate) << row.text;
        EXPECT_EQ(rate->requests, row.requests) << row.text;
        EXPECT_EQ(rate->duration, row.duration) << row.text;
    }
}

TEST(Rate, IsNoOtherText) {
    for (const auto* wrong : {"",
                              "2",
                              "2/",
                              "2/x",
                              "2/Day",
                              "x/day",
                              "/day",
                              "+/day",
                              " /day",
                              "2/day/",
                              "2/day/x",
                              "2.5/day",
                              "-1/day",
                              "+-1/day",
                              "++1/day",
                              "- 1/d",
                              "1 2/day",
                              "0x1/day",
                              "\u00a02/d",
                              "1000000001/s",
                              "99999999999999999999/s"}) {
        EXPECT_FALSE(Rate::parse(wrong)) << wrong;
    }
}

} // namespace
} // namespace drf_messages::model
