// SPDX-License-Identifier: MIT
#include "support/logged_in.hpp"
#include "text/percent.hpp"
#include "unit/api/messages_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Form = std::vector<std::pair<std::string, std::string>>;

/// The admin, asked by a member of staff without permissions.
class AdminSite : public test::MessagesSite {
protected:
    AdminSite() {
        site.settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        site.passwords =
            django::Passwords(*site.settings.password_hashers, crypto::system_random_bytes);
        site.settings.routes.emplace_back().route = "admin/";
        site.settings.routes.back().include = "drf_messages.admin";
    }

    http::Response page(const std::string& path) {
        return answer(request("GET", "/admin/" + path, {{"Cookie", cookie}}));
    }

    http::Response post(const std::string& path, const Form& form) {
        auto wire = request(
            "POST",
            "/admin/" + path,
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Cookie", cookie}}
        );
        wire.body = "csrfmiddlewaretoken=" + csrf;
        for (const auto& [name, value] : form) {
            wire.body += '&' + name + '=' + text::percent_encode_plus(value);
        }
        return answer(wire);
    }

    void set(std::string_view column, bool value) {
        test::run(
            given.connection(),
            "UPDATE auth_user SET " + std::string(column) + " = ? WHERE username = 'kim'",
            {value}
        );
    }

    test::Given::UserBuilder kim = given.user("kim").staff();
    std::string csrf = std::string(32, 'a');
    std::string key = test::logged_in(given, kim, site.settings.secret_key);
    std::string cookie = "csrftoken=" + csrf + "; sessionid=" + key;
};

TEST_F(AdminSite, IsOnlyForActiveMembersOfStaff) {
    EXPECT_EQ(page("").status, 200);
    for (const auto* const column : {"is_staff", "is_active"}) {
        set(column, false);
        const auto asked = page("drf_messages/message/?level=20");
        EXPECT_EQ(asked.status, 302) << column;
        EXPECT_EQ(
            header(asked, "Location"),
            "/admin/login/?next=/admin/drf_messages/message/%3Flevel%3D20"
        );
        set(column, true);
    }
    cookie.clear();
    EXPECT_EQ(header(page("nowhere/"), "Location"), "/admin/login/?next=/admin/nowhere/");
}

TEST_F(AdminSite, HasDjangosAddresses) {
    EXPECT_EQ(page("nowhere/").status, 404);
    EXPECT_EQ(page("jsi18n/").status, 404);
    EXPECT_EQ(page("drf_messages/").status, 404); // without a permission
    const auto slash = page("drf_messages/message");
    EXPECT_EQ(slash.status, 301);
    EXPECT_EQ(header(slash, "Location"), "/admin/drf_messages/message/");
    EXPECT_EQ(
        header(page("drf_messages/message/3/"), "Location"), "/admin/drf_messages/message/3/change/"
    );
    site.settings.append_slash = false;
    EXPECT_EQ(page("drf_messages/message").status, 404);
}

TEST_F(AdminSite, KeepsTheQueryBesideTheSlashFromDjango5On) {
    EXPECT_EQ(header(page("drf_messages/message?o=1"), "Location"), "/admin/drf_messages/message/");
    become_django("5.0");
    EXPECT_EQ(
        header(page("drf_messages/message?o=1"), "Location"), "/admin/drf_messages/message/?o=1"
    );
}

TEST_F(AdminSite, ShowsInTheIndexWhatThePermissionsAllow) {
    EXPECT_THAT(page("").body, HasSubstr("permission to view or edit anything"));
    kim.permission("drf_messages.delete_message");
    EXPECT_THAT(page("").body, Not(HasSubstr("href=\"/admin/drf_messages/message/")));
    kim.permission("drf_messages.view_message");
    EXPECT_THAT(page("").body, HasSubstr("class=\"viewlink\""));
    kim.permission("drf_messages.change_message");
    EXPECT_THAT(page("drf_messages/").body, HasSubstr("class=\"changelink\""));
    EXPECT_THAT(page("").body, Not(HasSubstr("class=\"addlink\"")));
    kim.superuser();
    EXPECT_THAT(page("").body, HasSubstr("href=\"/admin/drf_messages/message/add/\""));
}

TEST_F(AdminSite, ShowsEachNoticeOnceAndAsText) {
    given.message(kim, "hello <b>Kim</b>");
    const auto first = page("");
    EXPECT_THAT(first.body, HasSubstr("Hello &lt;b&gt;Kim&lt;/b&gt;"));
    EXPECT_THAT(header(first, "Cache-Control"), HasSubstr("no-store"));
    EXPECT_THAT(page("").body, Not(HasSubstr("messagelist")));
}

TEST_F(AdminSite, ShowsTheNoticesOfASessionWithMessagesUseSessions) {
    site.settings.messages_use_sessions = true;
    page("drf_messages/message/999/change/");
    EXPECT_EQ(page("").status, 200);
    EXPECT_EQ(
        test::number(
            given.connection(),
            "SELECT COUNT(*) FROM drf_messages_message WHERE session_key = ?",
            {key}
        ),
        0
    ); // who may neither view nor change is not told
    kim.permission("drf_messages.view_message");
    EXPECT_EQ(header(page("drf_messages/message/999/change/"), "Location"), "/admin/");
    EXPECT_THAT(page("").body, HasSubstr("Message with ID “999” doesn’t exist."));
}

TEST_F(AdminSite, LeavesItsNoticesWhereMessageStorageSays) {
    site.settings.message_storage = "django.contrib.messages.storage.cookie.CookieStorage";
    kim.permission("drf_messages.view_message");
    const auto unknown = page("drf_messages/message/999/change/");
    EXPECT_EQ(header(unknown, "Location"), "/admin/");
    EXPECT_EQ(test::number(given.connection(), "SELECT COUNT(*) FROM drf_messages_message"), 0);
    const auto left = cookies(unknown);
    ASSERT_EQ(left.size(), 1U);
    cookie += "; " + left.front().substr(0, left.front().find(';'));
    const auto index = page("");
    EXPECT_THAT(index.body, HasSubstr("Message with ID “999” doesn’t exist."));
    EXPECT_THAT(cookies(index), ::testing::Contains(HasSubstr("messages=\"\"")));
}

TEST_F(AdminSite, RefusesAFormWithoutItsToken) {
    csrf = std::string(32, 'b');
    EXPECT_EQ(post("drf_messages/message/add/", {}).status, 403);
    EXPECT_EQ(post("login/", {}).status, 403);
}

TEST_F(AdminSite, LogsInMembersOfStaffOnly) {
    kim.password("md5$salt$963e2232fa95666443f1ee9ffcdceda0"); // "pw"
    cookie = "csrftoken=" + csrf;
    const auto refused = post("login/", {{"username", "kim"}, {"password", "wrong"}});
    EXPECT_EQ(refused.status, 200);
    EXPECT_THAT(refused.body, HasSubstr("password for a staff account."));
    EXPECT_THAT(refused.body, HasSubstr("<title>Log in | Django site admin</title>"));
    become_django("5.2");
    EXPECT_THAT(
        post("login/", {{"username", "kim"}, {"password", "wrong"}}).body,
        HasSubstr("<title>Error: Log in | Django site admin</title>")
    );
    EXPECT_THAT(
        post("login/", {{"username", "kim"}, {"password", ""}}).body,
        HasSubstr("Please correct the error below.")
    );
    const Form right{{"username", "kim"}, {"password", "pw"}, {"next", "/admin/"}};
    set("is_staff", false);
    EXPECT_THAT(post("login/", right).body, HasSubstr("password for a staff account."));
    set("is_staff", true);
    EXPECT_EQ(header(post("login/", right), "Location"), "/admin/");
}

TEST_F(AdminSite, LogsOutByTheRulesOfTheRelease) {
    become_django("5.0");
    EXPECT_EQ(page("logout/").status, 405);
    const auto left = post("logout/", {});
    EXPECT_EQ(left.status, 200);
    EXPECT_THAT(left.body, HasSubstr("Thanks for spending some quality time with the web site"));
    EXPECT_EQ(test::number(given.connection(), "SELECT COUNT(*) FROM django_session"), 0);
    EXPECT_EQ(header(post("logout/", {}), "Location"), "/admin/");
}

TEST_F(AdminSite, StandsWhereItIsMounted) {
    site.settings.routes.back().route = "staff/<str:team>/";
    site.settings.routes.back().include = "django.contrib.admin.site.urls";
    const auto index = answer(request("GET", "/staff/a%20b/", {{"Cookie", cookie}}));
    EXPECT_EQ(index.status, 200);
    EXPECT_THAT(index.body, HasSubstr("action=\"/staff/a%20b/logout/\""));
}

} // namespace
} // namespace drf_messages
