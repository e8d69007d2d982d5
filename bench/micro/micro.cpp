// SPDX-License-Identifier: MIT
// The parts of a request, each alone (Google Benchmark).
#include "api/resource/message_serializer.hpp"
#include "django/session_codec.hpp"
#include "http/query_dict.hpp"
#include "request_site.hpp"
#include "text/json.hpp"
#include "urls/url_conf.hpp"

#include <benchmark/benchmark.h>

namespace drf_messages {
namespace {

bench::RequestSite& site() {
    static bench::RequestSite the_site;
    return the_site;
}

void decode_session(benchmark::State& state) {
    const bench::RequestSite& made = site();
    for (auto _ : state) {
        benchmark::DoNotOptimize(django::decode_session(made.session_data, made.secret_key()));
    }
}
BENCHMARK(decode_session);

void parse_query(benchmark::State& state) {
    constexpr std::string_view query =
        "unread=true&level_tag=warning&search=%C3%A9t%C3%A9&limit=10&offset=20";
    for (auto _ : state) {
        benchmark::DoNotOptimize(http::QueryDict::parse(query, 1000));
    }
}
BENCHMARK(parse_query);

void write_a_page(benchmark::State& state) {
    const Settings settings;
    const api::MessageSerializer serializer(settings, text::TimeZone::utc());
    std::vector<Message> page(10);
    for (Message& message : page) {
        message.message = "The report \"Q3\" was saved";
        message.level = level::SUCCESS;
        message.extra_tags = {"report", "upload"};
        message.created = test::a_monday_morning;
        message.read_at = test::a_monday_morning;
    }
    for (auto _ : state) {
        text::JsonWriter json{text::JsonStyle()};
        serializer.write_list(json, page);
        benchmark::DoNotOptimize(json);
    }
}
BENCHMARK(write_a_page);

void resolve_a_route(benchmark::State& state) {
    const api::Routes routes(Settings(), urls::modules(), [](const ClassName&) {
        return std::nullopt;
    });
    for (auto _ : state) {
        benchmark::DoNotOptimize(routes.resolve("/messages/123/"));
    }
}
BENCHMARK(resolve_a_route);

void answer(benchmark::State& state, const char* name) {
    const http::Request& wire = site().requests().at(name);
    for (auto _ : state) {
        benchmark::DoNotOptimize(site().answer(wire));
    }
}
BENCHMARK_CAPTURE(answer, peek_token, "peek_token");
BENCHMARK_CAPTURE(answer, peek_session, "peek_session");
BENCHMARK_CAPTURE(answer, list_token, "list_token");
BENCHMARK_CAPTURE(answer, list_session, "list_session");
BENCHMARK_CAPTURE(answer, retrieve_token, "retrieve_token");

} // namespace
} // namespace drf_messages

BENCHMARK_MAIN();
