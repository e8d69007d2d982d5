// SPDX-License-Identifier: MIT
#include "accounts/authentication.hpp"

#include "django/auth_hash.hpp"
#include "store/user_store.hpp"
#include "text/python_text.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <system_error>

namespace drf_messages::accounts {
namespace {

constexpr std::string_view id_name = "_auth_user_id";
constexpr std::string_view backend_name = "_auth_user_backend";
constexpr std::string_view hash_name = "_auth_user_hash";

/// What a class of AUTHENTICATION_BACKENDS does. Django: django/contrib/auth/backends.py.
struct Backend {
    bool known = false;
    bool by_password = false;    ///< the RemoteUser ones take no password
    bool inactive_users = false; ///< whether user_can_authenticate() lets them in
};

Backend backend_of(const Settings& settings, std::string_view name) {
    // A class of settings.classes stands for its base; the depth is bounded because two of them
    // could name each other.
    for (int depth = 0; depth < 8; ++depth) {
        const auto entry = settings.classes.find(std::string(name));
        if (entry == settings.classes.end()) {
            break;
        }
        name = entry->second.base;
    }
    constexpr std::string_view module = "django.contrib.auth.backends.";
    if (!name.starts_with(module)) {
        return {};
    }
    name.remove_prefix(module.size());
    if (name == "ModelBackend") {
        return {true, true, false};
    }
    if (name == "AllowAllUsersModelBackend") {
        return {true, true, true};
    }
    if (name == "RemoteUserBackend") {
        return {true, false, false};
    }
    if (name == "AllowAllUsersRemoteUserBackend") {
        return {true, false, true};
    }
    return {};
}

/// Python's int(text), in the range of a key.
std::optional<std::int64_t> key_number(std::string_view text) {
    const std::optional<std::string> digits = text::parse_integer(text);
    if (!digits) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(digits->data(), digits->data() + digits->size(), value);
    return result.ec == std::errc() ? std::optional(value) : std::nullopt;
}

/// AutoField.to_python, for the ids that a row can have.
std::optional<UserId> user_id(const boost::json::value& value) {
    if (value.is_string()) {
        if (const auto number = key_number(value.get_string())) {
            return UserId{*number};
        }
    } else if (value.is_int64()) {
        return UserId{value.get_int64()};
    } else if (value.is_bool()) {
        return UserId{std::int64_t{value.get_bool() ? 1 : 0}};
    } else if (value.is_double() && std::abs(value.get_double()) < 9.0e18) {
        return UserId{static_cast<std::int64_t>(value.get_double())};
    }
    return std::nullopt;
}

bool hash_fits(const Settings& settings, std::string_view hash, const User& user) {
    if (hash.empty()) {
        return false;
    }
    if (django::verify_session_auth_hash(hash, user.password, settings.secret_key)) {
        return true;
    }
    return std::any_of(
        settings.secret_key_fallbacks.begin(),
        settings.secret_key_fallbacks.end(),
        [&](const std::string& key) {
            return django::verify_session_auth_hash(hash, user.password, key);
        }
    );
}

} // namespace

std::optional<User>
user_of_session(const Settings& settings, Session& session, const ConnectionSource& connection) {
    const boost::json::value* id_value = session.find(id_name);
    const std::optional<std::string_view> name = session.find_text(backend_name);
    if (id_value == nullptr || !name) {
        return std::nullopt;
    }
    const auto& names = settings.authentication_backends;
    if (std::find(names.begin(), names.end(), *name) == names.end()) {
        return std::nullopt;
    }
    const Backend backend = backend_of(settings, *name);
    const std::optional<UserId> id = user_id(*id_value);
    if (!backend.known || !id) {
        return std::nullopt;
    }
    std::optional<User> user = store::select_user(connection(), *id);
    if (!user || (!user->is_active && !backend.inactive_users)) {
        return std::nullopt;
    }
    if (!hash_fits(settings, session.find_text(hash_name).value_or(""), *user)) {
        session.flush();
        return std::nullopt;
    }
    return user;
}

std::optional<User> authenticate(
    const Settings& settings,
    const django::Passwords& passwords,
    sql::Connection& connection,
    std::string_view username,
    std::string_view password
) {
    bool by_password = false;
    bool inactive_users = false;
    for (const ClassName& name : settings.authentication_backends) {
        const Backend backend = backend_of(settings, name);
        by_password = by_password || backend.by_password;
        inactive_users = inactive_users || (backend.by_password && backend.inactive_users);
    }
    if (!by_password) {
        return std::nullopt;
    }
    // No database of ours may hold a NUL in text, so nobody has such a name; the time is spent all
    // the same.
    std::optional<User> user;
    if (username.find('\0') == std::string_view::npos) {
        user = store::select_user_by_name(connection, username);
    }
    if (!user) {
        passwords.pretend(password);
        return std::nullopt;
    }
    const django::PasswordVerdict verdict = passwords.check(password, user->password);
    if (!verdict.correct) {
        return std::nullopt;
    }
    if (verdict.must_update) {
        std::string encoded = passwords.make(password);
        if (store::replace_password(connection, user->id, user->password, encoded)) {
            user->password = std::move(encoded);
        }
    }
    if (!user->is_active && !inactive_users) {
        return std::nullopt;
    }
    return user;
}

bool has_permission(sql::Connection& connection, const User& user, std::string_view permission) {
    if (!user.is_active) {
        return false;
    }
    return user.is_superuser ||
           store::select_permissions(connection, user.id).contains(std::string(permission));
}

} // namespace drf_messages::accounts
