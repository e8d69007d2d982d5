// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_inspection.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace drf_messages::accounts {

/// The part of inspect_session() from the key to the session's dictionary: the engine's store, the
/// entry, its age, its signature, its content. Absent after a stop.
std::optional<boost::json::object>
look_up_session(const InspectedSite& site, const std::string& key, InspectionSteps& steps);

} // namespace drf_messages::accounts
