// SPDX-License-Identifier: MIT
#include "locale/locale_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::locale {
namespace {

std::string refusal(std::string_view json) {
    try {
        parse_locale_file(json);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

TEST(LocaleFile, HoldsTextsAndFormsOfDates) {
    const LocaleFile file = parse_locale_file(R"({"languages": {
        "fr": {"texts": {"Not found.": "Non trouvé.",
                         "Method \"{}\" not allowed.": ["Méthode «", 0, "» non autorisée."],
                         "{} in {}": [1, " : ", 0]},
               "datetime_input_formats": ["%d/%m/%Y %H:%M"],
               "date_input_formats": ["%d/%m/%Y", "%n"]},
        "PT-br": {}}}
    )");
    ASSERT_EQ(file.size(), 2U);
    const LocaleEntry& french = file.at("fr");
    const auto said = [&](std::string_view english) {
        return french.texts->find(english)->second.fill(std::array<std::string, 2>{"a", "b"});
    };
    EXPECT_EQ(said("Not found."), "Non trouvé.");
    EXPECT_EQ(said("Method \"{}\" not allowed."), "Méthode «a» non autorisée.");
    EXPECT_EQ(said("{} in {}"), "b : a");
    EXPECT_EQ(french.datetime_input_formats->size(), 1U);
    EXPECT_EQ(french.date_input_formats->back(), "%n");
    const LocaleEntry& brazilian = file.at("pt-br");
    EXPECT_TRUE(brazilian.texts->empty());
    EXPECT_FALSE(brazilian.date_input_formats);
}

TEST(LocaleFile, IsRefusedWithThePlaceOfTheMistake) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"[]", "the file: expected an object"},
        {R"({"language": {}})", "language: expected languages"},
        {R"({"languages": []})", "languages: expected an object"},
        {R"({"languages": {"fr": 1}})", "languages.fr: expected an object"},
        {R"({"languages": {"fr": {"text": {}}}})",
         "languages.fr.text: expected texts, datetime_input_formats or date_input_formats"},
        {R"({"languages": {"fr": {"texts": {"Not found.": 1}}}})",
         "languages.fr.texts.\"Not found.\": expected a text, or a list of texts and numbers"},
        {R"({"languages": {"fr": {"texts": {"Not found.": [-1]}}}})",
         "languages.fr.texts.\"Not found.\": expected words, and numbers of arguments from 0 on"},
        {R"({"languages": {"fr": {"date_input_formats": "%d"}}})",
         "languages.fr.date_input_formats: expected a list of texts"},
        {R"({"languages": {"fr": {"date_input_formats": [1]}}})",
         "languages.fr.date_input_formats: expected a list of texts"},
        {R"({"languages": {"fr": {"date_input_formats": ["%d %d"]}}})",
         "languages.fr.date_input_formats: expected formats of dates by directives of Python's "
         "strptime, each once, without weeks and names of zones, at most 100 of them and of other "
         "characters; found \"%d %d\""},
        {R"({"languages": {"fr": {"date_input_formats": ["%d/%m/%Q"]}}})",
         "languages.fr.date_input_formats: expected formats of dates by directives of Python's "
         "strptime, each once, without weeks and names of zones, at most 100 of them and of other "
         "characters; found \"%d/%m/%Q\""},
        {R"({"languages": {"fr": {"texts": {"{} in {}": [1, " : ", 2]}}}})",
         "languages.fr.texts.\"{} in {}\": expected the number of an argument, of which there are "
         "2, counted from 0; found 2"},
        {R"({"languages": {"fr": {"texts": {"Not found.": [0]}}}})",
         "languages.fr.texts.\"Not found.\": expected the number of an argument, of which there "
         "are 0, counted from 0; found 0"},
    };
    for (const auto& [json, why] : cases) {
        EXPECT_EQ(refusal(json), why);
    }
}

TEST(LocaleFile, IsRefusedWhereAFormOfDatesIsTooLong) {
    const auto with_form = [](std::size_t size) {
        return R"({"languages": {"fr": {"date_input_formats": [")" + std::string(size, '-') +
               R"("]}}})";
    };
    EXPECT_EQ(refusal(with_form(100)), "");
    EXPECT_TRUE(refusal(with_form(101)).starts_with("languages.fr.date_input_formats: expected"));
}

TEST(LocaleFile, ThatIsNoJsonIsRefusedWithTheLine) {
    EXPECT_TRUE(refusal("{\"languages\":\n {\n fr}}").starts_with("line 3: no JSON: "));
    EXPECT_TRUE(refusal("").starts_with("line 1: no JSON: "));
    EXPECT_TRUE(refusal("{\"languages\": {}").starts_with("line 1: no JSON: "));
    EXPECT_TRUE(refusal("{\"languages\": {}}\nx").starts_with("line 2: no JSON: "));
    EXPECT_EQ(refusal("{\"languages\": {}}\n"), "");
}

TEST(LocaleFile, ThatIsNotInPlainUtf8IsRefused) {
    EXPECT_EQ(refusal("{\"languages\":\n \"\xFF\"}"), "line 2: expected UTF-8");
    EXPECT_EQ(
        refusal("\xEF\xBB\xBF{\"languages\": {}}"),
        "the file: expected UTF-8 without the byte order mark with which it begins"
    );
}

} // namespace
} // namespace drf_messages::locale
