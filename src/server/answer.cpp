// SPDX-License-Identifier: MIT
#include "server/answer.hpp"

#include "http/cookies.hpp"
#include "http/headers.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace drf_messages::server {

namespace {

/// Now, as the Date field has it; spelt once a second and thread.
std::string_view date_now() {
    thread_local std::chrono::sys_seconds spelt{};
    thread_local std::string text;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (text.empty() || now != spelt) {
        spelt = now;
        text = http::http_date(now);
    }
    return text;
}

bool is_own_field(std::string_view name) {
    using http::same_name;
    switch (name.size()) {
    case 4:
        return same_name(name, "Date");
    case 6:
        return same_name(name, "Server");
    case 10:
        return same_name(name, "Connection") || same_name(name, "Keep-Alive");
    case 17:
        return same_name(name, "Transfer-Encoding");
    default:
        return false;
    }
}

/// A line break inside a value would let it write fields, or whole answers, of its own.
void append_value(std::string& out, std::string_view value) {
    const auto start = out.size();
    out += value;
    for (auto at = start; at < out.size(); ++at) {
        if (out[at] == '\r' || out[at] == '\n' || out[at] == '\0') {
            out[at] = ' ';
        }
    }
}

bool asks_to_close(const http::Headers& headers) {
    const auto connection = headers.find("Connection");
    return connection && http::same_name(*connection, "close");
}

} // namespace

Framing write_head(std::string& head, const http::Response& response, const AnswerTo& request) {
    const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
    const bool is_stream = response.stream != nullptr;
    const bool has_length = !is_stream && response.headers.contains("Content-Length");
    const bool framed = has_length || bodiless || request.head;

    Framing framing;
    framing.chunked = !framed && request.http11;
    framing.streams = is_stream && !bodiless && !request.head;
    framing.with_body = !is_stream && !bodiless && !request.head;
    framing.keep_alive =
        request.keep_alive && (framed || framing.chunked) && !asks_to_close(response.headers);

    head.clear();
    head += "HTTP/1.1 ";
    head += fmt::format_int(response.status).c_str();
    head += ' ';
    head += http::reason_phrase(response.status);
    head += "\r\nServer: drf-messages\r\nDate: ";
    head += date_now();
    if (!framing.keep_alive) {
        head += "\r\nConnection: close";
    } else if (!request.http11) {
        head += "\r\nConnection: keep-alive";
    }
    // A stream has none, and that of a 304 would be its 200's (RFC 9110, 8.6).
    bool length_written = is_stream || response.status == 304;
    for (const auto& [name, value] : response.headers.fields()) {
        const bool is_length = http::same_name(name, "Content-Length");
        if (is_own_field(name) || (is_length && length_written)) {
            continue;
        }
        head += "\r\n";
        append_value(head, name);
        head += ": ";
        if (is_length && framing.with_body) {
            head += fmt::format_int(response.body.size()).c_str();
        } else {
            append_value(head, value);
        }
        length_written = length_written || is_length;
    }
    if (framing.chunked) {
        head += "\r\nTransfer-Encoding: chunked\r\n\r\n";
        if (is_stream) {
            return framing;
        }
        if (!response.body.empty()) {
            fmt::format_to(std::back_inserter(head), "{:x}\r\n", response.body.size());
        }
        framing.tail = response.body.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
    } else {
        head += "\r\n\r\n";
    }
    return framing;
}

http::Response plain_answer(int status) {
    http::Response response;
    response.status = status;
    response.body = http::reason_phrase(status);
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.headers.add("Content-Length", fmt::format_int(response.body.size()).c_str());
    return response;
}

} // namespace drf_messages::server
