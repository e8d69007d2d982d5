// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/view.hpp"
#include "api/routing/routes.hpp"

#include <memory>

namespace drf_messages::api {

/// The root of a DefaultRouter: a link to each of its lists. Django: rest_framework/routers.py,
/// APIRootView.
/// - mount: the router's; it and `routes` must outlive the view.
std::unique_ptr<View> make_api_root(
    const Routes& routes, const Mount& mount, std::shared_ptr<const ViewPolicies> policies
);

} // namespace drf_messages::api
