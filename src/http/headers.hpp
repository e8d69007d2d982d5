// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/http.hpp>

#include <string_view>

namespace drf_messages::http {

/// Whether two field names are the same: ASCII letters compare without case.
bool same_name(std::string_view left, std::string_view right) noexcept;

/// Adds `name` to Vary unless it is there. Django: django/utils/cache.py, patch_vary_headers.
void patch_vary(Headers& headers, std::string_view name);

} // namespace drf_messages::http
