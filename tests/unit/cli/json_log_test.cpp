// SPDX-License-Identifier: MIT
#include "cli/json_log.hpp"
#include "cli/trace_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace drf_messages::cli {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr std::string_view trace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view parent = "00f067aa0ba902b7";

http::Request traced(const std::string& traceparent) {
    http::Request request;
    request.headers.add("Traceparent", traceparent);
    return request;
}

std::string traceparent(std::string_view version = "00", std::string_view rest = "-01") {
    return std::string(version) + "-" + std::string(trace) + "-" + std::string(parent) +
           std::string(rest);
}

TEST(JsonLine, IsAnObjectWithTimeLevelAndMessage) {
    EXPECT_THAT(
        json_line(LogLevel::warning, "slow statement"),
        MatchesRegex(
            R"(\{"time":"[0-9-]+T[0-9:.]+[+-][0-9:]+","level":"warning","message":"slow statement"\})"
            "\n"
        )
    );
}

TEST(JsonLine, IsOneLineOfAsciiWhateverIsInIt) {
    const std::string line =
        json_line(LogLevel::error, std::string("a\n\"\\\0\x7f\xff\xe2\x80\xa8\xc3\xa9", 12));
    EXPECT_THAT(line, HasSubstr(R"("message":"a\n\"\\\u0000)"));
    EXPECT_THAT(line, EndsWith("\\ufffd\\u2028\\u00e9\"}\n"));
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(JsonLine, IsCutOffWhereItIsLong) {
    const std::string line = json_line(LogLevel::info, std::string(1'000'000, 'x'));
    EXPECT_LT(line.size(), 20'000U);
    EXPECT_THAT(line, EndsWith("x...\"}\n"));
}

TEST(JsonAccessLine, HasTheRouteAndTheTrace) {
    http::Request request = traced(traceparent());
    request.target = "/messages/7/?token=secret";
    request.remote_address = "192.0.2.1";
    const std::string line = json_access_line({request, 200, 45, 1500us, "/messages/{pk}/"}, false);
    EXPECT_THAT(
        line,
        HasSubstr(
            R"("message":"request","client":"192.0.2.1","method":"GET","path":"/messages/7/",)"
            R"("route":"/messages/{pk}/","status":200,"bytes":45,"duration":0.001500,"trace_id":")"
        )
    );
    EXPECT_THAT(line, HasSubstr(std::string(trace)));
    EXPECT_THAT(line, Not(HasSubstr("secret")));
}

TEST(TraceContext, IsWhatTraceparentSays) {
    const http::Request request = traced(traceparent());
    const auto context = trace_context(request);
    ASSERT_TRUE(context);
    EXPECT_EQ(context->trace_id, trace);
    EXPECT_EQ(context->parent_id, parent);
    EXPECT_TRUE(trace_context(traced(traceparent("cc", "-01-more to come"))));
}

TEST(TraceContext, IsAbsentWhereTheFieldIsInvalid) {
    for (const std::string& text :
         {std::string(),
          std::string("00"),
          traceparent("ff"),
          traceparent("0A"),
          traceparent("00", "-0"),
          traceparent("00", "-01-more"),
          traceparent("cc", "-01more"),
          traceparent("00", "-xy"),
          "00-" + std::string(32, '0') + "-" + std::string(parent) + "-01",
          "00-" + std::string(trace) + "-" + std::string(16, '0') + "-01",
          traceparent("cc", "-01-" + std::string(1000, 'x'))}) {
        EXPECT_FALSE(trace_context(traced(text))) << text;
    }
    http::Request twice = traced(traceparent());
    twice.headers.add("traceparent", traceparent());
    EXPECT_FALSE(trace_context(twice));
    EXPECT_FALSE(trace_context(http::Request()));
}

TEST(SpanIds, AreSixteenDigitsEachOfItsOwn) {
    EXPECT_THAT(new_span_id(), MatchesRegex("[0-9a-f]+"));
    EXPECT_EQ(new_span_id().size(), 16U);
    EXPECT_NE(new_span_id(), new_span_id());
}

} // namespace
} // namespace drf_messages::cli
