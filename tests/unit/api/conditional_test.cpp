// SPDX-License-Identifier: MIT
#include "unit/api/feed_site.hpp"

#include <drf_messages/rest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace drf_messages::api {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr const char* absent = "(absent)";

class Conditional : public test::FeedSite {
protected:
    Conditional() { number(); }

    std::string etag_of(const std::string& target, Headers headers = {}) {
        const auto response = get(target, std::move(headers));
        EXPECT_EQ(response.status, 200) << target << response.body;
        return header(response, "ETag");
    }
    http::Response get_if_other(const std::string& target, const std::string& etag) {
        return get(target, {{"If-None-Match", etag}});
    }
    int status_if_other(const std::string& target, const std::string& etag) {
        return get_if_other(target, etag).status;
    }
    std::size_t unread() {
        return std::size_t(test::number(
            given.connection(), "SELECT COUNT(*) FROM drf_messages_message WHERE read_at IS NULL"
        ));
    }
};

TEST_F(Conditional, WhatTheClientHasIsNotSentAgain) {
    const MessageId message = given.message(ann, "hi").read();
    number();
    for (const std::string& target :
         {std::string("/messages/"),
          std::string("/messages/peek/"),
          std::string("/messages/counts/"),
          "/messages/" + std::to_string(message.value) + "/"}) {
        const auto full = get(target);
        const auto etag = header(full, "ETag");
        EXPECT_THAT(
            etag, AllOf(testing::StartsWith("W/\"" + state() + "."), testing::EndsWith("\""))
        ) << target;
        const auto response = get_if_other(target, etag);
        EXPECT_EQ(response.status, 304) << target;
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(header(response, "Content-Type"), absent);
        for (const auto& answer : {full, response}) {
            EXPECT_EQ(header(answer, "ETag"), etag);
            EXPECT_EQ(header(answer, "Cache-Control"), "private, no-cache");
            EXPECT_EQ(header(answer, "X-Poll-Interval"), "30");
            EXPECT_THAT(header(answer, "Vary"), AllOf(HasSubstr("Accept"), HasSubstr("Cookie")));
        }
    }
}

TEST_F(Conditional, HeadIsAnsweredLikeGet) {
    given.message(ann, "hi").read();
    number();
    const auto etag = etag_of("/messages/");
    auto wire = request(
        "HEAD", "/messages/", {{"Authorization", "Token " + token}, {"If-None-Match", etag}}
    );
    EXPECT_EQ(answer(wire).status, 304);
    wire.headers.remove("If-None-Match");
    EXPECT_EQ(header(answer(wire), "ETag"), etag);
}

TEST_F(Conditional, EveryChangeIsSeen) {
    const UserId bob = given.user("bob");
    const MessageId message = given.message(ann, "hi").read();
    const MessageId other = given.message(ann, "other").read();
    number();
    const auto check = [&](const char* what, const auto& change, bool seen) {
        const auto etag = etag_of("/messages/");
        change();
        EXPECT_EQ(status_if_other("/messages/", etag), seen ? 200 : 304) << what;
        number();
        EXPECT_EQ(status_if_other("/messages/", etag), seen ? 200 : 304) << what;
    };
    const auto run = [&](const char* sql) {
        return [this, sql] { test::run(given.connection(), sql); };
    };
    check(
        "nothing", [] {}, false
    );
    check(
        "another user's", [&] { given.message(bob, "hi"); }, false
    );
    check(
        "a new one", [&] { given.message(ann, "new").read(); }, true
    );
    check(
        "a tag",
        [&] {
            test::run(
                given.connection(),
                "INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('new', ?)",
                {message.value}
            );
        },
        true
    );
    check("another text of a tag", run("UPDATE drf_messages_messagetag SET text = 'x'"), true);
    check("a tag less", run("DELETE FROM drf_messages_messagetag"), true);
    check("another text", run("UPDATE drf_messages_message SET message = 'edited'"), true);
    check(
        "unread",
        [&] {
            test::run(
                given.connection(),
                "UPDATE drf_messages_message SET read_at = NULL WHERE id = ?",
                {message.value}
            );
        },
        true
    );
    check(
        "read", [&] { mark(message); }, true
    );
    check(
        "deleted", [&] { erase(other); }, true
    );
    check(
        "another user",
        [&] {
            test::run(
                given.connection(),
                "UPDATE drf_messages_message SET user_id = ? WHERE id = ?",
                {std::get<std::int64_t>(bob.value), message.value}
            );
        },
        true
    );
}

TEST_F(Conditional, NothingIsSaidWhileSomethingHasNoPosition) {
    if (is_sqlite()) {
        GTEST_SKIP() << "its triggers give the positions";
    }
    const auto etag = etag_of("/messages/peek/");
    given.message(ann, "committed, not numbered");
    const auto response = get_if_other("/messages/peek/", etag);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "ETag"), absent);
    EXPECT_EQ(header(response, "Cache-Control"), "private, no-cache");
}

TEST_F(Conditional, AListThatMarksIsKnownByTheStateBefore) {
    given.message(ann, "hi");
    number();
    const auto before = state();
    const auto shown = get("/messages/");
    EXPECT_THAT(header(shown, "ETag"), HasSubstr(before + "."));
    EXPECT_EQ(header(shown, "Messages-State"), before);
    number();
    const auto again = get_if_other("/messages/", header(shown, "ETag"));
    EXPECT_EQ(again.status, 200);
    EXPECT_NE(again.body, shown.body); // it is read now
    EXPECT_EQ(status_if_other("/messages/", header(again, "ETag")), 304);
}

TEST_F(Conditional, WhoHasBeenShownThemUnmarkedIsStillToHaveThemMarked) {
    given.message(ann, "hi");
    number();
    const auto etag = etag_of("/messages/", {{"Sec-Purpose", "prefetch"}});
    EXPECT_EQ(unread(), 1U);
    EXPECT_EQ(status_if_other("/messages/", etag), 200);
    EXPECT_EQ(unread(), 0U);
}

TEST_F(Conditional, EachAnswerHasATagOfItsOwn) {
    site.settings.allowed_hosts = {"*"};
    site.settings.middleware.insert(
        site.settings.middleware.begin(), "django.middleware.locale.LocaleMiddleware"
    );
    site.settings.rest_framework.default_pagination_class =
        "rest_framework.pagination.LimitOffsetPagination";
    const MessageId message = given.message(ann, "hi").read();
    number();
    std::set<std::string> seen;
    const auto is_new = [&](const std::string& target, Headers headers) {
        const auto etag = etag_of(target, std::move(headers));
        EXPECT_NE(etag, absent);
        return seen.insert(etag).second;
    };
    EXPECT_TRUE(is_new("/messages/", {}));
    EXPECT_FALSE(is_new("/messages/", {{"X-Whatever", "1"}}));
    EXPECT_TRUE(is_new("/messages/?limit=1", {}));
    EXPECT_TRUE(is_new("/messages/?limit=1&offset=0", {}));
    EXPECT_TRUE(is_new("/messages/?format=json", {}));
    EXPECT_TRUE(is_new("/messages/peek/", {}));
    EXPECT_TRUE(is_new("/messages/" + std::to_string(message.value) + "/", {}));
    EXPECT_TRUE(is_new("/messages/", {{"Accept", "application/json; indent=4"}}));
    EXPECT_TRUE(is_new("/messages/", {{"Host", "other.example"}}));
    EXPECT_TRUE(is_new("/messages/", {{"Accept-Language", "de"}}));
    EXPECT_TRUE(is_new("/messages/", {{"Content-Type", "text/plain; charset=latin1"}}));
    site.settings_mark = "other settings";
    EXPECT_TRUE(is_new("/messages/", {}));
    site.settings.messages_use_sessions = true;
    EXPECT_TRUE(is_new("/messages/", {}));
    token = given.token(given.user("bob"));
    EXPECT_TRUE(is_new("/messages/", {}));
}

TEST_F(Conditional, IfNoneMatchIsReadAsRFC9110SaysIt) {
    given.message(ann, "hi").read();
    number();
    const auto etag = etag_of("/messages/");
    EXPECT_EQ(status_if_other("/messages/", etag.substr(2)), 304); // strong
    EXPECT_EQ(status_if_other("/messages/", "\"a\", W/\"b\" , " + etag), 304);
    EXPECT_EQ(status_if_other("/messages/", "\"a\", W/\"b\""), 200);
    EXPECT_EQ(status_if_other("/messages/", "nonsense"), 200);
    EXPECT_EQ(status_if_other("/messages/", "*"), 304);
}

TEST_F(Conditional, AStarAsksWhetherThereIsAnything) {
    given.message(ann, "hi");
    number();
    const auto response = get_if_other("/messages/", "*");
    EXPECT_EQ(response.status, 304);
    EXPECT_NE(header(response, "ETag"), absent);
    EXPECT_EQ(unread(), 1U);
    EXPECT_EQ(status_if_other("/messages/999999/", "*"), 404);
    EXPECT_EQ(status_if_other("/messages/?level=x", "*"), 400);
}

TEST_F(Conditional, AnErrorHasNoTag) {
    const auto response = get("/messages/999999/");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(header(response, "ETag"), absent);
    EXPECT_EQ(header(response, "X-Poll-Interval"), absent);
    EXPECT_EQ(header(answer(request("GET", "/messages/")), "ETag"), absent); // nobody
}

TEST_F(Conditional, APageShowsMoreThanTheMessages) {
    const auto response = get("/messages/", {{"Accept", "text/html"}});
    EXPECT_THAT(header(response, "Content-Type"), HasSubstr("text/html"));
    EXPECT_EQ(header(response, "ETag"), absent);
    EXPECT_EQ(
        get("/messages/", {{"Accept", "text/html"}, {"If-None-Match", etag_of("/messages/")}}
        ).status,
        200
    );
}

TEST_F(Conditional, WithoutTheFeedThereIsNone) {
    schema::remove_feed(given.connection());
    site.settings.messages_extensions = {.conditional = true};
    const auto response = get("/messages/");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "ETag"), absent);
}

TEST_F(Conditional, WithoutTheExtensionThereIsNone) {
    site.settings.messages_extensions = {};
    const auto response = get_if_other("/messages/", "*");
    EXPECT_EQ(response.status, 200);
    for (const char* name : {"ETag", "X-Poll-Interval", "Cache-Control", "Messages-State"}) {
        EXPECT_EQ(header(response, name), absent) << name;
    }
}

TEST_F(Conditional, TheMiddlewareOfDjangoAddsNothingToIt) {
    site.settings.middleware = {
        "django.middleware.gzip.GZipMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware"};
    for (int i = 0; i < 5; ++i) {
        given.message(ann, "long enough to be worth compressing, which takes some text").read();
    }
    number();
    const auto full = get("/messages/", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(header(full, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(full, "ETag"), etag_of("/messages/"));
    EXPECT_EQ(status_if_other("/messages/", header(full, "ETag")), 304);
    EXPECT_EQ(get("/messages/", {{"If-Match", header(full, "ETag")}}).status, 412); // weak
    if (!is_sqlite()) {
        given.message(ann, "committed, not numbered");
        const auto hashed = get("/messages/peek/");
        EXPECT_THAT(header(hashed, "ETag"), MatchesRegex("\"[0-9a-f]{32}\""));
        EXPECT_EQ(status_if_other("/messages/peek/", header(hashed, "ETag")), 304);
    }
}

TEST_F(Conditional, ALinkWithATimeInItHasNoTag) {
    site.settings.rest_framework.default_pagination_class =
        "rest_framework.pagination.CursorPagination";
    site.settings.rest_framework.page_size = 1;
    site.settings.rest_framework.default_filter_backends.emplace_back(
        "rest_framework.filters.OrderingFilter"
    );
    given.message(ann, "first");
    given.message(ann, "second");
    number();
    EXPECT_NE(etag_of("/messages/?mark=false&ordering=level"), absent);
    EXPECT_EQ(etag_of("/messages/?mark=false&ordering=read_at"), absent);
}

TEST_F(Conditional, WhoPollsABusyServerIsToldToComeLessOften) {
    auto wire = request("GET", "/messages/peek/", {{"Authorization", "Token " + token}});
    wire.busy = true;
    site.settings.live.x_poll_interval = std::chrono::seconds(45);
    EXPECT_EQ(header(answer(wire), "X-Poll-Interval"), "90");
}

class Own : public rest::MessagesViewSet {};

class Versioned : public rest::MessagesViewSet {
public:
    std::optional<std::string> get_etag(const rest::Request& request) const override {
        return request.header("X-Version");
    }
};

TEST_F(Conditional, AViewsetOfAnApplicationSaysWhatElseItShows) {
    rest::Classes classes;
    classes.add<Own>("site.Own");
    classes.add<Versioned>("site.Versioned");
    for (const char* name : {"own", "versioned"}) {
        RouteSettings route;
        route.router = "SimpleRouter";
        route.registrations = {
            {name, name == std::string("own") ? "site.Own" : "site.Versioned", name}};
        site.settings.routes.push_back(route);
    }
    handle = [&](middleware::HttpRequest& request) {
        return urls::UrlConf(site, classes).handle(request);
    };
    EXPECT_EQ(etag_of("/own/"), absent);
    EXPECT_EQ(status_if_other("/own/", "*"), 200);
    EXPECT_EQ(etag_of("/versioned/"), absent);
    const auto first = etag_of("/versioned/", {{"X-Version", "1"}});
    EXPECT_NE(first, absent);
    EXPECT_NE(etag_of("/versioned/", {{"X-Version", "2"}}), first);
    EXPECT_EQ(get("/versioned/", {{"X-Version", "1"}, {"If-None-Match", first}}).status, 304);
    EXPECT_EQ(get("/versioned/", {{"X-Version", "2"}, {"If-None-Match", first}}).status, 200);
}

} // namespace
} // namespace drf_messages::api
