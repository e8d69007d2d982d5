// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"
#include "model/user.hpp"

#include <drf_messages/rest/value.hpp>
#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::api {

/// How a client shows who it is, for the OpenAPI document.
struct SecurityScheme {
    std::string name;       ///< "tokenAuth", as drf-spectacular calls it
    rest::Value definition; ///< a Security Scheme Object
    /// It refuses nothing but methods that change something and come without a CSRF token.
    bool wants_csrf_token = false;
    bool slows_down = false; ///< 429 for who guesses passwords
};

/// An entry of DEFAULT_AUTHENTICATION_CLASSES. Django: rest_framework/authentication.py.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    /// Absent when the request carries nothing of this kind. Throws ApiError, 401 or 403, for what
    /// is there and wrong.
    virtual std::optional<User> authenticate(ApiRequest& request) const = 0;
    /// The value of WWW-Authenticate; absent: an unauthenticated request is answered 403 instead of
    /// 401.
    virtual std::optional<std::string> challenge() const { return std::nullopt; }
    virtual SecurityScheme security_scheme() const = 0;
    /// Whether it checks a password, or waits for what only the application knows.
    virtual bool may_take_long() const { return false; }
};

/// Throws std::invalid_argument for a class that neither we nor the application have.
std::vector<std::unique_ptr<Authenticator>>
make_authenticators(const Settings& settings, const CustomClasses& classes = {});

} // namespace drf_messages::api
