// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::server {

/// The path and query of a request target: scheme and authority of an absolute form and a fragment
/// are cut off, the rest stays as sent. "http://host/a?b" is "/a?b", "http://host" is "/",
/// "http://host?b" is "/?b" (RFC 9112, 3.2.1), "*" stays.
/// - gunicorn: gunicorn/util.py, split_request_uri; Django: core/handlers/wsgi.py, WSGIRequest.
std::string origin_form(std::string_view target);

/// Host and port of an absolute form, which count instead of the Host field's (RFC 9112, 3.2.2):
/// "host:1" of "http://host:1/a". Absent for the other forms.
/// - lifetime: a part of `target`.
std::optional<std::string_view> authority(std::string_view target);

/// Whether the target has one of the forms that the method may have (RFC 9112, 3.2): "/a",
/// "http://host/a",
/// "*" for OPTIONS, anything for CONNECT. The characters in it do not matter.
bool is_target(std::string_view target, std::string_view method);

/// Whether text is what a Host field may hold (RFC 9110, 7.2): a name or an address, with or
/// without a port, or nothing.
bool is_host(std::string_view text);

} // namespace drf_messages::server
