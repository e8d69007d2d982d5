// SPDX-License-Identifier: MIT
#pragma once

#include "locale/languages.hpp"
#include "model/releases.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <string>

namespace drf_messages::embed {

/// The languages of a site, with those of LOCALE_FILE. Throws std::invalid_argument where that file
/// is none, or a format of dates is not read here.
std::unique_ptr<const locale::Languages>
make_languages(const Settings& settings, const model::Differences& differences);

/// Which languages the site speaks or offers without their texts and forms of dates; absent when it
/// has all of them. The settings must be good for make_languages.
std::optional<std::string> language_warning(const Settings& settings);

/// How many texts of LOCALE_FILE are none that the server shows: written otherwise than in English
/// here, or mistyped. Absent when there are none.
std::optional<std::string> text_warning(const Settings& settings);

} // namespace drf_messages::embed
