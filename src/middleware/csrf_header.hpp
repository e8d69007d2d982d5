// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// The header in which a client sends its CSRF token, "X-CSRFTOKEN", from CSRF_HEADER_NAME. REST
/// framework: BrowsableAPIRenderer.get_context, csrf_header_name.
std::string csrf_header(const Settings& settings);

/// Whether a request by this method passes without a token.
constexpr bool is_csrf_safe(std::string_view method) noexcept {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

} // namespace drf_messages::middleware
