// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"

#include <string_view>

// The pages on messages. Each asks for its permissions itself.

namespace drf_messages::admin {

/// The list, and the actions that are posted to it. Django: ModelAdmin.changelist_view.
http::Response changelist_view(Page& page);
/// Django: ModelAdmin.add_view.
http::Response add_view(Page& page);
/// - object_id: as in the path. Django: ModelAdmin.change_view.
http::Response change_view(Page& page, std::string_view object_id);
/// Django: ModelAdmin.delete_view.
http::Response delete_view(Page& page, std::string_view object_id);
/// Django: ModelAdmin.history_view.
http::Response history_view(Page& page, std::string_view object_id);

} // namespace drf_messages::admin
