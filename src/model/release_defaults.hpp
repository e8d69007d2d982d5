// SPDX-License-Identifier: MIT
#pragma once

#include "model/releases.hpp"

#include <drf_messages/settings.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace drf_messages::model {

// Settings whose default depends on the release.

/// The Cross-Origin-Opener-Policy header; empty: it is not sent.
std::string opener_policy_of(const Settings& settings, const Differences& differences);

/// Whether the Origin of a request is looked at.
bool checks_origin(const Settings& settings, const Differences& differences);

/// PASSWORD_HASHERS, the preferred one first.
std::vector<ClassName> password_hashers_of(const Settings& settings);

/// Of a new hash by a PBKDF2 hasher.
std::size_t pbkdf2_iterations_of(const Settings& settings);

/// Whether dates have the forms of the language: USE_L10N.
bool localizes(const Settings& settings, const Differences& differences);

} // namespace drf_messages::model
