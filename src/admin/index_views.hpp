// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"

namespace drf_messages::admin {

/// What there is to administrate, and what the user did last. Django: AdminSite.index.
http::Response index_view(Page& page);
/// The same of drf_messages. Django: AdminSite.app_index.
http::Response app_list_view(Page& page);

} // namespace drf_messages::admin
