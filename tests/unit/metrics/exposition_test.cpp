// SPDX-License-Identifier: MIT
#include "metrics/exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::metrics {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const ProcessMetrics& metrics, Format format = Format::prometheus) {
    return exposition(metrics, {}, format);
}

std::size_t series_in(const std::string& text) {
    std::size_t series = 0;
    for (std::size_t line = 0; line < text.size(); line = text.find('\n', line) + 1) {
        series += text[line] == '#' ? 0U : 1U;
    }
    return series;
}

TEST(RequestDurations, AreCountedInCumulativeBuckets) {
    ProcessMetrics metrics;
    for (const auto duration : {5ms, 6ms, 300ms, 20'000ms}) {
        metrics.requests.observe("GET", 200, "/messages/peek/", duration);
    }
    const std::string text = text_of(metrics);
    const std::string labels =
        R"({http_request_method="GET",http_response_status_code="200",http_route="/messages/peek/")";
    const std::string name = "http_server_request_duration_seconds";
    for (const auto& [bound, count] :
         {std::pair("0.005", "1"),
          {"0.01", "2"},
          {"0.25", "2"},
          {"0.5", "3"},
          {"10.0", "3"},
          {"+Inf", "4"}}) {
        EXPECT_THAT(
            text, HasSubstr(name + "_bucket" + labels + ",le=\"" + bound + "\"} " + count + "\n")
        );
    }
    EXPECT_THAT(text, HasSubstr(name + "_count" + labels + "} 4\n"));
    EXPECT_THAT(text, HasSubstr(name + "_sum" + labels + "} 20.311\n"));
}

TEST(RequestDurations, HaveBoundedLabelsWhateverAClientSends) {
    ProcessMetrics metrics;
    metrics.requests.observe("BREW\n\"", 404, "", 1ms);
    metrics.requests.observe("get", 404, "", 1ms);
    const std::string text = text_of(metrics);
    EXPECT_THAT(
        text,
        HasSubstr(
            R"(_count{http_request_method="_OTHER",http_response_status_code="404",http_route=""} 2)"
        )
    );
    EXPECT_THAT(text, Not(HasSubstr("BREW")));
}

TEST(RequestDurations, OfFailuresLeaveRoomForTheOthers) {
    ProcessMetrics metrics;
    for (int status = 400; status < 500; ++status) {
        metrics.requests.observe("GET", status, "", 1ms);
    }
    metrics.requests.observe("GET", 200, "/messages/", 1ms);
    metrics.requests.observe("GET", 503, "/messages/", 1ms);
    const std::string text = text_of(metrics);
    EXPECT_THAT(text, HasSubstr(R"(status_code="405",http_route=""} 1)"));
    EXPECT_THAT(text, Not(HasSubstr(R"(status_code="406")")));
    EXPECT_THAT(text, HasSubstr(R"(status_code="4xx",http_route="_OTHER"} 94)"));
    EXPECT_THAT(text, HasSubstr(R"(status_code="200",http_route="/messages/"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(status_code="5xx",http_route="_OTHER"} 1)"));
}

TEST(RequestDurations, AreAllCountedWhenThreadsAddTheSameOnes) {
    ProcessMetrics metrics;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                metrics.requests.observe("GET", 200 + i % 20, "/", 1ms);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::uint64_t all = 0;
    metrics.requests.for_each([&](const RequestDurations::Set& set) {
        all += set.durations.counts()[0];
    });
    EXPECT_EQ(all, 4000U);
}

TEST(StatementDurations, BeyondTheFirstNamesAreCountedTogether) {
    ProcessMetrics metrics;
    for (int i = 0; i < 20; ++i) {
        metrics.statements.observe("statement_" + std::to_string(i), 2ms);
    }
    const std::string text = text_of(metrics);
    EXPECT_THAT(text, HasSubstr(R"(_count{db_operation_name="statement_7"} 1)"));
    EXPECT_THAT(text, Not(HasSubstr(R"("statement_8")")));
    EXPECT_THAT(text, HasSubstr(R"(_count{db_operation_name="_OTHER"} 12)"));
}

TEST(Exposition, HasFourHundredSeriesAtMost) {
    ProcessMetrics metrics;
    for (int i = 0; i < 1000; ++i) {
        metrics.requests.observe("GET", 200 + i % 400, "/" + std::to_string(i), 1ms);
        metrics.statements.observe(std::to_string(i), 1ms);
    }
    Sources sources;
    sources.database_connections = [] { return Sources::Connections{}; };
    sources.streams = [] { return Sources::Streams{1, Sources::Counts(30, {"x", 1}), {}, {}}; };
    sources.feed_delay = [] { return 1ms; };
    sources.feed_pending = [] { return 2; };
    const std::string text = exposition(metrics, sources, Format::openmetrics);
    EXPECT_LE(series_in(text), most_series);
    EXPECT_GT(series_in(text), most_series - 20);
}

TEST(Exposition, ShowsNothingOfWhatIsNotThere) {
    ProcessMetrics metrics;
    EXPECT_THAT(text_of(metrics), Not(HasSubstr("drf_messages_stream")));
    EXPECT_THAT(text_of(metrics), Not(HasSubstr("feed")));
    Sources sources;
    sources.streams = [] { return Sources::Streams{2, {}, {}, {{"age", 1}}}; };
    const std::string text = exposition(metrics, sources, Format::prometheus);
    EXPECT_THAT(text, HasSubstr("\ndrf_messages_streams 2\n"));
    EXPECT_THAT(text, HasSubstr("\ndrf_messages_streams_closed_total{reason=\"age\"} 1\n"));
}

TEST(Exposition, CallsCountersAsItsFormatDoes) {
    ProcessMetrics metrics;
    metrics.deleted[Deletion::read].add(3);
    const std::string sample = "\ndrf_messages_deleted_total{reason=\"read\"} 3\n";
    const std::string older = text_of(metrics);
    EXPECT_THAT(older, HasSubstr("# TYPE drf_messages_deleted_total counter\n"));
    EXPECT_THAT(older, HasSubstr(sample));
    EXPECT_THAT(older, Not(HasSubstr("# UNIT")));
    const std::string newer = text_of(metrics, Format::openmetrics);
    EXPECT_THAT(newer, HasSubstr("# TYPE drf_messages_deleted counter\n"));
    EXPECT_THAT(newer, HasSubstr(sample));
    EXPECT_THAT(newer, HasSubstr("# UNIT http_server_request_duration_seconds seconds\n"));
    EXPECT_THAT(newer, EndsWith("# EOF\n"));
}

TEST(Exposition, ShowsTheLastTraceOfEachBucketToWhoKnowsExemplars) {
    ProcessMetrics metrics;
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    metrics.requests.observe("GET", 200, "/", 3ms, "00000000000000000000000000000001");
    metrics.requests.observe("GET", 200, "/", 2ms, trace);
    metrics.requests.observe("GET", 200, "/", 30ms);
    EXPECT_THAT(text_of(metrics), Not(HasSubstr("trace_id")));
    const std::string text = text_of(metrics, Format::openmetrics);
    EXPECT_THAT(text, HasSubstr("le=\"0.005\"} 2 # {trace_id=\"" + trace + "\"} 0.002 "));
    EXPECT_THAT(text, HasSubstr("le=\"0.05\"} 3\n"));
}

TEST(Exposition, EscapesTheValuesOfLabels) {
    ProcessMetrics metrics;
    metrics.requests.observe("GET", 200, "/a\"b\\c\nd/", 1ms);
    EXPECT_THAT(text_of(metrics), HasSubstr(R"(http_route="/a\"b\\c\nd/")"));
}

} // namespace
} // namespace drf_messages::metrics
