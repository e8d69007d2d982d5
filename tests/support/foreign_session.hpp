// SPDX-License-Identifier: MIT
#pragma once

#include "django/pickle.hpp"
#include "django/session_codec.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace drf_messages::test {

/// What Python pickles for a session with this content and {"price": Decimal("1.50")}.
/// - content: at least two members.
inline std::string foreign_pickle(const boost::json::object& content) {
    using namespace std::string_literals;
    std::string pickle = django::write_pickle(content, 2);
    // Before SETITEMS and STOP, among the other pairs.
    pickle.insert(
        pickle.size() - 2, "X\5\0\0\0price"s + "cdecimal\nDecimal\nX\4\0\0\0"s + "1.50\x85R"s
    );
    return pickle;
}

/// The same as PickleSerializer and a signature make it.
/// - salt: django::session_store_salt, or django::signed_cookies_salt.
inline std::string signed_foreign_session(
    const boost::json::object& content,
    const std::string& secret_key,
    Timestamp now,
    std::string_view salt = django::session_store_salt
) {
    return django::sign_timestamped(
        text::base64url_encode(foreign_pickle(content)),
        salt,
        secret_key,
        std::chrono::floor<std::chrono::seconds>(now)
    );
}

inline constexpr const char* pickle_serializer =
    "django.contrib.sessions.serializers.PickleSerializer";

} // namespace drf_messages::test
