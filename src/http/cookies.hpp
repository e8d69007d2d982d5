// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drf_messages::http {

/// What stands between several Cookie fields of one request, which HTTP/2 may split and not every
/// proxy joins: RFC 9113, 8.2.3.
inline constexpr std::string_view cookie_separator = "; ";

/// More cookies than any browser sends to one site are left unread: what a table compares names by
/// can be foreseen by whoever sends them.
inline constexpr std::size_t most_cookies = 1'000;

/// The first most_cookies of a Cookie header; the last of a name wins. Quoted values are unquoted.
/// - Django: django/http/cookie.py, parse_cookie.
std::unordered_map<std::string, std::string> parse_cookies(std::string_view header);

/// Attributes of a Set-Cookie field.
struct CookieAttributes {
    std::optional<std::chrono::seconds> max_age; ///< also sets `expires`, counted from `now`
    std::optional<std::chrono::sys_seconds> expires;
    std::string path = "/";
    std::optional<std::string> domain;
    bool secure = false;
    bool httponly = false;
    std::optional<std::string> samesite;
};

/// The value of a Set-Cookie field, spelt as Python's http.cookies spells it (attribute order and
/// quoting).
/// - Django: django/http/response.py, HttpResponse.set_cookie.
std::string set_cookie(
    std::string_view name,
    std::string_view value,
    const CookieAttributes& attributes,
    std::chrono::sys_seconds now
);

/// The value of a Set-Cookie field that deletes a cookie.
/// - Django: django/http/response.py, HttpResponse.delete_cookie.
std::string delete_cookie(
    std::string_view name,
    const std::string& path,
    const std::optional<std::string>& domain,
    const std::optional<std::string>& samesite
);

/// "Thu, 01 Jan 1970 00:00:00 GMT".
std::string http_date(std::chrono::sys_seconds moment);

} // namespace drf_messages::http
