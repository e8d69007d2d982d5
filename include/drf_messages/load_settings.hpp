// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/classes.hpp>
#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages {

/// Reads settings.toml, overlays DRF_MESSAGES_<NAME> from the environment, and checks everything.
/// Throws std::runtime_error, one line with place and reason for each problem.
/// - Relative file names in it count from the file's folder.
/// - classes: the application's own, which the file may name as it names ours. The site needs them
///   too: SiteOptions::classes.
DRF_MESSAGES_API Settings load_settings(const std::string& path, const rest::Classes& classes = {});

} // namespace drf_messages
