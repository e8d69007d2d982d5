// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {

/// Header fields in order; names are compared without regard to case.
class DRF_MESSAGES_API Headers {
public:
    using Field = std::pair<std::string, std::string>;

    /// The first field of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name).has_value(); }
    /// Replaces all fields of that name by one.
    void set(std::string_view name, std::string value);
    /// Adds a field, keeping those of the same name (Set-Cookie).
    void add(std::string_view name, std::string value);
    void remove(std::string_view name);
    void clear() noexcept { fields_.clear(); }

    const std::vector<Field>& fields() const noexcept { return fields_; }

private:
    std::vector<Field> fields_;
};

/// A request as it came in, without sockets.
struct Request {
    std::string method = "GET"; ///< as sent
    std::string target = "/";   ///< path and query, percent escapes kept, no fragment
    Headers headers;
    std::string body;
    std::string remote_address; ///< without port; empty on a Unix socket
    /// whether this very connection is encrypted (always false behind a proxy)
    bool secure = false;
};

/// An answer. Without a Content-Length field the server sends the body chunked.
struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

} // namespace drf_messages::http
