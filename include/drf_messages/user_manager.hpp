// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::embed {
struct SiteParts;
}
namespace drf_messages::messages {
class DatabaseAccess;
}

namespace drf_messages {

/// What a new row of auth_user gets in addition to its name.
struct UserFields {
    std::string email = {};
    std::string password = {}; ///< plain text, hashed when stored; empty: nobody can log in
    bool is_staff = false;
    bool is_superuser = false;
};

/// The users who get messages: Django's User.objects. From any thread, unless it is a
/// transaction's. Throws std::logic_error once the site or the transaction has ended.
class DRF_MESSAGES_API UserManager {
public:
    /// For the library itself: see Site::users.
    UserManager(
        std::shared_ptr<embed::SiteParts> site, std::shared_ptr<messages::DatabaseAccess> database
    );

    /// Throws Refused, errc::already_exists, when the name is taken. Throws std::invalid_argument
    /// for a name that Django would refuse, and if AUTH_USER_MODEL is not auth.User: only the
    /// model's own application can create its rows.
    UserId create_user(std::string_view username, const UserFields& fields = {});
    std::optional<UserId> find(std::string_view username);
    /// Checks name and password as AUTHENTICATION_BACKENDS do: django.contrib.auth.authenticate.
    /// Nothing is counted: whoever may ask this may try passwords as fast as they are checked.
    /// While one is being checked none of the site's connections is in use for it.
    std::optional<UserId> authenticate(std::string_view username, std::string_view password);
    /// The same for a login page of your own, with the limits of the built-in one: throws
    /// TooManyAttempts, and checks nothing, after LOGIN_THROTTLE_RATE wrong passwords for that name
    /// from that address, or LOGIN_THROTTLE_ADDRESS_RATE for all names. Those for the built-in page
    /// and for obtain_auth_token count together with these, in this process and in a default cache
    /// that is Redis or memcached. May wait for others who try at the same time.
    /// - address: the client's: "203.0.113.7". Behind a proxy it is what the proxy says, or all
    ///   clients count as one; one of this machine has no limit over all names unless
    ///   SERVER.NUM_PROXIES is set.
    std::optional<UserId>
    authenticate(std::string_view username, std::string_view password, std::string_view address);
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
    std::shared_ptr<embed::SiteParts> site_;
    std::shared_ptr<messages::DatabaseAccess> database_;
};

} // namespace drf_messages
