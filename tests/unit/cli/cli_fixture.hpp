// SPDX-License-Identifier: MIT
#pragma once

#include "cli/run.hpp"
#include "support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace drf_messages::cli {

/// What a command printed.
struct Outcome {
    int status = 0;
    std::string out;
    std::string err;
};

/// A folder with a settings.toml, and commands run against it in this process.
class CommandTest : public testing::Test {
protected:
    CommandTest() { write_settings("SECRET_KEY = \"topsecret-key\"\nALLOWED_HOSTS = [\"*\"]\n"); }

    void write_settings(const std::string& text) { std::ofstream(file("settings.toml")) << text; }
    std::string file(const std::string& name) const { return (folder_ / name).string(); }

    /// A command with --settings of the folder.
    Outcome run(std::vector<std::string> arguments, const std::string& in = {}) {
        arguments.insert(arguments.end(), {"--settings", file("settings.toml")});
        return run_plain(arguments, in);
    }

    Outcome run_plain(const std::vector<std::string>& arguments, const std::string& in = {}) {
        std::istringstream input(in);
        std::ostringstream out;
        std::ostringstream err;
        World world{input, out, err, environment};
        if (!typed.empty()) {
            world.ask_secret = [this, next = std::size_t{0}](std::string_view
                               ) mutable -> std::optional<std::string> {
                return next < typed.size() ? std::optional(typed[next++]) : std::nullopt;
            };
        }
        world.clock = [this] { return now; };
        const int status = cli::run(arguments, world);
        return {status, out.str(), err.str()};
    }

    /// Migrates and creates users who cannot log in.
    void given_users(const std::vector<std::string>& names) {
        ASSERT_EQ(run({"migrate"}).status, 0);
        for (const std::string& name : names) {
            ASSERT_EQ(run({"createuser", name, "--noinput"}).status, 0);
        }
    }

    config::Environment environment;
    /// what a user types where nothing is shown; empty: there is no terminal
    std::vector<std::string> typed;
    Timestamp now = std::chrono::sys_days(std::chrono::year(2024) / 3 / 1) + std::chrono::hours(12);

private:
    test::TempFolder folder_;
};

} // namespace drf_messages::cli
