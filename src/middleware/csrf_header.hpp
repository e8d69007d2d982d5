// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages::middleware {

/// The header in which a client sends its CSRF token, "X-CSRFTOKEN", from CSRF_HEADER_NAME. REST
/// framework: BrowsableAPIRenderer.get_context, csrf_header_name.
std::string csrf_header(const Settings& settings);

} // namespace drf_messages::middleware
