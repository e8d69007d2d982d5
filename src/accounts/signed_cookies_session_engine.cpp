// SPDX-License-Identifier: MIT
#include "accounts/signed_cookies_session_engine.hpp"

#include "django/signed_session.hpp"

#include <utility>

namespace drf_messages::accounts {

SignedCookiesSessionEngine::SignedCookiesSessionEngine(const Settings& settings, Clock clock)
    : secret_keys_(secret_keys(settings)),
      serializer_(django::session_serializer(settings.session_serializer)),
      cookie_age_(settings.session_cookie_age), clock_(std::move(clock)) {}

std::optional<LoadedSession>
SignedCookiesSessionEngine::load(const ConnectionSource&, std::string_view key) {
    // The age is that of the settings even where the session asks for another one, as in Django.
    auto session =
        django::load_signed_session(key, secret_keys_, cookie_age_, clock_(), serializer_);
    if (!session) {
        return LoadedSession{{}, true};
    }
    return LoadedSession{std::move(*session)};
}

std::optional<std::string> SignedCookiesSessionEngine::save(
    const ConnectionSource&,
    std::string_view,
    const boost::json::object& data,
    const SessionExpiry&,
    bool
) {
    return django::dump_signed_session(
        data, secret_keys_.front(), std::chrono::floor<std::chrono::seconds>(clock_()), serializer_
    );
}

// No message carries a key of this engine: they are too long for the column.
void SignedCookiesSessionEngine::
    remove(const ConnectionSource&, std::string_view, std::optional<std::string_view>) {}

} // namespace drf_messages::accounts
