// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <string_view>

namespace drf_messages::middleware {

/// 302 to a URL, which is escaped where necessary. Django: HttpResponseRedirect.
http::Response redirect(std::string_view url);

/// 301 to a URL, which is escaped where necessary. Django: HttpResponsePermanentRedirect.
http::Response permanent_redirect(std::string_view url);

} // namespace drf_messages::middleware
