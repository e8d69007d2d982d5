// SPDX-License-Identifier: MIT
#include "locale/date_forms.hpp"
#include "support/table_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages::locale {
namespace {

/// As tests/compat/input_formats.tsv has them.
std::string built_in(const std::string& code, model::Release django) {
    const auto formats = built_in_formats(code, model::Differences({.django = django}));
    const InputFormats all = with_iso(formats.value_or(InputFormats()));
    return fmt::format("{}\t{}", fmt::join(all.datetime, "|"), fmt::join(all.date, "|"));
}

// What Django's get_format says.
TEST(BuiltInFormats, AreThoseOfEachRelease) {
    std::map<std::string, std::map<model::Release, std::string>> of_django;
    for (const auto& fields : test::rows_of("input_formats.tsv")) {
        ASSERT_EQ(fields.size(), 4U) << fields[0];
        of_django[fields[1]][*model::parse_release(fields[0])] = fields[2] + '\t' + fields[3];
    }
    ASSERT_EQ(of_django.size(), 10U);
    for (const auto& [code, releases] : of_django) {
        for (const model::Release release : std::vector<model::Release>{
                 {3, 2}, {4, 0}, {4, 1}, {4, 2}, {5, 0}, {5, 1}, {5, 2}, {6, 0}}) {
            const auto expected = std::prev(releases.upper_bound(release));
            EXPECT_EQ(built_in(code, release), expected->second)
                << code << ' ' << release.major << '.' << release.minor;
        }
    }
}

TEST(BuiltInFormats, AreThereForEnglishAndGermanOnly) {
    EXPECT_TRUE(built_in_formats("de-li", {}));
    EXPECT_TRUE(built_in_formats("en-za", {}));
    EXPECT_FALSE(built_in_formats("fr", {}));
    EXPECT_FALSE(built_in_formats("den", {}));
    EXPECT_FALSE(built_in_formats("", {}));
}

TEST(InputFormats, AreDjangosUnlessTheyAreSet) {
    Settings settings;
    EXPECT_EQ(input_formats_of(settings).datetime.size(), 9U);
    EXPECT_EQ(input_formats_of(settings).date.size(), 11U);
    settings.datetime_input_formats = {"%d|%m|%Y"};
    settings.date_input_formats.emplace();
    EXPECT_EQ(input_formats_of(settings).datetime, std::vector<std::string>{"%d|%m|%Y"});
    EXPECT_EQ(input_formats_of(settings).date, std::vector<std::string>());
}

TEST(DateForms, AreTriedInTheirOrder) {
    const DateForms forms = date_forms({{"%d/%m/%Y %H:%M"}, {"%m/%d/%Y", "%d/%m/%Y"}});
    ASSERT_EQ(forms.size(), 3U);
    EXPECT_TRUE(forms[0].read(U"31/12/2024 10:00"));
    EXPECT_TRUE(forms[1].read(U"12/31/2024"));
    EXPECT_FALSE(forms[1].read(U"31/12/2024"));
    EXPECT_THROW(date_forms({{"%U"}, {}}), std::invalid_argument);
}

} // namespace
} // namespace drf_messages::locale
