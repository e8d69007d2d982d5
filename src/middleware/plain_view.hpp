// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"
#include "middleware/http_request.hpp"

#include <string>
#include <string_view>

// What views that are none of REST framework's answer.

namespace drf_messages::middleware {

/// Of a page that is only read.
inline constexpr std::string_view reading_methods = "GET, HEAD, OPTIONS";

http::Response html_answer(int status, std::string body);

/// The answer as nobody may keep it: Django's never_cache.
http::Response uncached(const HttpRequest& request, http::Response response);

/// What Django's View answers to a method that the class has no code for, and to OPTIONS.
http::Response only_methods(const std::string& method, std::string_view allowed);

} // namespace drf_messages::middleware
