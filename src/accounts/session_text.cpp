// SPDX-License-Identifier: MIT
#include "accounts/session_text.hpp"

#include "accounts/session_engine.hpp"

#include <chrono>
#include <utility>

namespace drf_messages::accounts {

SessionText::SessionText(const Settings& settings, Clock clock)
    : secret_keys_(secret_keys(settings)),
      serializer_(django::session_serializer(settings.session_serializer)),
      clock_(std::move(clock)) {}

std::string SessionText::encode(const boost::json::object& session) const {
    return django::encode_session(
        session,
        secret_keys_.front(),
        std::chrono::floor<std::chrono::seconds>(clock_()),
        django::session_store_salt,
        serializer_
    );
}

boost::json::object SessionText::decode(std::string_view stored) const {
    for (const std::string& secret_key : secret_keys_) {
        if (auto session = django::decode_session(
                stored, secret_key, django::session_store_salt, serializer_
            )) {
            return std::move(*session);
        }
    }
    return {};
}

} // namespace drf_messages::accounts
