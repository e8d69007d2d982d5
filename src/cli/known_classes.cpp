// SPDX-License-Identifier: MIT
#include "accounts/session.hpp"
#include "api/api.hpp"
#include "cli/commands.hpp"

#include <stdexcept>

namespace drf_messages::cli {
namespace {

using Names = std::vector<std::string>;

/// Those of Django's engines that this build can make.
Names session_engines() {
    Names available;
    for (const char* name :
         {"django.contrib.sessions.backends.db",
          "django.contrib.sessions.backends.cached_db",
          "django.contrib.sessions.backends.cache",
          "django.contrib.sessions.backends.file",
          "django.contrib.sessions.backends.signed_cookies",
          "redis_sessions.session"}) {
        Settings settings;
        settings.secret_key = "probe";
        settings.session_engine = name;
        try {
            accounts::make_session_engine(settings, system_now);
            available.emplace_back(name);
        } catch (const std::invalid_argument&) {
            continue;
        }
    }
    return available;
}

/// Every hasher of Django 3.2 to 5.2: a list may name some that are not here, whose hashes then
/// never verify.
const Names& password_hashers() {
    static const Names names = {
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "django.contrib.auth.hashers.BCryptPasswordHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.SHA1PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher",
        "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher",
        "django.contrib.auth.hashers.CryptPasswordHasher"};
    return names;
}

} // namespace

const std::vector<std::string>& known_classes(std::string_view setting) {
    static const Names engines = session_engines();
    static const Names serializers = {"django.contrib.sessions.serializers.JSONSerializer"};
    if (setting == "SESSION_ENGINE") {
        return engines;
    }
    if (setting == "SESSION_SERIALIZER") {
        return serializers;
    }
    if (setting == "PASSWORD_HASHERS") {
        return password_hashers();
    }
    return api::known_classes(setting);
}

} // namespace drf_messages::cli
