// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/http.hpp>

#include <algorithm>
#include <string>
#include <string_view>

/// What the adapters share; of no use elsewhere.
namespace drf_messages::adapters::wire {

inline bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

/// A request's target as path and query: a proxy may send "http://host/path" or "http://host?a",
/// anybody a fragment.
inline std::string origin_form(std::string_view target) {
    target = target.substr(0, target.find('#'));
    const auto scheme_end = target.find("://");
    if (!target.starts_with('/') && scheme_end != std::string_view::npos &&
        scheme_end < target.find_first_of("/?")) {
        const auto path = target.find_first_of("/?", scheme_end + 3);
        target = path == std::string_view::npos ? std::string_view() : target.substr(path);
        return (target.starts_with('/') ? "" : "/") + std::string(target);
    }
    return target.empty() ? "/" : std::string(target);
}

/// The host of a target such as "http://host/path" counts, not that of the Host field (RFC 9112,
/// 3.2.2).
/// - request: with its headers
inline void use_host_of(std::string_view target, http::Request& request) {
    const auto scheme_end = target.find("://");
    if (!target.starts_with('/') && scheme_end != std::string_view::npos &&
        scheme_end < target.find_first_of("/?#")) {
        target.remove_prefix(scheme_end + 3);
        request.headers.set("Host", std::string(target.substr(0, target.find_first_of("/?#"))));
    }
}

/// An address without port, in its usual spelling: as IPv4 if IPv6 carries an IPv4 address.
inline std::string plain_address(std::string address) {
    constexpr std::string_view mapped = "::ffff:";
    if (address.starts_with(mapped) && address.find('.') != std::string::npos) {
        address.erase(0, mapped.size());
    }
    return address;
}

/// A line break inside a value would let it add header fields, or even whole answers.
inline std::string one_line(std::string value) {
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' '
    );
    return value;
}

/// Fields about the connection, which belongs to the framework.
inline bool is_of_connection(std::string_view name) {
    return same_name(name, "Connection") || same_name(name, "Keep-Alive") ||
           same_name(name, "Transfer-Encoding");
}

/// The answer in place of a stream, which the adapters do not hand on.
inline http::Response no_stream() {
    http::Response response;
    response.status = 501;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = "Not Implemented";
    return response;
}

/// Answers that have no body, whatever the request.
inline bool is_bodiless(int status) {
    return status < 200 || status == 204 || status == 304;
}

} // namespace drf_messages::adapters::wire
