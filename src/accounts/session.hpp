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
#include <vector>

namespace drf_messages::accounts {

/// The session was deleted while the request ran: answer 400. Django: sessions/exceptions.py.
struct SessionInterrupted : std::runtime_error, Answerable {
    SessionInterrupted();
    Answer answer() const noexcept override { return {400}; }
};

/// In characters: a shorter key is not a key.
inline constexpr std::size_t shortest_session_key = 8;

/// The session of one request, loaded on first use: Django's request.session.
///
/// One that holds objects of Python which are not built here (django::skipped_classes) can be read
/// but not written, since they would be lost to Django: set(), erase() and cycle_key() do nothing
/// but leave a line in refusals(), and save() only moves its end. Of one that is too large to be
/// read (django::too_large_to_read) nothing is known, its end neither.
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

    /// Whether it can be written; loads it.
    bool writable();
    /// The classes of what it holds and is not built here; empty for one that can be written, or
    /// that was not looked into.
    std::string skipped_classes() const;
    /// Whether that is all of it: the user is not known then.
    bool is_too_large_to_read() const;
    /// Why it cannot be written, in words for the log.
    std::string why_not_written() const;
    /// What was not done because of that, in words for the log, each once.
    const std::vector<std::string>& refusals() const noexcept { return refusals_; }

    /// Deletes the stored session and starts an empty one without a key: logging out.
    void flush();
    /// Starts an empty one without a key, and leaves the stored one as it is: what takes the place
    /// of flush() and cycle_key() in logging in where the session cannot be written.
    void begin_anew();
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
    /// Whether its content says when it ends in a way that can be read here; otherwise its end is
    /// not moved, and its cookie not sent again.
    bool knows_its_expiry();

private:
    SessionContent& data();
    void create();
    SessionExpiry expiry();
    void refuse(std::string what);

    SessionEngine& engine_;
    const Settings& settings_;
    Clock clock_;
    crypto::RandomBytes random_;
    ConnectionSource connection_;
    std::optional<std::string> key_;
    std::optional<SessionContent> data_;
    std::vector<std::string> refusals_;
    bool accessed_ = false;
    bool modified_ = false;
};

} // namespace drf_messages::accounts
