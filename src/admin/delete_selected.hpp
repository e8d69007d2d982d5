// SPDX-License-Identifier: MIT
#pragma once

#include "admin/action_form.hpp"
#include "admin/page.hpp"
#include "admin/selection.hpp"
#include "store/admin_list.hpp"

#include <optional>
#include <string>

namespace drf_messages::admin {

/// Asks before the messages are deleted.
/// - edge: of the window that the selection lies in.
/// - list_url: where to go instead.
/// - Django: contrib/admin/actions.py, delete_selected.
http::Response confirm_deletion(
    Page& page,
    const ActionForm& form,
    Selection selection,
    const std::optional<store::WindowEdge>& edge,
    const std::string& list_url
);

} // namespace drf_messages::admin
