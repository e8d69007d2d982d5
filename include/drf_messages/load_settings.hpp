// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/classes.hpp>
#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages {

/// Reads settings.toml, overlays DRF_MESSAGES_<NAME> from the environment, and checks everything.
/// Throws std::runtime_error, with one line for each problem that gives place and reason.
/// - Relative file names in it are relative to the file's folder.
/// - classes: the application's own, which the file may name like the built-in ones. The site needs
///   them too: SiteOptions::classes.
DRF_MESSAGES_API Settings load_settings(const std::string& path, const rest::Classes& classes = {});

} // namespace drf_messages
