// SPDX-License-Identifier: MIT
#pragma once

#include "embed/application.hpp"
#include "messages/database_access.hpp"
#include "middleware/site.hpp"

#include <drf_messages/settings.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace drf_messages::embed {

/// What stands behind the public Site.
struct SiteParts {
    /// Throws std::invalid_argument for settings that cannot work.
    SiteParts(Settings settings, const ApplicationOptions& options);
    ~SiteParts();

    middleware::Site site;
    rest::Classes classes; ///< of the application, in addition to ours
    /// A connection of the pool for each call.
    std::shared_ptr<messages::DatabaseAccess> database;
    /// The thread that keeps a pool's only connection for a transaction; nobody otherwise.
    std::atomic<std::thread::id> holds_only_connection{};
};

/// Database, sessions, caches and users as the settings name them. Throws std::invalid_argument for
/// what we do not have.
middleware::Site make_site(Settings settings, const ApplicationOptions& options);

/// Throws std::invalid_argument, one line for each, when configuration_problems() has any.
void require_working(const Settings& settings);

} // namespace drf_messages::embed
