// SPDX-License-Identifier: MIT
#pragma once

#include "api/views/view_maker.hpp"

namespace drf_messages::api {

/// The root of a DefaultRouter: a link to each of its lists. Django: rest_framework/routers.py,
/// APIRootView.
UrlView api_root_view(ViewMaker& maker, const RoutedView& view);

} // namespace drf_messages::api
