// SPDX-License-Identifier: MIT
#pragma once

#include "api/routing/routes.hpp"
#include "api/views/view_maker.hpp"

namespace drf_messages::pages {

/// `include = "drf_messages.start"`: a page that leads to what the site has.
api::UrlView start_view(api::ViewMaker& maker, const api::RoutedView& view);

} // namespace drf_messages::pages
