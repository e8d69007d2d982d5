// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session.hpp"
#include "django/password.hpp"
#include "model/user.hpp"
#include "sql/connection.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <string_view>

namespace drf_messages::accounts {

/// The user of a session: django.contrib.auth.get_user. Absent for an anonymous one; a session
/// whose `_auth_user_hash` no longer fits the password is flushed, with its messages. A session
/// whose content makes no sense is anonymous. Costs no statement without a session, otherwise one
/// for it and one for the user.
std::optional<User>
user_of_session(const Settings& settings, Session& session, const ConnectionSource& connection);

/// Name and password, checked against AUTHENTICATION_BACKENDS: django.contrib.auth.authenticate.
/// Costs the same time for a name that does not exist. An outdated hash is replaced, unless the new
/// one would be weaker.
std::optional<User> authenticate(
    const Settings& settings,
    const django::Passwords& passwords,
    sql::Connection& connection,
    std::string_view username,
    std::string_view password
);

/// Whether the user has "app.codename" (ModelBackend: active, and superuser or granted directly or
/// by a group).
bool has_permission(sql::Connection& connection, const User& user, std::string_view permission);

} // namespace drf_messages::accounts
