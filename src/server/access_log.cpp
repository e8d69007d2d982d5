// SPDX-License-Identifier: MIT
#include "server/access_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace drf_messages::server {

namespace {

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

std::string_view client_of(const http::Request& request, bool trust_forwarded_for) {
    if (trust_forwarded_for) {
        if (const auto forwarded = first_forwarded_for(request); !forwarded.empty()) {
            return forwarded;
        }
    }
    return request.remote_address.empty() ? "unix" : std::string_view(request.remote_address);
}

std::string access_line(const Answered& answered, bool trust_forwarded_for) {
    const http::Request& request = answered.request;
    const std::string_view target = request.target;
    std::string line;
    line.reserve(96 + std::min(target.size(), http::longest_logged_path));
    append_escaped(line, client_of(request, trust_forwarded_for), longest_logged_client);
    line += " \"";
    append_escaped(line, request.method, http::longest_logged_method);
    line += ' ';
    append_escaped(line, target.substr(0, target.find('?')), http::longest_logged_path);
    fmt::format_to(
        std::back_inserter(line),
        "\" {} {} {:.3f} ms",
        answered.status,
        answered.body_bytes,
        std::chrono::duration<double, std::milli>(answered.duration).count()
    );
    return line;
}

} // namespace drf_messages::server
