// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/inspection_steps.hpp"
#include "accounts/session_content.hpp"
#include "base/answerable.hpp"
#include "cache/cache.hpp"
#include "sql/connection.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::accounts {

/// The connection of whoever asks, leased when it is first needed.
using ConnectionSource = std::function<sql::Connection&()>;

/// When a session ends, counted from now.
struct SessionExpiry {
    std::chrono::seconds age; ///< zero or less: it has ended
    Timestamp date;
};

struct LoadedSession {
    SessionContent data;
    /// What was stored is no longer valid, and Django begins an empty session in its place at once.
    bool begin_anew = false;
};

/// The place where sessions are kept cannot be read or written: answer 503. The text names no
/// session.
struct SessionStoreError : std::runtime_error, Answerable {
    using std::runtime_error::runtime_error;

    Answer answer() const noexcept override {
        return unavailable("The session store is not available. Try again.");
    }
};

/// Where sessions are kept: one class for each SESSION_ENGINE. Keeps nothing between calls; safe
/// from several threads.
/// - key: as the client sent it, anything of eight characters or more.
/// - throws sql::Error, cache::Error or SessionStoreError when it cannot say.
/// - Django: django/contrib/sessions/backends.
class SessionEngine {
public:
    /// Called after each batch with the number of sessions deleted so far.
    using Progress = std::function<void(std::int64_t)>;

    virtual ~SessionEngine() = default;

    /// Absent when there is no such session or it has expired. One that exists but that we have not
    /// signed, or that is not a dictionary, is empty, as in Django: the key stays. Of one that
    /// holds objects which are not built here the rest is loaded (django::skipped_classes).
    virtual std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) = 0;

    /// What load() does, said step by step, for `check --session`: changes nothing, anywhere.
    /// Absent after a stop, where load() gives nothing or an empty session. A store that does not
    /// answer is a stop; only sql::Error is thrown.
    virtual std::optional<boost::json::object>
    explain(const ConnectionSource& connection, std::string_view key, InspectionSteps& steps) = 0;

    /// Stores the session and returns the key under which it is now stored: `key`, unless the key
    /// is made from the content. Absent: nothing was stored, since the key is taken (with
    /// must_create) or the session is gone (without).
    virtual std::optional<std::string> save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) = 0;

    /// Moves the end of a stored session whose content stays as it is, byte for byte; for the rest
    /// like save(), without must_create.
    virtual std::optional<std::string> touch(
        const ConnectionSource& connection, std::string_view key, const SessionExpiry& expiry
    ) = 0;

    /// Deletes the session. The messages that were left in it are deleted with it, or move to the
    /// session `successor`.
    virtual void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor = std::nullopt
    ) = 0;

    /// How many sessions clear_expired() would delete; absent for an engine whose sessions vanish
    /// by themselves, which never has any.
    virtual std::optional<std::int64_t> count_expired(const ConnectionSource&) {
        return std::nullopt;
    }

    /// `clearsessions`: deletes the sessions that have expired, with the messages left in them, and
    /// returns how many.
    /// - batch: the most sessions in one transaction.
    virtual std::int64_t
    clear_expired(const ConnectionSource&, std::int64_t /*batch*/, const Progress&) {
        return 0;
    }
};

/// The caches in which engines keep sessions.
struct SessionCaches {
    cache::Cache* cache = nullptr; ///< CACHES[SESSION_CACHE_ALIAS]; needed by cache and cached_db
};

/// The engine that SESSION_ENGINE names. The caches must live longer. Throws std::invalid_argument
/// for an unknown engine, or one whose cache is missing.
std::unique_ptr<SessionEngine>
make_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches = {});

/// Every SESSION_ENGINE that this build has.
const std::vector<std::string>& known_session_engines();

/// Why the session settings cannot work; empty when they can.
std::vector<std::string> session_engine_problems(const Settings& settings);

/// Whether the key could be one of Django's own: 1 to 40 lower-case letters and digits. Whatever
/// another key would name in a folder or a server is not ours to read, overwrite or delete.
bool is_plain_session_key(std::string_view key) noexcept;

/// Whether django_session's column could hold the key; anything else need not be asked for.
bool fits_session_column(std::string_view key);

/// The keys that sign (the first) and that may have signed (all of them).
std::vector<std::string> secret_keys(const Settings& settings);

} // namespace drf_messages::accounts
