// SPDX-License-Identifier: MIT
#pragma once

#include "config/codec.hpp"

#include <string_view>

namespace drf_messages::config {

// ---- what texts must be
bool is_throttle_rate(std::string_view rate); ///< "10/day", as model::Rate reads it
bool is_cookie_name(std::string_view name);
bool is_header_safe(std::string_view text);  ///< no control characters: it goes into a header
bool is_bind_address(std::string_view text); ///< as text::parse_bind_address reads it
bool is_optional_bind_address(std::string_view text); ///< the same, or empty
bool is_socket_mode(std::string_view text);           ///< "0660" or "660"
bool is_log_format(std::string_view text);            ///< "text" or "json"
bool is_release(std::string_view text);    ///< empty, or as model::parse_release reads it
bool is_url_prefix(std::string_view text); ///< empty, or "/..." without an end slash
bool is_origin(std::string_view text);     ///< "https://example.com:8443", or "null"

inline constexpr std::int64_t most_seconds = 1'000'000'000'000;

inline constexpr Rule any{};
inline constexpr Rule not_negative{"0 or more", 0};
/// Further, a moment in microseconds would overflow.
inline constexpr Rule age{"0 to 1000000000000", 0, most_seconds};
inline constexpr Rule timeout{"1 to 86400", 1, 86'400};
inline constexpr Rule header_safe{
    "without control characters", Rule{}.low, Rule{}.high, is_header_safe};
/// - words: with one of the project as an example.
inline constexpr Rule release(std::string_view words) {
    return {words, Rule{}.low, Rule{}.high, is_release};
}
inline constexpr Rule cookie_name{
    "letters, digits and !#$%&'*+-.^_`|~", Rule{}.low, Rule{}.high, is_cookie_name};

} // namespace drf_messages::config
