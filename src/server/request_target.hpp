// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages::server {

/// The path and query of a request target: scheme and authority of an absolute form and a fragment
/// are cut off, the rest stays as sent. "http://host/a?b" is "/a?b", "http://host" is "/", "*"
/// stays.
/// - lifetime: a part of `target`, or a literal.
/// - gunicorn: gunicorn/util.py, split_request_uri.
std::string_view origin_form(std::string_view target);

} // namespace drf_messages::server
