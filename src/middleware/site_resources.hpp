// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session.hpp"
#include "cache/attempts.hpp"
#include "cache/cache.hpp"
#include "crypto/random.hpp"
#include "django/auth_hash.hpp"
#include "django/password.hpp"
#include "locale/languages.hpp"
#include "model/releases.hpp"
#include "sql/foresight.hpp"
#include "sql/pool.hpp"
#include "store/user_store.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <map>
#include <memory>
#include <string>

namespace drf_messages::live {
class Feed;
class Hub;
} // namespace drf_messages::live

namespace drf_messages::middleware {

/// What every request of one application shares. Owned by embed::SiteParts; lives longer than any
/// request.
struct SiteResources {
    Settings settings;
    Clock clock;
    LogSink log;
    crypto::RandomBytes random;
    std::unique_ptr<sql::Pool> database;
    std::unique_ptr<accounts::SessionEngine> session_engine;
    /// by alias; "default" is always there
    std::map<std::string, std::unique_ptr<cache::Cache>> caches;
    django::Passwords passwords;
    store::UserStore users{};
    std::unique_ptr<const django::SessionAuthHashes> auth_hashes{}; ///< by SECRET_KEY
    model::Differences differences{}; ///< of the site's releases to Django 3.2
    std::unique_ptr<const locale::Languages> languages = std::make_unique<locale::Languages>();
    /// Of this version and of the settings that answers follow from: servers with the same give the
    /// same answers.
    std::string settings_mark{};
    /// with passwords; not in a cache, where other entries would take the place of counts
    std::unique_ptr<cache::Attempts> login_attempts = std::make_unique<cache::Attempts>();
    /// Follows the database once somebody listens or starts it; after the database, which ends
    /// later.
    std::unique_ptr<live::Feed> feed{};
    /// Who waits for changes.
    std::unique_ptr<live::Hub> hub{};
    /// Of what requests ask; null where the database is no server.
    std::unique_ptr<sql::Foresight> foresight{};
};

} // namespace drf_messages::middleware
