// SPDX-License-Identifier: MIT
#include "accounts/session_engines.hpp"
#include "accounts/session_explanation.hpp"
#include "django/session_codec.hpp"
#include "django/signed_session.hpp"
#include "django/signing.hpp"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace drf_messages::accounts {
namespace {

constexpr std::chrono::seconds any_age = std::chrono::hours(24 * 365 * 1000);

/// Sessions in the cookie itself, which is the key:
/// django.contrib.sessions.backends.signed_cookies. Nothing is kept here, so nobody can end a
/// session but its age, a new password or a new SECRET_KEY.
class SignedCookiesSessionEngine final : public SessionEngine {
public:
    SignedCookiesSessionEngine(const Settings& settings, Clock clock)
        : secret_keys_(secret_keys(settings)),
          serializer_(django::session_serializer(settings.session_serializer)),
          legacy_(django::legacy_formats(settings)), cookie_age_(settings.session_cookie_age),
          clock_(std::move(clock)) {}

    std::optional<LoadedSession> load(const ConnectionSource&, std::string_view key) override {
        // The age is that of the settings even where the session asks for another one, as in
        // Django.
        auto session = django::load_signed_session(
            key, secret_keys_, cookie_age_, clock_(), serializer_, legacy_
        );
        if (!session) {
            return LoadedSession{{}, true};
        }
        return LoadedSession{std::move(*session)};
    }

    std::optional<boost::json::object>
    explain(const ConnectionSource&, std::string_view key, InspectionSteps& steps) override {
        if (!looks_like_a_signed_cookie(key)) {
            steps.stop("the key is no signed cookie: SESSION_ENGINE is another one than "
                       "signed_cookies where it was made, or this is not the whole cookie");
            return std::nullopt;
        }
        for (std::size_t index = 0; index < secret_keys_.size(); ++index) {
            if (django::unsign_timestamped(
                    key, django::signed_cookies_salt, secret_keys_[index], legacy_
                )) {
                steps.found(fmt::format("signed with {}", secret_key_name(index)));
                return explain_content(key, secret_keys_[index], steps);
            }
        }
        steps.stop(not_signed(secret_keys_.size()));
        return std::nullopt;
    }

    std::optional<std::string> save(
        const ConnectionSource&,
        std::string_view,
        const boost::json::object& data,
        const SessionExpiry&,
        bool
    ) override {
        return django::dump_signed_session(
            data,
            secret_keys_.front(),
            std::chrono::floor<std::chrono::seconds>(clock_()),
            serializer_
        );
    }

    // The cookie is the session: the same content, signed again.
    std::optional<std::string>
    touch(const ConnectionSource&, std::string_view key, const SessionExpiry&) override {
        const Timestamp now = clock_();
        for (const std::string& secret_key : secret_keys_) {
            if (const auto content = django::unsign_recent(
                    key, django::signed_cookies_salt, secret_key, cookie_age_, now, legacy_
                )) {
                return django::sign_timestamped(
                    *content,
                    django::signed_cookies_salt,
                    secret_keys_.front(),
                    std::chrono::floor<std::chrono::seconds>(now)
                );
            }
        }
        return std::nullopt;
    }

    // No message carries a key of this engine: they are too long for the column.
    void
    remove(const ConnectionSource&, std::string_view, std::optional<std::string_view>) override {}

private:
    std::optional<boost::json::object> explain_content(
        std::string_view key, const std::string& secret_key, InspectionSteps& steps
    ) const {
        const std::span<const std::string> one(&secret_key, 1);
        const Timestamp now = clock_();
        auto session = django::load_signed_session(key, one, any_age, now, serializer_);
        if (!session) {
            steps.stop("its content cannot be read: SESSION_SERIALIZER is another one where it "
                       "was made");
            return std::nullopt;
        }
        note_skew(key, django::signed_cookies_salt, secret_key, now, steps);
        if (!django::load_signed_session(key, one, cookie_age_, now, serializer_)) {
            steps.stop(fmt::format(
                "it has expired: it was signed longer ago than SESSION_COOKIE_AGE, {}",
                in_words(cookie_age_)
            ));
            return std::nullopt;
        }
        return session;
    }

    std::vector<std::string> secret_keys_;
    django::SessionSerializer serializer_;
    django::LegacyFormats legacy_;
    std::chrono::seconds cookie_age_;
    Clock clock_;
};

} // namespace

std::unique_ptr<SessionEngine>
make_signed_cookies_session_engine(const Settings& settings, Clock clock, const SessionCaches&) {
    return std::make_unique<SignedCookiesSessionEngine>(settings, std::move(clock));
}

} // namespace drf_messages::accounts
