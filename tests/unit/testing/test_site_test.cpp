// SPDX-License-Identifier: MIT
#include <drf_messages/field.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/testing/messages_test.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace drf_messages::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(TestSiteOfAnApplication, IsEmptyAtFirstAndItsOwn) {
    TestSite one;
    TestSite two;
    Request request = one.request(one.user("ann"));
    messages::info(request, "Hello");
    EXPECT_EQ(two.site().users().find("ann"), std::nullopt);
    EXPECT_TRUE(one.site().users().find("ann").has_value());
}

TEST(TestSiteOfAnApplication, MakesAUserOnce) {
    TestSite site;
    const UserId ann = site.user("ann");
    EXPECT_EQ(site.user("ann"), ann);
    EXPECT_NE(site.user("bob"), ann);
    EXPECT_EQ(site.site().users().authenticate("ann", "ann"), ann);
}

TEST(TestSiteOfAnApplication, HasAClockThatTheTestMoves) {
    TestSite site;
    const auto start = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
    EXPECT_EQ(std::chrono::floor<seconds>(site.now()), start);
    Request request = site.request(site.user("ann"));
    messages::info(request, "early");
    site.advance(hours(24));
    messages::info(request, "late");
    const auto set = messages::get_messages(request).get_queryset();
    EXPECT_EQ(set.filter(field::created < start + hours(24)).count(), 1);
    EXPECT_LT(*set.max(field::created) - (start + hours(24)), seconds(1));
    EXPECT_LT(site.now() - (start + hours(24)), seconds(1));
}

TEST(TestSiteOfAnApplication, ShowsTheNewestMessageFirstThoughTheClockStands) {
    TestSite site;
    Request request = site.request(site.user("ann"), "profile:save");
    for (const char* text : {"1", "2", "3"}) {
        messages::info(request, text);
    }
    EXPECT_TRUE(assert_messages(request, {{20, "3"}, {20, "2"}, {20, "1"}}));
    EXPECT_EQ(messages::get_messages(request).get_queryset().first()->view, "profile:save");
}

TEST(TestSiteOfAnApplication, HasTheApplicationsSettings) {
    Settings settings;
    settings.message_level = level::WARNING;
    settings.allowed_hosts = {"example.com"};
    settings.database.name = "/not/a/folder/db.sqlite3";
    TestSite site(settings);
    Request request = site.request(site.user("ann"));
    messages::info(request, "Hello");
    messages::error(request, "Bye");
    EXPECT_TRUE(assert_messages(request, {{level::ERROR, "Bye"}}));
}

class ProfileTest : public MessagesTest {};

TEST_F(ProfileTest, HasASiteOfItsOwn) {
    EXPECT_FALSE(site.request().viewer().user.has_value());
    Request request = site.request(site.user("ann"));
    EXPECT_TRUE(request.viewer().user.has_value());
}

} // namespace
} // namespace drf_messages::test
