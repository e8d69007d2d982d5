// SPDX-License-Identifier: MIT
#include "embed/known_classes.hpp"

#include "accounts/session_engine.hpp"
#include "api/classes/known_classes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::embed {
namespace {

using Names = std::vector<std::string>;

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

const Names& names_of(std::string_view setting) {
    static const Names serializers = {
        "django.contrib.sessions.serializers.JSONSerializer",
        "django.contrib.sessions.serializers.PickleSerializer"};
    if (setting == "SESSION_ENGINE") {
        return accounts::known_session_engines();
    }
    if (setting == "SESSION_SERIALIZER") {
        return serializers;
    }
    if (setting == "PASSWORD_HASHERS") {
        return password_hashers();
    }
    return api::known_classes(setting);
}

} // namespace

config::KnownClasses known_classes() {
    return {names_of, api::base_classes()};
}

} // namespace drf_messages::embed
