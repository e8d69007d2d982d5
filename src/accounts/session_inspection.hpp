// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/inspection_steps.hpp"
#include "accounts/session_engine.hpp"
#include "cache/cache.hpp"
#include "store/user_store.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <optional>
#include <string>

namespace drf_messages::accounts {

/// The parts of a running site that inspecting sessions needs.
struct InspectedSite {
    const Settings& settings;
    const store::UserStore& users;
    SessionCaches caches;
    Clock clock;
    ConnectionSource connection;
};

/// Follows a session key to its user and says what it found at each step; the last step is a stop
/// when there is no user. user_of_session decides whether there is one, as in a request; the steps
/// only explain it. Changes nothing: no session ends and none is saved. Throws as the engine does
/// when the database does not respond.
std::optional<User>
inspect_session(const InspectedSite& site, const std::string& key, InspectionSteps& steps);

} // namespace drf_messages::accounts
