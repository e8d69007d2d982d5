// SPDX-License-Identifier: MIT
// The public interface of an application, on whichever database the tests run.
#include "support/logged_in.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/errors.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/site.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SiteTest : public testing::Test {
protected:
    SiteTest() {
        settings.secret_key = "a-key-of-the-tests";
        settings.allowed_hosts = {"testserver"};
        settings.database = given.database_settings();
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.SessionAuthentication",
            "rest_framework.authentication.TokenAuthentication"};
    }

    Site& site() {
        if (!site_) {
            options.clock = given.clock();
            options.log = [this](LogLevel, std::string_view line) { log.emplace_back(line); };
            site_.emplace(settings, options);
        }
        return *site_;
    }

    std::vector<std::string> unread(const UserId& user) {
        std::vector<std::string> texts;
        for (const Message& message : MessageManager(site())
                                          .all()
                                          .filter(field::user == user && field::read_at.is_null())
                                          .order_by(field::id.asc())) {
            texts.push_back(message.message);
        }
        return texts;
    }

    /// The key of a session in which a new user is logged in.
    std::string session_of_ann() {
        return test::logged_in(given, given.user("ann"), settings.secret_key);
    }

    test::Given given;
    Settings settings;
    SiteOptions options;
    std::vector<std::string> log;

private:
    std::optional<Site> site_;
};

std::vector<std::string> texts(const MessageStorage& storage) {
    std::vector<std::string> result;
    for (const DjangoMessage& message : storage) {
        result.push_back(message.message);
    }
    return result;
}

http::Request get(std::string target) {
    http::Request request;
    request.target = std::move(target);
    request.headers.add("Host", "testserver");
    return request;
}

TEST_F(SiteTest, SaysInADocumentWhatItsEndpointsAnswer) {
    settings.routes.front().route = "inbox/";
    const std::string document = site().openapi();
    EXPECT_THAT(document, HasSubstr("\"openapi\": \"3.1.0\""));
    EXPECT_THAT(document, HasSubstr("\"/inbox/{id}/\""));
    EXPECT_THAT(document, HasSubstr("\"inbox_peek_retrieve\""));
}

TEST_F(SiteTest, AMessageIsLeftAndShownOnce) {
    const UserId ann = site().users().create_user("ann");
    {
        Request request(site(), {.user = ann, .view_name = "profile:save"});
        messages::success(request, "Saved", {"profile", "form"});
    }
    Request next(site(), {.user = ann});
    std::vector<std::string> lines;
    for (const DjangoMessage& message : messages::get_messages(next)) {
        lines.push_back(message.tags() + ": " + message.message);
    }
    EXPECT_THAT(lines, ElementsAre("profile form success: Saved"));
    EXPECT_THAT(texts(messages::get_messages(next)), IsEmpty());
    const auto kept = messages::get_messages(next).get_queryset().first();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->view, "profile:save");
    EXPECT_TRUE(kept->read_at);
}

TEST_F(SiteTest, LeavingTheLoopEarlyMarksNothing) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    messages::info(request, "one");
    messages::info(request, "two");
    for ([[maybe_unused]] const DjangoMessage& message : messages::get_messages(request)) {
        break;
    }
    EXPECT_THAT(unread(ann), ElementsAre("one", "two"));
    EXPECT_FALSE(messages::get_messages(request).used());
}

TEST_F(SiteTest, AMessageThatArrivesDuringTheLoopStaysUnread) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    messages::info(request, "one");
    for ([[maybe_unused]] const DjangoMessage& message : messages::get_messages(request)) {
        messages::info(request, "meanwhile");
    }
    EXPECT_THAT(unread(ann), ElementsAre("meanwhile"));
}

TEST_F(SiteTest, TheStorageIsACollection) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    const MessageStorage storage = messages::get_messages(request);
    EXPECT_FALSE(storage);
    messages::info(request, "one");
    given.now += std::chrono::seconds(1);
    messages::warning(request, "two");
    EXPECT_TRUE(storage);
    EXPECT_EQ(storage.size(), 2U);
    EXPECT_TRUE(storage.contains("one"));
    EXPECT_FALSE(storage.contains("three"));
    EXPECT_TRUE(storage.contains(messages::WARNING));
    EXPECT_FALSE(storage.contains(messages::ERROR));
    EXPECT_EQ(storage.repr(), "two, one");
    EXPECT_THAT(unread(ann), ElementsAre("one", "two"));
    EXPECT_EQ(storage[1].message, "one");
    EXPECT_THAT(unread(ann), ElementsAre("two"));
    EXPECT_THROW(storage[1], std::out_of_range);
    EXPECT_THROW(storage[-1], std::invalid_argument);
    std::ostringstream out;
    out << storage;
    EXPECT_EQ(out.str(), "two");
    EXPECT_TRUE(storage.empty());
}

TEST_F(SiteTest, TheScopeMarksWhicheverWayItIsLeft) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    messages::info(request, "one");
    try {
        const auto scope = messages::get_messages(request).mark_read_on_exit();
        throw std::runtime_error("left");
    } catch (const std::runtime_error&) {
    }
    EXPECT_THAT(unread(ann), IsEmpty());
}

TEST_F(SiteTest, LevelsOfARequestAndOfTheProject) {
    settings.message_level = level::WARNING;
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    EXPECT_EQ(messages::get_level(request), level::WARNING);
    messages::info(request, "too low");
    EXPECT_TRUE(messages::set_level(request, level::DEBUG));
    messages::debug(request, "kept");
    EXPECT_TRUE(messages::set_level(request, std::nullopt));
    messages::info(request, "too low again");
    messages::add_message(request, 50, "custom");
    EXPECT_THAT(unread(ann), ElementsAre("kept", "custom"));
}

TEST_F(SiteTest, ARequestWithoutStorageFailsUnlessSilently) {
    settings.middleware = {};
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    EXPECT_THROW(messages::info(request, "lost"), MessageFailure);
    EXPECT_NO_THROW(messages::info(request, "lost", {}, true));
    EXPECT_FALSE(messages::set_level(request, level::DEBUG));
    EXPECT_EQ(messages::get_level(request), level::INFO);
    EXPECT_THAT(texts(messages::get_messages(request)), IsEmpty());
    EXPECT_THAT(unread(ann), IsEmpty());
}

TEST_F(SiteTest, RefusesWhatNoDatabaseMayStore) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    EXPECT_THROW(messages::info(request, std::string(1025, 'x')), Refused);
    EXPECT_THROW(messages::info(request, "tag", std::string(129, 'x')), Refused);
    EXPECT_THROW(messages::info(request, "\xff"), Refused);
    EXPECT_THAT(unread(ann), IsEmpty());
}

TEST_F(SiteTest, AHandleOutlivesItsRequestOnlyToSaySo) {
    const UserId ann = site().users().create_user("ann");
    std::optional<Request> request(std::in_place, site(), RequestContext{.user = ann});
    messages::info(*request, "one");
    const MessageStorage storage = messages::get_messages(*request);
    const MessageQuerySet set = storage.get_queryset();
    auto iteration = storage.begin();
    request.reset();
    EXPECT_THROW(storage.size(), std::logic_error);
    EXPECT_THROW(storage.begin(), std::logic_error);
    EXPECT_THROW(set.count(), std::logic_error);
    EXPECT_THROW(++iteration, std::logic_error);
    EXPECT_THAT(unread(ann), ElementsAre("one"));
}

TEST_F(SiteTest, AnAnonymousVisitorsMessagesLastAsLongAsTheRequest) {
    Request request(site());
    messages::info(request, "hello");
    EXPECT_EQ(messages::get_messages(request).size(), 1U);
    EXPECT_EQ(messages::get_messages(request).get_queryset().count(), 0);
    EXPECT_THAT(texts(messages::get_messages(request)), ElementsAre("hello"));
    Request next(site());
    EXPECT_THAT(texts(messages::get_messages(next)), IsEmpty());
}

TEST_F(SiteTest, UpdateDeletesWhatWasReadWhereTheSettingsSaySo) {
    settings.messages_delete_read = true;
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    messages::info(request, "one");
    http::Response response;
    request.update(response);
    EXPECT_EQ(MessageManager(site()).all().count(), 1);
    EXPECT_THAT(texts(messages::get_messages(request)), ElementsAre("one"));
    request.update(response);
    EXPECT_EQ(MessageManager(site()).all().count(), 0);
}

TEST_F(SiteTest, ATransactionKeepsTheWorkAndItsMessageTogether) {
    const UserId ann = site().users().create_user("ann");
    const auto rename = [&](Transaction& transaction) {
        transaction.execute(
            "UPDATE auth_user SET first_name = ? WHERE username = ?", {"Ann", "ann"}
        );
        Request request(transaction, {.user = ann, .view_name = "rename"});
        messages::success(request, "Renamed");
    };
    EXPECT_THROW(
        site().transaction([&](Transaction& transaction) {
            rename(transaction);
            throw std::runtime_error("changed my mind");
        }),
        std::runtime_error
    );
    EXPECT_THAT(unread(ann), IsEmpty());

    site().transaction(rename);
    EXPECT_THAT(unread(ann), ElementsAre("Renamed"));
    const std::string name = site().transaction([](Transaction& transaction) {
        std::string found;
        transaction.query(
            "SELECT first_name FROM auth_user WHERE username = ?",
            {"ann"},
            [&](const SqlRow& row) { found = row.text(0); }
        );
        return found;
    });
    EXPECT_EQ(name, "Ann");
}

TEST_F(SiteTest, AnOpenRequestCanLeaveItsMessageInATransaction) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann, .view_name = "page"});
    messages::set_level(request, level::DEBUG);
    EXPECT_THROW(
        site().transaction([&](Transaction& transaction) {
            Request inner(transaction, request);
            messages::debug(inner, "undone");
            throw std::runtime_error("undone");
        }),
        std::runtime_error
    );
    EXPECT_THAT(unread(ann), IsEmpty());
    site().transaction([&](Transaction& transaction) {
        Request inner(transaction, request);
        messages::debug(inner, "kept");
    });
    EXPECT_EQ(messages::get_messages(request).get_queryset().first()->view, "page");
}

TEST_F(SiteTest, WhatATransactionMadeEndsWithIt) {
    std::optional<MessageManager> manager;
    std::optional<Request> request;
    site().transaction([&](Transaction& transaction) {
        manager.emplace(transaction);
        request.emplace(transaction, RequestContext{.user = UserId{1}});
    });
    EXPECT_THROW(manager->all().count(), std::logic_error);
    EXPECT_THROW(messages::info(*request, "late"), std::logic_error);
}

TEST_F(SiteTest, AFailedStatementNamesItsKindAndUndoesTheTransaction) {
    const UserId ann = site().users().create_user("ann");
    try {
        site().transaction([&](Transaction& transaction) {
            Request request(transaction, {.user = ann});
            messages::info(request, "undone");
            transaction.execute("UPDATE no_such_table SET a = ?", {std::int64_t{1}});
        });
        FAIL() << "there is no such table";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseErrorKind::schema);
    }
    EXPECT_THAT(unread(ann), IsEmpty());
}

TEST_F(SiteTest, UsersAreMadeFoundAskedForTheirPasswordAndDeleted) {
    settings.password_hashers = {"django.contrib.auth.hashers.PBKDF2PasswordHasher"};
    UserManager users = site().users();
    const UserId ann =
        users.create_user("ann", {.email = "ann@Example.com", .password = "a long secret"});
    EXPECT_EQ(users.find("ann"), ann);
    EXPECT_EQ(users.find("bob"), std::nullopt);
    EXPECT_EQ(users.authenticate("ann", "a long secret"), ann);
    EXPECT_EQ(users.authenticate("ann", "another"), std::nullopt);
    EXPECT_EQ(users.token(ann), users.token(ann));
    EXPECT_EQ(users.token(ann).size(), 40U);
    const std::string replaced = users.token(ann);
    EXPECT_NE(users.reset_token(ann), replaced);
    EXPECT_NE(users.token(ann), replaced);
    EXPECT_TRUE(users.set_password(ann, "another"));
    EXPECT_EQ(users.authenticate("ann", "a long secret"), std::nullopt);
    EXPECT_EQ(users.authenticate("ann", "another"), ann);
    EXPECT_THROW(users.create_user("not a name"), std::invalid_argument);
    try {
        users.create_user("ann");
        FAIL() << "the name was taken";
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.code(), errc::already_exists);
    }
    Request request(site(), {.user = ann});
    messages::info(request, "hi", "tag");
    users.remove(ann);
    EXPECT_EQ(users.find("ann"), std::nullopt);
    EXPECT_FALSE(users.set_password(ann, "another"));
    EXPECT_EQ(MessageManager(site()).all().count(), 0);
}

TEST(SiteOfARelease, MakesHashesAsItsDjangoDoes) {
    struct Row {
        std::string django;
        std::string hasher;
        std::string encoded;
    };
    const std::vector<Row> rows = {
        {"", "PBKDF2", R"(^pbkdf2_sha256\$260000\$)"},
        {"4.2.30", "PBKDF2", R"(^pbkdf2_sha256\$600000\$)"},
        {"5.0", "Scrypt", R"(^scrypt\$16384\$\w{22}\$8\$1\$)"},
        {"5.1", "Scrypt", R"(^scrypt\$16384\$\w{22}\$8\$5\$)"},
    };
    for (const Row& row : rows) {
        test::Given given;
        Settings settings;
        settings.database = given.database_settings();
        settings.django_version = row.django;
        settings.password_hashers = {
            "django.contrib.auth.hashers." + row.hasher + "PasswordHasher"};
        Site site(settings);
        site.users().create_user("ann", {.password = "a long secret"});
        EXPECT_TRUE(site.users().authenticate("ann", "a long secret"));
        EXPECT_THAT(
            test::rows(given.connection(), "SELECT password FROM auth_user", 1),
            ElementsAre(ContainsRegex(row.encoded))
        );
    }
}

TEST_F(SiteTest, TheEndpointAnswersFromAPlainRequestToAPlainAnswer) {
    const UserId ann = site().users().create_user("ann");
    Request request(site(), {.user = ann});
    messages::error(request, "Disk full", {"disk"});
    Endpoint endpoint(site());
    http::Request peek = get("/messages/peek/");
    peek.headers.add("Authorization", "Token " + site().users().token(ann));
    const http::Response answer = endpoint(peek);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"count":1,"max_level":40,"max_level_tag":"error"})");
    EXPECT_EQ(endpoint(get("/elsewhere/")).status, 404);
    EXPECT_TRUE(endpoint.serves("/messages/?unread=true"));
    EXPECT_TRUE(endpoint.serves("/messages/peek"));
    EXPECT_FALSE(endpoint.serves("/elsewhere/"));
}

TEST_F(SiteTest, TheEndpointSaysWhoseBodyItTakes) {
    settings.routes.emplace_back().route = "api-auth/";
    settings.routes.back().include = "rest_framework.urls";
    settings.routes.emplace_back().route = "token/";
    settings.routes.back().view = "rest_framework.authtoken.views.obtain_auth_token";
    Endpoint endpoint(site());
    struct Row {
        std::string method;
        std::string target;
        std::string host;
        bool has_cookie;
        bool takes;
    };
    const std::vector<Row> rows = {
        {"POST", "/api-auth/login/?next=/", "testserver", false, true},
        {"post", "/api-auth/login/", "testserver", false, true},
        {"PUT", "/api-auth/login/", "testserver", false, true},
        {"POST", "/api-auth/logout/", "testserver", false, true},
        {"POST", "/token/", "testserver", false, true},
        {"GET", "/token/", "testserver", false, false},
        {"DELETE", "/token/", "testserver", false, false},
        {"POST", "/token/", "elsewhere", false, false},
        {"POST", "/token", "testserver", false, false},
        {"POST", "/messages/", "testserver", false, false},
        {"POST", "/messages/", "testserver", true, true}, // a CSRF token may be in it
        {"PUT", "/messages/1/", "testserver", true, false},
        {"DELETE", "/messages/1/", "testserver", true, false},
        {"GET", "/messages/", "testserver", true, false},
        {"POST", "/elsewhere/", "testserver", true, false},
        {"POST", "*", "testserver", true, false},
    };
    for (const Row& row : rows) {
        http::Request head;
        head.method = row.method;
        head.target = row.target;
        head.headers.add("Host", row.host);
        if (row.has_cookie) {
            head.headers.add("Cookie", "sessionid=x");
        }
        EXPECT_EQ(endpoint.takes_body(head), row.takes) << row.method << ' ' << row.target;
    }
}

TEST_F(SiteTest, AnEndpointThatCanNotWorkSaysWhy) {
    settings.secret_key.clear();
    try {
        const Endpoint endpoint(site());
        FAIL() << "there is no key";
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), HasSubstr("SECRET_KEY"));
    }
}

TEST_F(SiteTest, TheMiddlewareFindsTheVisitorAndUpdatesTheStorage) {
    settings.messages_delete_read = true;
    Middleware middleware(site());
    http::Request page = get("/");
    page.headers.add("Cookie", "sessionid=" + session_of_ann());
    const http::Response saved = middleware(
        page,
        [](Request& request) {
            messages::success(request, "Saved");
            return http::Response{302, {}, ""};
        },
        "profile:save"
    );
    EXPECT_EQ(saved.status, 302);
    EXPECT_EQ(MessageManager(site()).all().first()->view, "profile:save");

    std::optional<MessageStorage> kept;
    const http::Response shown = middleware(page, [&](Request& request) {
        kept.emplace(messages::get_messages(request));
        http::Response response;
        response.body = kept->str();
        return response;
    });
    EXPECT_EQ(shown.body, "Saved");
    EXPECT_EQ(shown.headers.find("X-Frame-Options"), "DENY");
    EXPECT_EQ(MessageManager(site()).all().count(), 0);
    EXPECT_THROW(kept->size(), std::logic_error);
}

TEST_F(SiteTest, APageMayUseTheSitesOnlyConnection) {
    settings.messages_delete_read = true;
    options.database_connections = 1;
    Middleware middleware(site());
    http::Request page = get("/");
    page.headers.add("Cookie", "sessionid=" + session_of_ann());
    const http::Response answer = middleware(page, [&](Request& request) {
        http::Response response;
        site().transaction([&](Transaction& transaction) {
            Request inner(transaction, request);
            messages::info(inner, "inside");
            EXPECT_THROW(site().transaction([](Transaction&) {}), std::logic_error);
            response.body = messages::get_messages(inner).str();
        });
        EXPECT_EQ(MessageManager(site()).all().count(), 1);
        return response;
    });
    EXPECT_EQ(answer.body, "inside");
    // It was read inside the transaction, and so it goes with the request.
    EXPECT_EQ(MessageManager(site()).all().count(), 0);
}

TEST_F(SiteTest, ARequestThatTheViewTookAwayEndsAllTheSame) {
    Middleware middleware(site());
    std::optional<Request> taken;
    middleware(get("/"), [&](Request& request) {
        taken.emplace(std::move(request));
        EXPECT_THROW(request.viewer(), std::logic_error);
        EXPECT_THROW(csrf_token(request), std::logic_error);
        return http::Response();
    });
    EXPECT_THROW(messages::info(*taken, "late"), std::logic_error);
    EXPECT_THROW(csrf_token(*taken), std::logic_error);
}

TEST_F(SiteTest, AScopeThatOutlivesItsRequestSaysSoInTheLog) {
    std::optional<MessageStorage::MarkReadScope> scope;
    const auto begin_scope = [&](Request& request) {
        messages::info(request, "one");
        scope.emplace(messages::get_messages(request).mark_read_on_exit());
    };
    Middleware middleware(site());
    http::Request page = get("/");
    page.headers.add("Cookie", "sessionid=" + session_of_ann());
    middleware(page, [&](Request& request) {
        begin_scope(request);
        return http::Response();
    });
    log.clear();
    scope.reset();
    EXPECT_THAT(log, ElementsAre("the messages of a request were used after it had ended"));

    const UserId bob = site().users().create_user("bob");
    std::optional<Request> request;
    site().transaction([&](Transaction& transaction) {
        request.emplace(transaction, RequestContext{.user = bob});
        begin_scope(*request);
    });
    log.clear();
    scope.reset();
    EXPECT_THAT(log, ElementsAre("a transaction was used after it had ended"));
    EXPECT_THAT(unread(bob), ElementsAre("one"));
}

TEST_F(SiteTest, AnInnerRequestEndsWithTheOuterOne) {
    std::optional<Request> outer(std::in_place, site());
    site().transaction([&](Transaction& transaction) {
        Request inner(transaction, *outer);
        messages::info(inner, "in memory");
        outer.reset();
        EXPECT_THROW(messages::info(inner, "late"), std::logic_error);
    });
}

TEST_F(SiteTest, AScopeOfARequestWithoutSessionMarksNothingStored) {
    settings.messages_use_sessions = true;
    const UserId ann = site().users().create_user("ann");
    {
        Request request(site(), {.user = ann, .session_key = "annssession000000000000000000001"});
        messages::info(request, "of a session");
    }
    Request request(site(), {.user = ann});
    { const auto scope = messages::get_messages(request).mark_read_on_exit(); }
    EXPECT_THAT(unread(ann), ElementsAre("of a session"));
}

TEST_F(SiteTest, AMessageInACookieThatWasOnlyLookedAtIsKept) {
    settings.message_storage = "django.contrib.messages.storage.cookie.CookieStorage";
    const http::Request plain = get("/");
    Request request(site(), {.http = &plain});
    EXPECT_THAT(texts(messages::get_messages(request)), IsEmpty());
    messages::info(request, "Saved");
    EXPECT_EQ(messages::get_messages(request).repr(), "Saved");
    http::Response response;
    request.update(response);
    const auto cookie = response.headers.find("Set-Cookie");
    ASSERT_TRUE(cookie);
    http::Request following = get("/");
    following.headers.add("Cookie", std::string(cookie->substr(0, cookie->find(';'))));
    Request next(site(), {.http = &following});
    EXPECT_THAT(texts(messages::get_messages(next)), ElementsAre("Saved"));
}

TEST_F(SiteTest, TheMiddlewareRefusesAFormOfAnotherSite) {
    Middleware middleware(site());
    std::string token;
    const http::Response form = middleware(get("/"), [&](Request& request) {
        token = csrf_token(request);
        return http::Response();
    });
    const auto cookie = form.headers.find("Set-Cookie");
    ASSERT_TRUE(cookie);
    http::Request post = get("/");
    post.method = "POST";
    post.headers.add("Cookie", std::string(cookie->substr(0, cookie->find(';'))));
    bool ran = false;
    const auto view = [&](Request&) {
        ran = true;
        return http::Response();
    };
    EXPECT_EQ(middleware(post, view).status, 403);
    EXPECT_FALSE(ran);
    post.headers.add("X-CSRFToken", token);
    EXPECT_EQ(middleware(post, view).status, 200);
    EXPECT_TRUE(ran);
    Request other(site());
    EXPECT_THROW(csrf_token(other), std::logic_error);
}

TEST_F(SiteTest, AnExceptionOfAPageIsAnAnswerAndALineOfTheLog) {
    Middleware middleware(site());
    const http::Response answer = middleware(get("/"), [](Request&) -> http::Response {
        throw std::runtime_error("the printer is on fire");
    });
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(log, testing::Contains(HasSubstr("the printer is on fire")));
}

TEST(SiteInMemory, LivesAsLongAsTheSiteAndRefusesToWaitForItself) {
    Site site(":memory:");
    site.migrate();
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    Request request(site, {.user = ann});
    messages::info(request, "one");
    site.transaction([&](Transaction& transaction) {
        EXPECT_THROW(messages::info(request, "outside"), std::logic_error);
        Request inner(transaction, request);
        messages::info(inner, "two");
    });
    EXPECT_EQ(messages::get_messages(request).size(), 2U);
}

TEST(SiteInMemory, MayBeAUriWhichOthersShare) {
    Site site("file:of a test?mode=memory&cache=shared");
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    Site same("file:of%20a%20test?mode=memory&cache=shared");
    EXPECT_EQ(same.users().find("ann"), ann);
    Site other("file:of a test?mode=memory");
    EXPECT_THROW(other.users().find("ann"), DatabaseError);
    EXPECT_FALSE(std::filesystem::exists("of a test"));
}

TEST(SiteOnAFile, MayBeAUri) {
    const test::TempFolder folder;
    const std::string path = (folder / "a site?.sqlite3").string();
    Site site("file:" + (folder / "a%20site%3f.sqlite3").string() + "?mode=rwc");
    site.migrate();
    site.users().create_user("ann");
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_TRUE(Site(path).users().find("ann"));
    EXPECT_THROW(Site("file://host/site"), std::invalid_argument);
}

TEST(SiteOptions, AreTakenByPositionInTheOrderInWhichTheyCame) {
    const SiteOptions options{2, [] { return Timestamp(); }, nullptr, {}};
    EXPECT_EQ(options.clock(), Timestamp());
    EXPECT_FALSE(options.log);
}

TEST(SiteOnAFile, IsNotMadeWhereItIsToBeThere) {
    const test::TempFolder folder;
    const std::string path = (folder / "site.sqlite3").string();
    Site site(path, {.create_database = false});
    EXPECT_THROW(site.users().find("ann"), DatabaseError);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SiteOnAFile, IsMadeByMigrate) {
    const test::TempFolder folder;
    const std::string path = (folder / "site.sqlite3").string();
    Site site(path);
    EXPECT_THROW(site.users().find("ann"), DatabaseError);
    site.migrate();
    EXPECT_EQ(site.users().find("ann"), std::nullopt);
}

TEST(SiteOnAFile, IsSafeFromSeveralThreads) {
    const test::TempFolder folder;
    Site site((folder / "site.sqlite3").string());
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    constexpr int threads = 4;
    constexpr int each = 25;
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([&] {
            for (int i = 0; i < each; ++i) {
                Request request(site, {.user = ann});
                messages::info(request, "hi");
            }
        });
    }
    for (std::thread& thread : running) {
        thread.join();
    }
    EXPECT_EQ(MessageManager(site).all().count(), threads * each);
}

} // namespace
} // namespace drf_messages
