// SPDX-License-Identifier: MIT
#include "accounts/authentication.hpp"

#include "base/names_of.hpp"
#include "crypto/digest.hpp"
#include "django/pickle.hpp"
#include "fibers/background.hpp"
#include "model/class_lineage.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <system_error>
#include <utility>

namespace drf_messages::accounts {
namespace {

constexpr std::string_view id_name = "_auth_user_id";
constexpr std::string_view backend_name = "_auth_user_backend";
constexpr std::string_view hash_name = "_auth_user_hash";

/// Enough to see how a site stores its passwords.
constexpr int rows_to_learn_from = 1000;

/// What a class of AUTHENTICATION_BACKENDS does. Django: django/contrib/auth/backends.py.
struct Backend {
    std::string_view name;
    bool by_password;    ///< the RemoteUser ones take no password
    bool inactive_users; ///< whether user_can_authenticate() lets them in
};

constexpr std::array backends{
    Backend{"django.contrib.auth.backends.ModelBackend", true, false},
    Backend{"django.contrib.auth.backends.AllowAllUsersModelBackend", true, true},
    Backend{"django.contrib.auth.backends.RemoteUserBackend", false, false},
    Backend{"django.contrib.auth.backends.AllowAllUsersRemoteUserBackend", false, true},
};

/// The one that an entry of the list is or is built on; null when it is none of ours.
const Backend* find_backend(const Settings& settings, const ClassName& entry) {
    const auto lineage = class_lineage(settings.classes, entry);
    const auto* found = std::find_if(backends.begin(), backends.end(), [&](const Backend& known) {
        return known.name == lineage.back();
    });
    return found == backends.end() ? nullptr : found;
}

bool takes_passwords(const Backend* backend) {
    return backend != nullptr && backend->by_password;
}

/// Of AUTHENTICATION_BACKENDS, the one that lets this user in by password; null when none does.
const ClassName* entry_for(const Settings& settings, const User& user) {
    const auto& names = settings.authentication_backends;
    const auto found = std::find_if(names.begin(), names.end(), [&](const ClassName& name) {
        const Backend* const backend = find_backend(settings, name);
        return takes_passwords(backend) && (user.is_active || backend->inactive_users);
    });
    return found == names.end() ? nullptr : &*found;
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

/// The primary key field's to_python, for the keys that a row can have.
std::optional<UserId> user_id(const store::UserTable& table, const boost::json::value& value) {
    if (table.key_kind != store::KeyKind::integer) {
        if (!value.is_string()) {
            return std::nullopt;
        }
        const std::string_view text = value.get_string();
        // None of our databases has such text; some would not even accept it as a parameter.
        return text::is_valid_utf8(text) && text.find('\0') == std::string_view::npos
                   ? table.parse_key(text)
                   : std::nullopt;
    }
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

/// Aside from the requests: a hash takes as long as a thousand of them.
void compute(const std::function<void()>& job) {
    if (!fibers::in_background(job)) {
        throw PasswordsBusy();
    }
}

enum class HashVerdict { fits, fits_an_earlier_key, wrong };

HashVerdict verify_hash(
    const Settings& settings,
    const django::SessionAuthHashes& hashes,
    std::string_view hash,
    const User& user
) {
    if (hash.empty()) {
        return HashVerdict::wrong;
    }
    if (hashes.verify(hash, user.password)) {
        return HashVerdict::fits;
    }
    const auto& earlier = settings.secret_key_fallbacks;
    const bool fits = std::any_of(earlier.begin(), earlier.end(), [&](const std::string& key) {
        return django::verify_session_auth_hash(
            hash, user.password, key, django::legacy_formats(settings)
        );
    });
    return fits ? HashVerdict::fits_an_earlier_key : HashVerdict::wrong;
}

} // namespace

const std::vector<std::string>& known_authentication_backends() {
    static const std::vector<std::string> names = names_of(backends);
    return names;
}

std::optional<User> user_of_session(
    const Settings& settings,
    const store::UserStore& users,
    const django::SessionAuthHashes& hashes,
    Session& session,
    const ConnectionSource& connection
) {
    const boost::json::value* id_value = session.find(id_name);
    const std::optional<std::string_view> name = session.find_text(backend_name);
    if (id_value == nullptr || !name) {
        return std::nullopt;
    }
    const auto& names = settings.authentication_backends;
    const auto listed = std::find(names.begin(), names.end(), *name);
    if (listed == names.end()) {
        return std::nullopt;
    }
    const Backend* const backend = find_backend(settings, *listed);
    const std::optional<UserId> id = user_id(users.table(), *id_value);
    if (backend == nullptr || !id) {
        return std::nullopt;
    }
    std::optional<User> user = users.select_user(connection(), *id);
    if (!user || (!user->is_active && !backend->inactive_users)) {
        return std::nullopt;
    }
    const std::optional<std::string_view> stored_hash = session.find_text(hash_name);
    if (!stored_hash) {
        const boost::json::value* const value = session.find(hash_name);
        if (value != nullptr && django::is_foreign(*value)) {
            return std::nullopt; // whether it fits is for others to say, and not to be undone here
        }
    }
    switch (verify_hash(settings, hashes, stored_hash.value_or(""), *user)) {
    case HashVerdict::fits:
        break;
    case HashVerdict::fits_an_earlier_key:
        if (!session.writable()) {
            break; // fits again next time
        }
        session.cycle_key();
        session.set_text(hash_name, django::session_auth_hash(user->password, settings.secret_key));
        break;
    case HashVerdict::wrong:
        session.flush();
        return std::nullopt;
    }
    return user;
}

std::optional<AuthenticatedUser> authenticate(
    const Settings& settings,
    const store::UserStore& users,
    const django::Passwords& passwords,
    const DatabaseLoan& database,
    std::string_view username,
    std::string_view password
) {
    const auto& names = settings.authentication_backends;
    if (std::none_of(names.begin(), names.end(), [&](const ClassName& name) {
            return takes_passwords(find_backend(settings, name));
        })) {
        return std::nullopt;
    }
    if (passwords.wants_rows()) {
        passwords.learn(users.select_recent_passwords(database.connection(), rows_to_learn_from));
    }
    // None of our databases can hold a NUL in text, so nobody has such a name; spend the time all
    // the same.
    std::optional<User> user;
    if (username.find('\0') == std::string_view::npos) {
        user = users.select_user_by_name(database.connection(), username);
    }
    database.give_back();
    if (!user) {
        compute([&] { passwords.pretend(password); });
        return std::nullopt;
    }
    const ClassName* const entry = entry_for(settings, *user);
    django::PasswordVerdict verdict;
    compute([&] {
        verdict = passwords.check(
            password, user->password, entry != nullptr ? django::Entry::open : django::Entry::closed
        );
    });
    if (!verdict.correct || entry == nullptr) {
        return std::nullopt;
    }
    if (verdict.must_update) {
        std::string encoded;
        compute([&] { encoded = passwords.make(password); });
        if (users.replace_password(database.connection(), user->id, user->password, encoded)) {
            user->password = std::move(encoded);
        }
    }
    return AuthenticatedUser{std::move(*user), *entry};
}

void login(
    const Settings& settings,
    const store::UserStore& users,
    Session& session,
    sql::Connection& connection,
    const AuthenticatedUser& who,
    Timestamp now
) {
    const std::string hash = django::session_auth_hash(who.user.password, settings.secret_key);
    const std::string id = users.table().key_text(who.user.id);
    if (!session.writable()) {
        if (session.find_text(id_name) == id && session.find_text(backend_name) == who.backend &&
            session.find_text(hash_name) == hash) {
            users.update_last_login(connection, who.user.id, now);
            return; // as it is already: Django would keep this session too
        }
        session.begin_anew();
    }
    if (const boost::json::value* before = session.find(id_name)) {
        if (user_id(users.table(), *before) != who.user.id ||
            !crypto::constant_time_equal(session.find_text(hash_name).value_or(""), hash)) {
            session.flush();
        }
    } else {
        session.cycle_key();
    }
    session.set_text(id_name, id);
    session.set_text(backend_name, who.backend);
    session.set_text(hash_name, hash);
    users.update_last_login(connection, who.user.id, now);
}

bool has_permission(
    const store::UserStore& users,
    sql::Connection& connection,
    const User& user,
    std::string_view permission
) {
    if (!user.is_active) {
        return false;
    }
    return user.is_superuser ||
           users.select_permissions(connection, user.id).contains(std::string(permission));
}

} // namespace drf_messages::accounts
