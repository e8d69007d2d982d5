// SPDX-License-Identifier: MIT
#include "support/repository.hpp"
#include "unit/cli/cli_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace drf_messages::cli {
namespace {

using CommandDocumentation = CommandTest;

/// The lines between ```sh and ``` of docs/command-line.md.
std::vector<std::string> documented_lines() {
    std::ifstream file(test::repository_path("docs/command-line.md"));
    std::vector<std::string> lines;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("```")) {
            inside = line == "```sh";
        } else if (inside) {
            lines.push_back(line);
        }
    }
    return lines;
}

/// The words of a line as a shell splits these examples: spaces, and double quotes around texts.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    return words;
}

TEST_F(CommandDocumentation, HasExamplesThatRun) {
    given_users({});
    typed = {"a password", "a password"};
    environment["DJANGO_SUPERUSER_PASSWORD"] = "a password";
    std::size_t run_count = 0;
    for (const std::string& line : documented_lines()) {
        const auto begin = line.find("drf-messages ");
        ASSERT_NE(begin, std::string::npos) << line;
        auto words = words_of(line.substr(begin));
        words.erase(words.begin());
        // Serving goes on until it is stopped; the stories of the binary do it.
        if (words.front() == "serve") {
            continue;
        }
        if (const auto at = std::find(words.begin(), words.end(), "--settings");
            at != words.end()) {
            words.erase(at, at + 2);
        }
        const Outcome outcome = run(words, begin > 0 ? "a password\n" : "");
        EXPECT_EQ(outcome.status, 0) << line << "\n" << outcome.err;
        ++run_count;
    }
    EXPECT_GT(run_count, 20u);
}

} // namespace
} // namespace drf_messages::cli
