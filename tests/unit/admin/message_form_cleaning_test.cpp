// SPDX-License-Identifier: MIT
#include "admin/message_form_cleaning.hpp"
#include "locale/languages.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::admin {
namespace {

using namespace std::chrono_literals;

const locale::Languages& languages() {
    static const locale::Languages all;
    return all;
}

const pages::PageTexts& english() {
    static const pages::PageTexts texts(languages().of_site());
    return texts;
}

Cleaned<std::optional<text::TimeZone::LocalTime>>
clean(std::string_view day, std::string_view time, const locale::Language& language) {
    return clean_day_and_time(day, time, *language.day_forms, english());
}

TEST(FormText, LosesTheWhiteSpaceAroundIt) {
    EXPECT_EQ(clean_text("  padded\n ", 6, english()).value, "padded");
    EXPECT_EQ(clean_text("   ", 6, english()).value, "");
    EXPECT_TRUE(clean_text("   ", 6, english()).errors.empty());
}

TEST(FormText, IsMeasuredInCharacters) {
    EXPECT_TRUE(clean_text("ÜÜÜ", 3, english()).errors.empty());
    EXPECT_EQ(
        clean_text("ÜÜÜÜ", 3, english()).errors,
        FieldErrors{"Ensure this value has at most 3 characters (it has 4)."}
    );
}

TEST(FormText, MayNotContainNul) {
    EXPECT_EQ(
        clean_text(std::string_view("a\0b", 3), 3, english()).errors,
        FieldErrors{"Null characters are not allowed."}
    );
}

TEST(FormNumber, IsReadAsDjangoDoes) {
    const struct {
        std::optional<std::string_view> posted;
        std::int64_t value;
        FieldErrors errors;
    } rows[] = {
        {"3", 3, {}},
        {" 3 ", 3, {}},
        {"3.0", 3, {}},
        {"-1", -1, {}},
        {"99999999999999999999", std::numeric_limits<std::int64_t>::max(), {}},
        {"abc", 0, {"Enter a whole number."}},
        {"3.5", 0, {"Enter a whole number."}},
        {"", 0, {"This field is required."}},
        {std::nullopt, 0, {"This field is required."}}};
    for (const auto& row : rows) {
        const auto cleaned = clean_whole_number(row.posted, english());
        EXPECT_EQ(cleaned.value, row.value) << row.posted.value_or("(absent)");
        EXPECT_EQ(cleaned.errors, row.errors) << row.posted.value_or("(absent)");
    }
}

TEST(FormMoment, IsADayAndATime) {
    const auto noon = std::chrono::local_days(std::chrono::year(2024) / 1 / 2) + 12h;
    const struct {
        std::string_view day;
        std::string_view time;
        std::chrono::microseconds after_noon;
    } rows[] = {
        {"2024-01-02", "12:00", 0us},
        {"01/02/2024", "12:00:15", 15s},
        {"01/02/24", "12:00:15.123456", 15'123'456us},
        {" 2024-01-02 ", " 12:00 ", 0us}};
    for (const auto& row : rows) {
        const auto cleaned = clean(row.day, row.time, languages().of_site());
        EXPECT_EQ(cleaned.value, noon + row.after_noon) << row.day << ' ' << row.time;
        EXPECT_TRUE(cleaned.errors.empty()) << row.day << ' ' << row.time;
    }
}

TEST(FormMoment, IsAbsentWhereBothAreEmpty) {
    const auto cleaned = clean("", "", languages().of_site());
    EXPECT_FALSE(cleaned.value);
    EXPECT_TRUE(cleaned.errors.empty());
}

TEST(FormMoment, NeedsBoth) {
    const struct {
        std::string_view day;
        std::string_view time;
        FieldErrors errors;
    } rows[] = {
        {"x", "", {"Enter a valid date."}},
        {"", "12:00", {"Enter a valid date."}},
        {"2024-01-02", "", {"Enter a valid time."}},
        {"2024-13-02", "25:00", {"Enter a valid date.", "Enter a valid time."}},
        {"   ", "12:00", {"Enter a valid date."}}};
    for (const auto& row : rows) {
        EXPECT_EQ(clean(row.day, row.time, languages().of_site()).errors, row.errors)
            << row.day << ' ' << row.time;
    }
}

TEST(FormMoment, IsReadAndShownInTheFormsOfTheLanguage) {
    Settings settings;
    settings.language_code = "de";
    settings.use_l10n = true;
    const locale::Languages german(settings, model::differences_of(settings), {});
    EXPECT_EQ(german.of_site().day_forms->shown, "%d.%m.%Y");
    EXPECT_TRUE(clean("02.01.2024", "12:00", german.of_site()).value);
    EXPECT_TRUE(clean("2024-01-02", "12:00", german.of_site()).value);
    EXPECT_FALSE(clean("02.01.2024", "12:00", languages().of_site()).value);
}

TEST(FormCheckbox, IsWhatABrowserSends) {
    const FormValues values{{"on", "on"}, {"empty", ""}, {"false", "False"}};
    EXPECT_TRUE(is_checked(values, "on"));
    EXPECT_FALSE(is_checked(values, "empty"));
    EXPECT_FALSE(is_checked(values, "false"));
    EXPECT_FALSE(is_checked(values, "absent"));
}

} // namespace
} // namespace drf_messages::admin
