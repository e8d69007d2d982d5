// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/http.hpp>

#include <cstddef>
#include <string_view>

namespace drf_messages::http {

/// So many bytes of a request's method and path a line of a log has at most.
inline constexpr std::size_t longest_logged_method = 32;
inline constexpr std::size_t longest_logged_path = 512;

/// "Not Found" for 404, as Python's http.HTTPStatus words it; empty for an unknown status.
std::string_view reason_phrase(int status);

} // namespace drf_messages::http
