// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "middleware/site_resources.hpp"

#include <drf_messages/settings.hpp>
#include <drf_messages/site.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace drf_messages::embed {

/// What stands behind the public Site: database, sessions, caches and users as the settings name
/// them.
struct SiteParts {
    /// Throws std::invalid_argument for what we do not have.
    SiteParts(Settings settings, SiteOptions options);
    ~SiteParts();

    middleware::SiteResources resources;
    rest::Classes classes; ///< of the application, in addition to ours
    /// A connection of the pool for each call.
    std::shared_ptr<messages::DatabaseAccess> database;
    /// The thread that keeps a pool's only connection for a transaction; nobody otherwise.
    std::atomic<std::thread::id> holds_only_connection{};
};

} // namespace drf_messages::embed
