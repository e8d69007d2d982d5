// SPDX-License-Identifier: MIT
#include "server/access_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace drf_messages::server {

namespace {

constexpr std::size_t longest_client = 64;

void append_escaped(std::string& line, std::string_view text, std::size_t longest) {
    if (text.empty()) {
        line += '-';
        return;
    }
    for (const char c : text.substr(0, longest)) {
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
            line += c;
        } else {
            fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    if (text.size() > longest) {
        line += "...";
    }
}

std::string_view first_forwarded_for(const http::Request& request) {
    const auto field = request.headers.find("X-Forwarded-For");
    if (!field) {
        return {};
    }
    auto first = field->substr(0, field->find(','));
    while (!first.empty() && first.front() == ' ') {
        first.remove_prefix(1);
    }
    while (!first.empty() && first.back() == ' ') {
        first.remove_suffix(1);
    }
    return first;
}

} // namespace

std::string access_line(
    const http::Request& request,
    bool trust_forwarded_for,
    int status,
    std::size_t body_bytes,
    std::chrono::nanoseconds duration
) {
    std::string_view client = request.remote_address;
    if (client.empty()) {
        client = "unix";
    }
    if (trust_forwarded_for) {
        if (const auto forwarded = first_forwarded_for(request); !forwarded.empty()) {
            client = forwarded;
        }
    }
    const std::string_view target = request.target;
    std::string line;
    line.reserve(96 + std::min(target.size(), http::longest_logged_path));
    append_escaped(line, client, longest_client);
    line += " \"";
    append_escaped(line, request.method, http::longest_logged_method);
    line += ' ';
    append_escaped(line, target.substr(0, target.find('?')), http::longest_logged_path);
    fmt::format_to(
        std::back_inserter(line),
        "\" {} {} {:.3f} ms",
        status,
        body_bytes,
        std::chrono::duration<double, std::milli>(duration).count()
    );
    return line;
}

} // namespace drf_messages::server
