// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "sql/connection.hpp"

#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// The connection of whoever asks, leased when it is first needed.
using ConnectionSource = std::function<sql::Connection&()>;

/// Where sessions are kept: one class for each SESSION_ENGINE. Stateless towards requests; safe
/// from several threads.
class SessionEngine {
public:
    virtual ~SessionEngine() = default;
    /// The session's dictionary; absent when there is none or it has expired. One that is there but
    /// was not signed by us, or holds no dictionary, is empty, as Django has it: the key stays.
    virtual std::optional<boost::json::object>
    load(const ConnectionSource& connection, std::string_view key) = 0;
    /// Stores under a key that exists (false when it is gone), or under a new one (false when it is
    /// taken).
    virtual bool save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        Timestamp expires,
        bool must_create
    ) = 0;
    /// Deletes the session, and the messages that were left in it.
    virtual void remove(const ConnectionSource& connection, std::string_view key) = 0;
};

/// The engine that SESSION_ENGINE names; throws std::invalid_argument for one we do not have.
std::unique_ptr<SessionEngine> make_session_engine(const Settings& settings, Clock clock);

/// The session was deleted while the request ran: answer 400. Django: sessions/exceptions.py.
struct SessionInterrupted : std::runtime_error {
    SessionInterrupted();
};

/// The session of one request, loaded when first looked into: Django's request.session.
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
    /// than 8 characters).
    const std::optional<std::string>& session_key() const noexcept { return key_; }

    /// A value; looking marks the session as accessed.
    const boost::json::value* find(std::string_view name);
    void set(std::string_view name, boost::json::value value);
    void erase(std::string_view name);
    /// find() and set() of text; what is not text is absent.
    std::optional<std::string_view> find_text(std::string_view name);
    void set_text(std::string_view name, std::string_view value);

    /// Deletes the stored session and starts an empty one without a key.
    void flush();
    /// Stores it, with a new key where it has none. Throws SessionInterrupted when it was deleted
    /// meanwhile.
    void save();

    bool accessed() const noexcept { return accessed_; }
    bool modified() const noexcept { return modified_; }
    /// No key and no content, as far as is known: this loads nothing.
    bool is_empty() const noexcept { return !key_ && (!data_ || data_->empty()); }

    /// Seconds until the cookie and the session expire: `_session_expiry` of the content, else
    /// SESSION_COOKIE_AGE.
    std::chrono::seconds get_expiry_age();
    bool get_expire_at_browser_close();

private:
    boost::json::object& data();
    void create();
    Timestamp expiry_date();

    SessionEngine& engine_;
    const Settings& settings_;
    Clock clock_;
    crypto::RandomBytes random_;
    ConnectionSource connection_;
    std::optional<std::string> key_;
    std::optional<boost::json::object> data_;
    bool accessed_ = false;
    bool modified_ = false;
};

} // namespace drf_messages::accounts
