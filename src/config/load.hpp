// SPDX-License-Identifier: MIT
#pragma once

#include "model/base_class.hpp"

#include <drf_messages/settings.hpp>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::config {

/// One thing that is wrong with the settings: where ("settings.toml:12") and what ("MESSAGE_LEVL is
/// no setting; did you mean MESSAGE_LEVEL?").
struct Problem {
    std::string where; ///< file:line (a syntax error: file:line:column), the environment variable,
                       ///< or the file
    std::string what;
};

/// All problems at once; what() has one line for each.
class SettingsError : public std::runtime_error {
public:
    explicit SettingsError(std::vector<Problem> problems);
    const std::vector<Problem>& problems() const noexcept { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// What settings may name, for "a class that we do not have".
struct KnownClasses {
    /// The names that a setting may hold. Asked with the setting's last word
    /// ("DEFAULT_PAGINATION_CLASS", "MIDDLEWARE", "SESSION_ENGINE"), with "CACHES" for a cache's
    /// BACKEND, with "DATABASES" for an ENGINE, with "include", "view" and "router" for what an
    /// entry of ROUTES leads to, with "ROUTES" for a viewset, and with "CLASSES" for what an
    /// application adds to `bases`. An empty list, or no function at all: every name is accepted.
    std::function<const std::vector<std::string>&(std::string_view setting)> names{};
    /// The classes that [CLASSES] may build on.
    std::span<const BaseClass> bases{};
};
/// Environment variables, by name; only those that begin with DRF_MESSAGES_ count.
using Environment = std::map<std::string, std::string, std::less<>>;
/// Those of this process.
Environment process_environment();

/// Reads settings.toml (absent path: defaults only), overlays DRF_MESSAGES_<NAME> from the
/// environment, checks everything. Throws SettingsError with every problem. Relative file names in
/// the file are relative to its folder; those in the environment, to the current one.
Settings load(
    const std::optional<std::string>& path,
    const Environment& environment,
    const KnownClasses& known_classes
);

/// The effective settings as settings.toml text that load() accepts, secrets masked.
std::string describe(const Settings& settings);
/// The same without what no answer to a client follows from: addresses, limits, passwords.
std::string describe_answers(const Settings& settings);

/// Markdown: a table of every setting with type, default and meaning, and the names that are
/// accepted without effect.
std::string reference();

/// A commented settings.toml: every setting with its meaning, an example, and its default commented
/// out.
std::string sample();

} // namespace drf_messages::config
