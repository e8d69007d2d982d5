// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "crypto/random.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// The session was deleted while the request ran: answer 400. Django: sessions/exceptions.py.
struct SessionInterrupted : std::runtime_error, Answerable {
    SessionInterrupted();
    Answer answer() const noexcept override { return {400}; }
};

/// In characters: a shorter key is not a key.
inline constexpr std::size_t shortest_session_key = 8;

/// The session of one request, loaded on first use: Django's request.session.
/// - Django: django/contrib/sessions/backends/base.py, SessionBase.
class Session {
public:
    Session(
        SessionEngine& engine,
        const Settings& settings,
        Clock clock,
        crypto::RandomBytes random,
        ConnectionSource connection,
        std::optional<std::string> key
    );

    /// The key, without loading anything; absent for a new session or an impossible key (shorter
    /// than shortest_session_key).
    const std::optional<std::string>& session_key() const noexcept { return key_; }

    /// A value; reading it marks the session as accessed.
    const boost::json::value* find(std::string_view name);
    void set(std::string_view name, boost::json::value value);
    void erase(std::string_view name);
    /// find() and set() for text; any other value counts as absent.
    std::optional<std::string_view> find_text(std::string_view name);
    void set_text(std::string_view name, std::string_view value);

    /// Deletes the stored session and starts an empty one without a key: logging out.
    void flush();
    /// A new key for the same content, which is stored under it at once: logging in. Messages that
    /// were left in the session stay in it.
    void cycle_key();
    /// Stores it, with a new key if it has none. Throws SessionInterrupted when it was deleted
    /// meanwhile.
    void save();

    bool accessed() const noexcept { return accessed_; }
    bool modified() const noexcept { return modified_; }
    /// Whether it has no key and no content, as far as is known: this loads nothing.
    bool is_empty() const noexcept { return !key_ && (!data_ || data_->read().empty()); }

    /// Expires after that many seconds without a request; zero: when the browser closes. Django's
    /// set_expiry takes these, a moment and None.
    void set_expiry(std::chrono::seconds age);
    void set_expiry(Timestamp moment);
    /// Expires as the settings say.
    void reset_expiry();
    /// Seconds until the cookie and the session expire: `_session_expiry` of the content, else
    /// SESSION_COOKIE_AGE.
    std::chrono::seconds get_expiry_age();
    Timestamp get_expiry_date();
    bool get_expire_at_browser_close();

private:
    SessionContent& data();
    void create();
    SessionExpiry expiry();

    SessionEngine& engine_;
    const Settings& settings_;
    Clock clock_;
    crypto::RandomBytes random_;
    ConnectionSource connection_;
    std::optional<std::string> key_;
    std::optional<SessionContent> data_;
    bool accessed_ = false;
    bool modified_ = false;
};

} // namespace drf_messages::accounts
