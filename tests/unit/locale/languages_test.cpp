// SPDX-License-Identifier: MIT
#include "locale/languages.hpp"
#include "support/table_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::locale {
namespace {

Languages languages_of(const Settings& settings, const LocaleFile& file = {}) {
    return Languages(settings, model::differences_of(settings), file);
}

Settings of_django(std::string release) {
    Settings settings;
    settings.django_version = std::move(release);
    return settings;
}

LocaleFile file_with(std::initializer_list<std::string> codes) {
    LocaleFile file;
    for (const std::string& code : codes) {
        LocaleEntry entry;
        entry.texts =
            std::make_shared<const Texts>(Texts{{"Not found.", Pattern(code + ": Not found.")}});
        entry.datetime_input_formats.emplace();
        entry.date_input_formats = {"%d-%m-%Y"};
        file.emplace(code, std::move(entry));
    }
    return file;
}

/// Whether the language reads a text as a date.
bool reads(const Language& language, std::u32string_view text) {
    for (const auto& form : *language.date_forms) {
        if (form.read(text)) {
            return true;
        }
    }
    return false;
}

std::optional<std::string> unless_absent(const std::string& field) {
    return field == "-" ? std::nullopt : std::optional(field);
}

// What Django's get_language_from_request says.
TEST(Languages, AreChosenAsEachReleaseChoosesThem) {
    const auto rows = test::rows_of("languages.tsv");
    EXPECT_EQ(rows.size(), 910U);
    for (const auto& fields : rows) {
        ASSERT_EQ(fields.size(), 6U) << fields[0];
        const std::string line = fmt::format("{}", fmt::join(fields, ", "));
        Settings settings = of_django(fields[0]);
        if (fields[1] != "-") {
            std::istringstream codes(fields[1]);
            settings.languages.emplace(
                std::istream_iterator<std::string>(codes), std::istream_iterator<std::string>()
            );
        }
        settings.language_code = fields[2];
        LocaleFile all;
        for (const std::string& code : model::languages_of(model::releases_of(settings).django)) {
            if (code != "ht") {
                all.emplace(code, LocaleEntry());
            }
        }
        const std::string chosen =
            languages_of(settings, all)
                .chosen_by(unless_absent(fields[3]), unless_absent(fields[4]))
                .code;
        if (fields[5] == "xx" || fields[5] == "zh-cn" || fields[5] == "zh-tw") {
            EXPECT_NE(chosen, fields[5]) << "has no texts: " << line;
        } else {
            EXPECT_EQ(chosen, fields[5]) << line;
        }
        const std::string without_file =
            languages_of(settings)
                .chosen_by(unless_absent(fields[3]), unless_absent(fields[4]))
                .code;
        if (fields[5].starts_with("de") || fields[5].starts_with("en")) {
            EXPECT_EQ(without_file, fields[5]) << line;
        }
    }
}

TEST(Languages, AreNamedByWhatTheySay) {
    Settings settings;
    const auto chosen = [&](const LocaleFile& file, const char* accept) {
        const Languages languages = languages_of(settings, file);
        const Language& language = languages.chosen_by(std::nullopt, accept);
        return language.code + ": " + language.say("Not found.");
    };
    EXPECT_EQ(chosen({}, "fr"), "en: Not found.");
    EXPECT_EQ(chosen({}, "de-ch"), "de: Nicht gefunden.");
    EXPECT_EQ(chosen(file_with({"fr"}), "fr-ca"), "fr: fr: Not found.");
    EXPECT_EQ(chosen(file_with({"fr"}), "it, de;q=0.5"), "de: Nicht gefunden.")
        << "with a file, no language is offered that has no texts";
    EXPECT_EQ(chosen(file_with({"de"}), "de"), "de: de: Not found.");
    settings.language_code = "de-at";
    EXPECT_EQ(chosen({}, "fr"), "de: Nicht gefunden.") << "as Django falls back on LANGUAGE_CODE";
    EXPECT_EQ(languages_of(settings).of_site().code, "de-at");
    settings.language_code = "DE";
    EXPECT_EQ(languages_of(settings).of_site().say("Not found."), "Nicht gefunden.");
    settings.language_code = "den";
    EXPECT_EQ(languages_of(settings).of_site().code, "en");
    settings.language_code = "fr-be";
    EXPECT_EQ(
        languages_of(settings, file_with({"fr"})).of_site().say("Not found."), "fr: Not found."
    );
}

TEST(Languages, SayInGermanWhatNoFileHas) {
    const Languages languages = languages_of(Settings(), file_with({"de"}));
    const Language& german = languages.chosen_by("de", std::nullopt);
    EXPECT_EQ(german.say("Not found."), "de: Not found.");
    EXPECT_EQ(german.say("Invalid page."), "Invalid page.") << "the file would have it";
    const std::vector<std::string> three{"3"};
    EXPECT_EQ(
        german.say("Search for no more than {} words.", three),
        "Bitte nach höchstens 3 Wörtern suchen."
    );
}

TEST(Languages, AreNotTranslatedWithoutUseI18n) {
    Settings settings;
    settings.use_i18n = false;
    settings.use_l10n = true;
    settings.language_code = "de-DE";
    const Languages languages = languages_of(settings);
    const Language& language = languages.chosen_by("fr", "fr");
    EXPECT_EQ(language.code, "de-DE");
    EXPECT_EQ(language.say("Not found."), "Not found.");
    EXPECT_TRUE(reads(language, U"31.01.2024")) << "as Django's get_language() still names it";
}

TEST(Languages, WriteDatesAsTheReleaseSays) {
    struct {
        std::string release;
        std::optional<bool> use_l10n;
        bool localized;
    } const cases[] = {
        {"3.2", std::nullopt, false},
        {"3.2", true, true},
        {"4.0", std::nullopt, true},
        {"4.2", false, false},
        {"5.0", false, true},
        {"6.0", std::nullopt, true},
    };
    for (const auto& [release, use_l10n, localized] : cases) {
        Settings settings = of_django(release);
        settings.use_l10n = use_l10n;
        settings.language_code = "de";
        const Languages languages = languages_of(settings);
        EXPECT_EQ(reads(languages.of_site(), U"31.01.2024"), localized) << release;
        EXPECT_EQ(reads(languages.of_site(), U"01/31/2024"), !localized) << release;
        EXPECT_TRUE(reads(languages.of_site(), U"2024-01-31")) << release;
    }
}

TEST(Languages, TakeFormsOfDatesFromTheFileThenTheSettings) {
    Settings settings = of_django("5.2");
    settings.date_input_formats = {"%d|%m|%Y"};
    LocaleFile file = file_with({"fr", "it"});
    file["it"].date_input_formats.reset();
    settings.language_code = "fr";
    {
        const Languages languages = languages_of(settings, file);
        EXPECT_TRUE(reads(languages.of_site(), U"31-01-2024"));
        EXPECT_TRUE(reads(languages.of_site(), U"2024-01-31")) << "which get_format() adds";
        EXPECT_FALSE(reads(languages.of_site(), U"31|01|2024"));
    }
    settings.language_code = "it";
    {
        const Languages languages = languages_of(settings, file);
        EXPECT_TRUE(reads(languages.of_site(), U"31|01|2024"));
        EXPECT_FALSE(reads(languages.of_site(), U"31-01-2024"));
    }
    settings.language_code = "pl";
    const Languages languages = languages_of(settings, file);
    EXPECT_TRUE(reads(languages.of_site(), U"2024-01-31 10:00"));
    EXPECT_FALSE(reads(languages.of_site(), U"05/01/2024"))
        << "nobody knows which of the two it is";
    EXPECT_FALSE(reads(languages.of_site(), U"31|01|2024"));
}

TEST(Languages, SayWhichOfThemAreUnknown) {
    using Codes = std::vector<std::string>;
    Settings settings;
    settings.languages = {"en", "de-at", "fr", "it"};
    EXPECT_EQ(languages_of(settings).unknown(true), (Codes{"fr", "it"}));
    EXPECT_EQ(languages_of(settings).unknown(false), Codes());
    EXPECT_EQ(languages_of(settings, file_with({"fr"})).unknown(true), Codes());
    settings.language_code = "it";
    EXPECT_EQ(languages_of(settings).unknown(false), Codes{"it"});
    EXPECT_EQ(languages_of(settings).unknown(true), (Codes{"it", "fr"}));
    settings.use_i18n = false;
    EXPECT_EQ(languages_of(settings).unknown(true), Codes());
    settings.use_l10n = true;
    EXPECT_EQ(languages_of(settings).unknown(true), Codes{"it"});
}

} // namespace
} // namespace drf_messages::locale
