// SPDX-License-Identifier: MIT
#include "embed/configuration_problems.hpp"
#include "embed/languages.hpp"
#include "support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <string_view>

namespace drf_messages::embed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SiteLanguages : public testing::Test {
protected:
    SiteLanguages() { settings.secret_key = "a-key-of-the-tests"; }

    void write_locale_file(std::string_view json) {
        std::ofstream(path()) << json;
        settings.locale_file = path();
    }

    std::string path() const { return (folder / "locale.json").string(); }

    std::string said(std::string_view english) const {
        return make_languages(settings, {})->of_site().say(english);
    }

    test::TempFolder folder;
    Settings settings;
};

TEST_F(SiteLanguages, AreThoseOfTheFile) {
    settings.language_code = "fr";
    EXPECT_EQ(said("Not found."), "Not found.");
    write_locale_file(R"({"languages": {"fr": {"texts": {"Not found.": "Non trouvé."}}}})");
    EXPECT_EQ(said("Not found."), "Non trouvé.");
    EXPECT_THAT(configuration_problems(settings), IsEmpty());
}

TEST_F(SiteLanguages, AreAProblemWhereTheFileIsNone) {
    settings.locale_file = path();
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre("LOCALE_FILE: " + path() + " cannot be read: No such file or directory")
    );
    write_locale_file(R"({"languages": {"fr": []}})");
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre("LOCALE_FILE: " + path() + ": languages.fr: expected an object")
    );
    write_locale_file(std::string(locale::longest_locale_file_bytes + 1, ' '));
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre("LOCALE_FILE: " + path() + " is longer than 4096 KiB")
    );
}

TEST_F(SiteLanguages, AreAProblemWhereTheFileIsAPipe) {
    ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
    settings.locale_file = path();
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre("LOCALE_FILE: " + path() + " is no regular file")
    );
}

TEST_F(SiteLanguages, AreAProblemWhereAFormOfDatesIsNotReadHere) {
    settings.date_input_formats = {"%d.%m.%Y", "%G-W%V-%u", "%d/%m/%Y"};
    EXPECT_THAT(
        configuration_problems(settings),
        ElementsAre("DATETIME_INPUT_FORMATS: \"%G-W%V-%u\" is not read here")
    );
}

TEST_F(SiteLanguages, ThatAreNotHereAreNamed) {
    EXPECT_EQ(language_warning(settings), std::nullopt);
    settings.languages = {"en", "de", "fr"};
    EXPECT_EQ(language_warning(settings), std::nullopt) << "nothing chooses among them";
    settings.middleware.emplace_back("django.middleware.locale.LocaleMiddleware");
    EXPECT_THAT(language_warning(settings).value(), HasSubstr("speaks or offers fr, which"));
    write_locale_file(R"({"languages": {"fr": {}}})");
    EXPECT_EQ(language_warning(settings), std::nullopt);
    settings.locale_file.reset();
    settings.languages.reset();
    EXPECT_THAT(
        language_warning(settings).value(),
        HasSubstr("speaks or offers af, ar, ar-dz, ast, az and 87 more, which")
    );
}

TEST_F(SiteLanguages, HaveTextsThatAreShownSomewhere) {
    EXPECT_EQ(text_warning(settings), std::nullopt);
    write_locale_file(R"({"languages": {"fr": {"texts": {"Not found.": "Non trouvé.",
        "Search for no more than {} words.": ["Pas plus de ", 0, " mots."]}}}})");
    EXPECT_EQ(text_warning(settings), std::nullopt);
    write_locale_file(R"({"languages": {"fr": {"texts": {"Not fund.": "Non trouvé."}},
        "it": {"texts": {"Not found!": "Non trovato."}}}})");
    EXPECT_EQ(
        text_warning(settings),
        "2 of the texts of LOCALE_FILE are not shown here, such as \"Not fund.\" of fr; "
        "each is named by its words in English, with {} for an argument."
    );
}

} // namespace
} // namespace drf_messages::embed
