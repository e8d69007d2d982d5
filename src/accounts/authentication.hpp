// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/database_loan.hpp"
#include "accounts/session.hpp"
#include "base/answerable.hpp"
#include "django/auth_hash.hpp"
#include "django/password.hpp"
#include "model/user.hpp"
#include "sql/connection.hpp"
#include "store/user_store.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::accounts {

/// The classes that AUTHENTICATION_BACKENDS may list.
const std::vector<std::string>& known_authentication_backends();

/// The user of a session: django.contrib.auth.get_user. Absent for an anonymous one.
/// - A session whose `_auth_user_hash` no longer matches the password is flushed, with its
///   messages; one with invalid content is anonymous.
/// - A hash made with one of SECRET_KEY_FALLBACKS is replaced, under a new session key, as Django
///   4.1.8 and later do; but not in a session that cannot be written.
/// - hashes: by SECRET_KEY.
/// - Needs no statement without a session, otherwise one for the session and one for the user.
std::optional<User> user_of_session(
    const Settings& settings,
    const store::UserStore& users,
    const django::SessionAuthHashes& hashes,
    Session& session,
    const ConnectionSource& connection
);

/// A user whose password was right, and the entry of AUTHENTICATION_BACKENDS that lets them in.
struct AuthenticatedUser {
    User user;
    ClassName backend;
};

/// More passwords wait to be checked than can be checked soon: answer 503.
struct PasswordsBusy : std::runtime_error, Answerable {
    PasswordsBusy() : std::runtime_error("too many passwords wait to be checked") {}

    Answer answer() const noexcept override {
        return unavailable("Too many passwords are being checked. Try again.");
    }
};

/// Checks name and password against AUTHENTICATION_BACKENDS: django.contrib.auth.authenticate.
/// Every refusal takes the same time, whether the name is somebody's or not. The outdated hash of
/// who is let in is replaced, unless the new one would be weaker.
/// - database: given back while a password is hashed, in the background of the process.
/// - throws PasswordsBusy.
std::optional<AuthenticatedUser> authenticate(
    const Settings& settings,
    const store::UserStore& users,
    const django::Passwords& passwords,
    const DatabaseLoan& database,
    std::string_view username,
    std::string_view password
);

/// Writes the user into the session, under a new key, and sets their last_login. A session of
/// another user is flushed first. One that cannot be written (Session::writable) is left as it is
/// stored, and a new one begins, unless it is this login's already. The caller rotates the CSRF
/// token and saves the session.
/// - Django: django/contrib/auth/__init__.py, login.
void login(
    const Settings& settings,
    const store::UserStore& users,
    Session& session,
    sql::Connection& connection,
    const AuthenticatedUser& who,
    Timestamp now
);

/// Whether the user has "app.codename" (ModelBackend: active, and superuser or granted directly or
/// through a group).
bool has_permission(
    const store::UserStore& users,
    sql::Connection& connection,
    const User& user,
    std::string_view permission
);

} // namespace drf_messages::accounts
