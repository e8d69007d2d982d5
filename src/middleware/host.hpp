// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::middleware {

/// Host header -> its domain in lower case without port and trailing dot; absent when it is not a
/// valid host.
/// - Django: django/http/request.py, split_domain_port.
std::optional<std::string> host_domain(std::string_view host);

/// The host of links that lead to an address: IPv6 in brackets, without the zone that only this
/// machine knows.
std::string host_of_address(std::string_view address);

/// Whether a host equals the pattern or, if that has a leading dot, is in that domain. Django:
/// is_same_domain.
bool is_same_domain(std::string_view host, std::string_view pattern);

/// Django: validate_host. "*" allows every valid host.
bool is_allowed_host(std::string_view domain, const std::vector<std::string>& allowed_hosts);

} // namespace drf_messages::middleware
