// SPDX-License-Identifier: MIT
#include "locale/german.hpp"
#include "support/repository.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace drf_messages::locale {
namespace {

/// What print_settings.py asks Django for, each hole for an argument as "{}".
std::set<std::string> texts_of_the_script() {
    std::ifstream file(test::repository_path("contrib/django/print_settings.py"));
    const std::regex hole(R"(%\(\w+\)s|\{\w+(:\w+)?\})");
    std::set<std::string> texts;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line == "TEXTS = \"\"\"\\") {
            inside = true;
        } else if (inside && line.starts_with("\"\"\"")) {
            break;
        } else if (inside) {
            texts.insert(std::regex_replace(line, hole, "{}"));
        }
    }
    return texts;
}

TEST(ShownTexts, AreThoseThatTheScriptExports) {
    std::set<std::string> shown;
    for (const ShownText& text : shown_texts()) {
        if (!text.ours) {
            shown.emplace(text.english);
        }
    }
    EXPECT_EQ(shown, texts_of_the_script());
}

TEST(ShownTexts, HaveTheArgumentsOfTheEnglishOnesOrFewer) {
    const auto holes = [](std::string_view text) {
        int count = 0;
        for (auto at = text.find("{}"); at != std::string_view::npos;
             at = text.find("{}", at + 2)) {
            ++count;
        }
        return count;
    };
    for (const ShownText& text : shown_texts()) {
        for (const auto german : {text.german, text.german_of_3_16}) {
            EXPECT_LE(holes(german), holes(text.english)) << text.english;
        }
        EXPECT_FALSE(text.ours && text.german.empty()) << text.english;
    }
}

TEST(GermanTexts, AreThoseOfTheRelease) {
    const auto said = [](model::Release rest_framework, std::string_view english) {
        const Texts texts = german_texts(model::Differences({.rest_framework = rest_framework}));
        const auto found = texts.find(english);
        return found == texts.end() ? std::string()
                                    : found->second.fill(std::array{std::string("5")});
    };
    EXPECT_EQ(said({3, 14}, "Not found."), "Nicht gefunden.");
    EXPECT_EQ(said({3, 18}, "Not found."), "Nicht gefunden.");
    EXPECT_EQ(said({3, 15}, "Invalid username/password."), "Ungültiger Benutzername/Passwort");
    EXPECT_EQ(said({3, 16}, "Invalid username/password."), "Ungültiger Benutzername/Passwort.");
    EXPECT_EQ(said({3, 15}, "Expected available in {} seconds."), "");
    EXPECT_EQ(
        said({3, 16}, "Expected available in {} seconds."), "Erwarte Verfügbarkeit in 5 Sekunden."
    );
    EXPECT_EQ(said({3, 18}, "Token"), "");
}

TEST(GermanTexts, OfThisServerAreFew) {
    const Texts texts = german_texts_of_ours();
    EXPECT_TRUE(texts.contains("Search for no more than {} words."));
    EXPECT_FALSE(texts.contains("Not found."));
}

TEST(Pattern, KeepsAnArgumentThatLooksLikeAHole) {
    const auto filled = [](std::string_view pattern, std::vector<std::string> arguments) {
        return Pattern(pattern).fill(arguments);
    };
    EXPECT_EQ(filled("{} and {}", {"{}", "x"}), "{} and x");
    EXPECT_EQ(filled("{} and {}", {"x"}), "x and {}");
    EXPECT_EQ(filled("{}", {}), "{}");
    EXPECT_EQ(filled("", {"x"}), "");
    EXPECT_EQ(filled("none", {"x"}), "none");
}

TEST(Pattern, MayHaveItsArgumentsInAnyOrder) {
    const Pattern pattern(std::vector<Pattern::Piece>{
        "in ", std::size_t(1), ": ", std::size_t(0), "{}"});
    EXPECT_EQ(pattern.fill(std::array<std::string, 2>{"first", "second"}), "in second: first{}");
}

} // namespace
} // namespace drf_messages::locale
