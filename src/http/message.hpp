// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/http.hpp>

#include <string_view>

namespace drf_messages::http {

/// "Not Found" for 404, as Python's http.HTTPStatus words it; empty for an unknown status.
std::string_view reason_phrase(int status);

} // namespace drf_messages::http
