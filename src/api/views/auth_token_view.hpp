// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/view.hpp"

#include <drf_messages/settings.hpp>

#include <memory>

namespace drf_messages::api {

/// The view that gives a token for a name and a password. Django:
/// rest_framework/authtoken/views.py, obtain_auth_token.
std::unique_ptr<View> make_auth_token_view(const Settings& settings, const CustomClasses& classes);

} // namespace drf_messages::api
