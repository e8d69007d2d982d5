// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::embed {
struct SiteParts;
}

namespace drf_messages {

/// What a new row of auth_user gets in addition to its name.
struct UserFields {
    std::string email = {};
    std::string password = {}; ///< plain text, hashed when stored; empty: nobody can log in
    bool is_staff = false;
    bool is_superuser = false;
};

/// The users who get messages: Django's User.objects. From any thread.
class DRF_MESSAGES_API UserManager {
public:
    explicit UserManager(embed::SiteParts& site) : site_(&site) {}

    /// Throws Refused, errc::already_exists, when the name is taken. Throws std::invalid_argument
    /// for a name that Django would refuse, and if AUTH_USER_MODEL is not auth.User: only the
    /// model's own application can create its rows.
    UserId create_user(std::string_view username, const UserFields& fields = {});
    std::optional<UserId> find(std::string_view username);
    /// Checks name and password as AUTHENTICATION_BACKENDS do: django.contrib.auth.authenticate.
    std::optional<UserId> authenticate(std::string_view username, std::string_view password);
    /// Stores a new password, given in plain text. Ends the user's sessions, which carry a hash of
    /// the old one. False when there is no such user.
    bool set_password(const UserId& user, std::string_view password);
    /// The user's REST framework token, created if there is none. A secret.
    std::string token(const UserId& user);
    /// Replaces the user's token by a new one.
    std::string reset_token(const UserId& user);
    /// Deletes the user with messages, tags, token, permissions and groups.
    void remove(const UserId& user);

private:
    embed::SiteParts* site_;
};

} // namespace drf_messages
