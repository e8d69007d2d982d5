// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::config {

/// One thing wrong with the settings: "settings.toml:12: MESSAGE_LEVL is no setting; did you mean MESSAGE_LEVEL?"
struct Problem {
    std::string where; ///< file:line, or the environment variable
    std::string what;
};

/// All of them at once.
class SettingsError : public std::runtime_error {
public:
    explicit SettingsError(std::vector<Problem> problems);
    const std::vector<Problem>& problems() const noexcept { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// The class names that a setting may hold, for "a class that we do not have".
using KnownClasses = std::function<const std::vector<std::string>&(std::string_view setting)>;
/// An environment variable's value.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// Reads settings.toml (absent path: defaults only), overlays DRF_MESSAGES_<NAME> from the environment, checks everything.
/// Throws SettingsError with every problem. Relative file names in it count from the file's folder.
Settings load(const std::optional<std::string>& path, const Environment& environment, const KnownClasses& known_classes);

/// The effective settings as settings.toml text, secrets masked.
std::string describe(const Settings& settings);

} // namespace drf_messages::config
