// SPDX-License-Identifier: MIT
#pragma once

#include "api/views/view_maker.hpp"

namespace drf_messages::api {

/// The view that gives a token for a name and a password. Django:
/// rest_framework/authtoken/views.py, obtain_auth_token.
UrlView auth_token_view(ViewMaker& maker, const RoutedView& view);

} // namespace drf_messages::api
