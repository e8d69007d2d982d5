// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"

#include <drf_messages/clock.hpp>

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::cli {

/// The world as a command sees it, so that a test can be that world.
struct World {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    config::Environment environment;
    /// Asks for a line without showing what is typed; empty function: there is no terminal to ask.
    std::function<std::optional<std::string>(std::string_view prompt)> ask_secret{};
    /// Asks for a line; so too.
    std::function<std::optional<std::string>(std::string_view prompt)> ask{};
    bool out_is_terminal = false;
    bool err_is_terminal = false; ///< whether progress may be shown
    int log_descriptor = 2;       ///< what `serve` logs to: standard error
    Clock clock = system_now;
};

/// Runs one command; returns the exit status: 0, 1 when it failed (one line on `err` says what and
/// where), 2 for arguments that make no sense.
/// - arguments: without the program's name.
int run(const std::vector<std::string>& arguments, World& world);

} // namespace drf_messages::cli
