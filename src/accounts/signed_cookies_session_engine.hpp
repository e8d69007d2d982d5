// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "django/session_codec.hpp"

namespace drf_messages::accounts {

/// Sessions in the cookie itself, which is the key:
/// django.contrib.sessions.backends.signed_cookies. Nothing is kept here, so nobody can end a
/// session but its age, a new password or a new SECRET_KEY.
class SignedCookiesSessionEngine final : public SessionEngine {
public:
    SignedCookiesSessionEngine(const Settings& settings, Clock clock);

    std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) override;
    std::optional<std::string> save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override;
    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override;

private:
    std::vector<std::string> secret_keys_;
    django::SessionSerializer serializer_;
    std::chrono::seconds cookie_age_;
    Clock clock_;
};

} // namespace drf_messages::accounts
