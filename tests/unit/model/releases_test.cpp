// SPDX-License-Identifier: MIT
#include "model/releases.hpp"
#include "support/repository.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace drf_messages::model {
namespace {

TEST(Releases, AreReadAsProjectsWriteThem) {
    EXPECT_EQ(parse_release("5.2"), (Release{5, 2}));
    EXPECT_EQ(parse_release("5.2.19"), (Release{5, 2}));
    EXPECT_EQ(parse_release("6.0rc1"), (Release{6, 0}));
    EXPECT_EQ(parse_release("5"), (Release{5, 0}));
    for (const auto* text : {"", "five", "5.x", "-5", "5.2 beta", "5.2\n"}) {
        EXPECT_FALSE(parse_release(text)) << text;
    }
}

TEST(Releases, AreThoseOfTheSettingsOrTheOldest) {
    Settings settings;
    EXPECT_EQ(releases_of(settings).django, (Release{3, 2}));
    settings.django_version = "5.2";
    settings.rest_framework_version = "3.18";
    EXPECT_EQ(releases_of(settings).django, (Release{5, 2}));
    EXPECT_EQ(releases_of(settings).rest_framework, (Release{3, 18}));
}

TEST(Releases, ThatAreNotKnownAreNamed) {
    using Lines = std::vector<std::string>;
    Settings settings;
    EXPECT_EQ(unknown_releases(settings), Lines());
    settings.python_version = "3.99";
    settings.django_version = "6.0.10";
    settings.rest_framework_version = "3.18.3";
    EXPECT_EQ(unknown_releases(settings), Lines());
    settings.django_version = "99.1";
    EXPECT_EQ(
        unknown_releases(settings),
        Lines{"DJANGO_VERSION is 99.1, which is newer than this server: the answers are those of "
              "6.0"}
    );
    settings.django_version = "2.2";
    settings.rest_framework_version = "3.13";
    EXPECT_EQ(
        unknown_releases(settings),
        (Lines{
            "DJANGO_VERSION is 2.2, which is older than any that this server knows: the answers "
            "are those of 3.2",
            "REST_FRAMEWORK_VERSION is 3.13, which is older than any that this server knows: the "
            "answers are those of 3.14"})
    );
    settings.django_version = "4.3";
    settings.rest_framework_version = "3.15.2";
    EXPECT_EQ(
        unknown_releases(settings),
        Lines{"DJANGO_VERSION is 4.3, which is none that this server knows: the answers are those "
              "of 4.2"}
    );
}

TEST(Differences, HoldFromTheirReleaseOn) {
    for (const DifferenceRow& row : difference_rows()) {
        Releases releases{{3, 2}, {3, 14}, {3, 11}};
        EXPECT_FALSE(Differences(releases).has(row.difference)) << row.what;
        Release& release = row.whose == Project::django ? releases.django : releases.rest_framework;
        release = row.since;
        EXPECT_TRUE(Differences(releases).has(row.difference)) << row.what;
        release = row.until.value_or(Release{99, 0});
        EXPECT_EQ(Differences(releases).has(row.difference), !row.until) << row.what;
    }
}

TEST(Differences, AreAskedForByFilesThatAreThere) {
    for (const DifferenceRow& row : difference_rows()) {
        const auto path = test::repository_path("src/" + std::string(row.asked_by));
        EXPECT_TRUE(std::filesystem::exists(path)) << row.asked_by;
    }
}

TEST(Languages, AreThoseOfTheRelease) {
    const auto has = [](Release django, std::string_view code) {
        const auto codes = languages_of(django);
        return std::find(codes.begin(), codes.end(), code) != codes.end();
    };
    EXPECT_EQ(languages_of({3, 2}).size(), 96U);
    EXPECT_EQ(languages_of({6, 0}).size(), 100U);
    EXPECT_TRUE(has({3, 2}, "de"));
    EXPECT_FALSE(has({3, 2}, "ms"));
    EXPECT_TRUE(has({4, 0}, "ms"));
    EXPECT_FALSE(has({4, 1}, "ckb"));
    EXPECT_TRUE(has({4, 2}, "ckb"));
    EXPECT_FALSE(has({4, 2}, "ug"));
    EXPECT_TRUE(has({5, 0}, "ug"));
    EXPECT_FALSE(has({5, 2}, "ht"));
}

} // namespace
} // namespace drf_messages::model
