// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages::http {

/// Whether a redirect to a URL that a client asked for stays on this host: a path, or a URL of
/// `host` with http or https (only https, if required). False for empty text.
/// - Django: django/utils/http.py, url_has_allowed_host_and_scheme.
bool url_has_allowed_host_and_scheme(
    std::string_view url, std::string_view host, bool require_https
);

} // namespace drf_messages::http
