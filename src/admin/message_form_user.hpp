// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form_cleaning.hpp"
#include "admin/page.hpp"
#include "store/admin_messages.hpp"

#include <drf_messages/ids.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The user in the form of a message: a select of all, or where there are too many for one a name,
// with a search for it.

namespace drf_messages::admin {

/// More are searched for.
inline constexpr int most_selectable_users = 100;

/// How the field is shown.
struct UserField {
    bool is_select = true;
    std::vector<store::UserName> users; ///< by name: all of them, or those that were found
    std::string searched;               ///< for what; empty: for nothing
};

/// - search: the beginning of a name, for which users are looked where there is no select.
UserField user_field(Page& page, std::string_view search);

/// The user of a form: by its key as `user`, or by the name as `user_search`, unless `user` was
/// chosen among those that were found for that name (`user_searched`).
/// - Django: forms/models.py, ModelChoiceField.
Cleaned<std::optional<UserId>> clean_user(Page& page, const FormValues& posted);

/// "12" for a key, as forms and logs have it.
std::string user_key_text(const Page& page, const UserId& user);
/// Empty for a user who is gone.
std::string user_name(Page& page, const UserId& user);

} // namespace drf_messages::admin
