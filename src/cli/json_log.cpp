// SPDX-License-Identifier: MIT
#include "cli/json_log.hpp"

#include "cli/trace_context.hpp"
#include "server/access_log.hpp"
#include "text/json.hpp"

#include <fmt/format.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>

namespace drf_messages::cli {
namespace {

constexpr std::size_t longest_message = 16 * 1024;

std::string_view level_name(LogLevel level) {
    constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

std::string now() {
    thread_local spdlog::pattern_formatter formatter(
        "%Y-%m-%dT%H:%M:%S.%f%z", spdlog::pattern_time_type::local, ""
    );
    spdlog::memory_buf_t time;
    formatter.format(spdlog::details::log_msg("", spdlog::level::info, ""), time);
    return {time.data(), time.size()};
}

/// One line; each member is text, or a number as text.
class Line {
public:
    explicit Line(LogLevel level) {
        member("time", now());
        member("level", level_name(level));
    }

    void
    member(std::string_view name, std::string_view value, std::size_t longest = std::string::npos) {
        begin(name);
        // A character that is cut in two is written as a broken one.
        std::string cut;
        if (value.size() > longest) {
            cut = std::string(value.substr(0, longest)) + "...";
            value = cut;
        }
        text::append_json_string(line_, value, true);
    }
    template<class Number>
    void number(std::string_view name, fmt::format_string<Number&> format, Number value) {
        begin(name);
        fmt::format_to(std::back_inserter(line_), format, value);
    }

    std::string take() {
        line_ += "}\n";
        return std::move(line_);
    }

private:
    void begin(std::string_view name) {
        line_ += line_.empty() ? "{\"" : ",\"";
        line_ += name;
        line_ += "\":";
    }

    std::string line_;
};

} // namespace

std::string json_line(LogLevel level, std::string_view text) {
    Line line(level);
    line.member("message", text, longest_message);
    return line.take();
}

std::string json_access_line(const server::Answered& answered, bool trust_forwarded_for) {
    const http::Request& request = answered.request;
    const std::string_view target = request.target;
    const std::string_view path = target.substr(0, target.find('?'));
    const auto client = server::client_of(request, trust_forwarded_for);
    Line line(LogLevel::info);
    line.member("message", answered.was_stream ? "stream" : "request");
    line.member("client", client, server::longest_logged_client);
    line.member("method", request.method, http::longest_logged_method);
    line.member("path", path, http::longest_logged_path);
    line.member("route", answered.route);
    line.number("status", "{}", answered.status);
    line.number("bytes", "{}", answered.body_bytes);
    line.number("duration", "{:.6f}", std::chrono::duration<double>(answered.duration).count());
    if (const auto trace = trace_context(request)) {
        line.member("trace_id", trace->trace_id);
        line.member("span_id", new_span_id());
        line.member("parent_span_id", trace->parent_id);
    }
    return line.take();
}

} // namespace drf_messages::cli
