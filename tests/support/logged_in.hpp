// SPDX-License-Identifier: MIT
#pragma once

#include "django/auth_hash.hpp"
#include "django/session_codec.hpp"
#include "support/database.hpp"

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace drf_messages::test {

/// What Django's login() leaves in the session of a user.
/// - password: as the column has it.
inline boost::json::object
login(boost::json::value id, std::string_view password, const std::string& secret_key) {
    return {
        {"_auth_user_id", std::move(id)},
        {"_auth_user_backend", "django.contrib.auth.backends.ModelBackend"},
        {"_auth_user_hash", django::session_auth_hash(password, secret_key)}};
}

/// Stores a session of an hour in which that user is logged in, and returns its key.
inline std::string logged_in(Given& given, const UserId& user, const std::string& secret_key) {
    const std::int64_t id = std::get<std::int64_t>(user.value);
    const std::string name = std::to_string(id);
    const std::string password =
        rows(given.connection(), "SELECT password FROM auth_user WHERE id = ?", 1, {id}).at(0);
    const std::string data = django::encode_session(
        login(boost::json::string(name), password, secret_key),
        secret_key,
        std::chrono::floor<std::chrono::seconds>(given.now)
    );
    return given.session(
        "annssession000000000000000000001", data, given.now + std::chrono::hours(1)
    );
}

} // namespace drf_messages::test
