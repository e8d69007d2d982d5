// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"
#include "model/user.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::api {

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
};

/// Throws std::invalid_argument for a class that neither we nor the application have.
std::vector<std::unique_ptr<Authenticator>>
make_authenticators(const Settings& settings, const CustomClasses& classes = {});

} // namespace drf_messages::api
