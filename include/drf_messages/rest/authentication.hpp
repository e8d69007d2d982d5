// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/rest/request.hpp>

#include <optional>
#include <string>
#include <variant>

namespace drf_messages::rest {

/// A user by the value of USERNAME_FIELD.
struct Username {
    std::string value;
};

/// Who somebody claims to be. The user is then looked up; authentication fails if the user does not
/// exist or is not active.
using Identity = std::variant<UserId, Username>;

/// An entry of DEFAULT_AUTHENTICATION_CLASSES. One object serves every request, from several
/// threads.
/// - REST framework: rest_framework/authentication.py, BaseAuthentication.
class DRF_MESSAGES_API Authentication {
public:
    Authentication() = default;
    virtual ~Authentication();
    Authentication(const Authentication&) = delete;
    Authentication& operator=(const Authentication&) = delete;

    /// Absent when the request carries nothing of this kind; then the next class is asked. Throws
    /// AuthenticationFailed if it does but is wrong.
    virtual std::optional<Identity> authenticate(const Request& request) const = 0;
    /// The value of WWW-Authenticate. If the first class has none, an unauthenticated request gets
    /// 403 instead of 401.
    virtual std::optional<std::string> authenticate_header() const;
};

} // namespace drf_messages::rest
