// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "cache/cache.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::embed {

/// By alias; "default" is always there, as in Django.
using Caches = std::map<std::string, std::unique_ptr<cache::Cache>>;

/// Every cache of CACHES. No connection is opened yet. Throws std::invalid_argument for settings of
/// which cache_problems() complains.
Caches make_caches(const Settings& settings);

/// The engine of SESSION_ENGINE on one of these caches where it needs one, which must then live
/// longer. Throws std::invalid_argument for what session_engine_problems() names.
std::unique_ptr<accounts::SessionEngine>
make_session_engine(const Settings& settings, Clock clock, const Caches& caches);

/// Why CACHES cannot work; empty when it can.
std::vector<std::string> cache_problems(const Settings& settings);

} // namespace drf_messages::embed
