// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "middleware/site_resources.hpp"

#include <drf_messages/settings.hpp>
#include <drf_messages/site.hpp>

#include <atomic>
#include <memory>

namespace drf_messages::embed {

/// May be gone when the site is: who still has something of the site must not reach it.
struct GivenByApplication {
    std::atomic<bool> ended{false};
    Clock clock;
    LogSink log;
};

/// What stands behind the public Site: database, sessions, caches and users as the settings name
/// them. Shared with what the site has made, so that a call after its end finds something that can
/// say so.
struct SiteParts {
    /// Throws std::invalid_argument for what we do not have.
    SiteParts(Settings settings, SiteOptions options);
    ~SiteParts();
    SiteParts(const SiteParts&) = delete;
    SiteParts& operator=(const SiteParts&) = delete;

    /// The site is no more: the database is closed, and whoever wants it gets std::logic_error, as
    /// soon as it is not in use in another thread.
    void end() noexcept;

    GivenByApplication given;
    middleware::SiteResources resources;
    rest::Classes classes; ///< of the application, in addition to ours
    /// A connection of the pool for each call.
    std::unique_ptr<messages::DatabaseAccess> database;
};

/// SiteParts::database, for handles: they share the parts.
std::shared_ptr<messages::DatabaseAccess> database_of(const std::shared_ptr<SiteParts>& parts);

} // namespace drf_messages::embed
