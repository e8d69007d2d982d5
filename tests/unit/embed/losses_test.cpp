// SPDX-License-Identifier: MIT
// What the log says of messages that a request loses, or does not delete.
#include "given_site.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/session_data.hpp>

#include <map>

namespace drf_messages {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr auto not_updated = "Request::update() was not called";
constexpr auto cookies = "django.contrib.messages.storage.cookie.CookieStorage";
constexpr auto sessions = "django.contrib.messages.storage.session.SessionStorage";
constexpr auto both = "django.contrib.messages.storage.fallback.FallbackStorage";

class MapSession final : public SessionData {
public:
    std::optional<std::string> session_key() const override { return "a"; }
    std::optional<std::string> get(std::string_view name) override {
        const auto found = values_.find(name);
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }
    void set(std::string_view name, std::string_view value) override {
        values_.insert_or_assign(std::string(name), value);
    }
    void erase(std::string_view name) override { values_.erase(std::string(name)); }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

class Losses : public test::GivenSite {
protected:
    UserId ann = given.user("ann");
    http::Request http = get("/");
    MapSession session;
    http::Response response;
};

TEST_F(Losses, ShownMessagesThatAreNotDeletedAreOneWarning) {
    settings.messages_delete_read = true;
    {
        Request request(site(), {.user = ann, .view_name = "profile:save"});
        messages::info(request, "one");
        messages::info(request, "two");
        messages::get_messages(request).str();
        messages::get_messages(request).str();
    }
    EXPECT_THAT(
        log(),
        ElementsAre(AllOf(
            StartsWith("profile:save: messages that were read are not deleted"),
            HasSubstr("MESSAGES_DELETE_READ"),
            HasSubstr(not_updated)
        ))
    );
    EXPECT_EQ(MessageManager(site()).all().count(), 2);
}

TEST_F(Losses, AnUpdatedRequestLosesNothing) {
    settings.messages_delete_read = true;
    {
        Request request(site(), {.user = ann});
        messages::info(request, "one");
        messages::get_messages(request).str();
        request.update(response);
    }
    EXPECT_THAT(log(), IsEmpty());
    {
        Request request(site(), {.user = ann});
        messages::info(request, "two");
        request.update(response);
        messages::get_messages(request).str(); // too late
    }
    EXPECT_THAT(log(), ElementsAre(HasSubstr(not_updated)));
}

TEST_F(Losses, WhereNothingIsToBeDeletedNothingIsSaid) {
    {
        Request request(site(), {.user = ann});
        messages::info(request, "one");
        messages::get_messages(request).str();
    }
    settings.messages_delete_read = true;
    end_site();
    {
        Request request(site(), {.user = ann});
        messages::info(request, "not shown");
        messages::get_messages(request).size();
    }
    { const Request unused(site(), {.user = ann}); }
    { Request moved = Request(site(), {.user = ann}); }
    EXPECT_THAT(log(), IsEmpty());
}

TEST_F(Losses, WhatAnInnerRequestHasShownIsTheOuterOnesToDelete) {
    settings.messages_delete_read = true;
    {
        Request request(site(), {.user = ann});
        site().transaction([&](Transaction& transaction) {
            Request inner(transaction, request);
            messages::info(inner, "one");
            messages::get_messages(inner).str();
        });
        EXPECT_THAT(log(), IsEmpty());
    }
    EXPECT_THAT(log(), ElementsAre(HasSubstr(not_updated)));
}

TEST_F(Losses, MessagesForAVisitorWithoutUser) {
    {
        Request request(site(), {.view_name = "shop"});
        messages::info(request, "one");
        messages::info(request, "two");
    }
    EXPECT_THAT(
        log(),
        ElementsAre(AllOf(
            StartsWith("shop: messages lost: 2, left for a visitor without a user"),
            HasSubstr("FallbackStorage")
        ))
    );
    {
        Request request(site());
        messages::info(request, "shown");
        messages::get_messages(request).str();
    }
    EXPECT_THAT(log(), IsEmpty());
    {
        Request request(site());
        messages::info(request, "shown");
        messages::get_messages(request).str();
        messages::info(request, "not shown");
        request.update(response);
    }
    EXPECT_THAT(log(), ElementsAre(StartsWith("messages lost: 1, ")));
}

TEST_F(Losses, MessagesForAUserWithoutTheSessionThatTheSettingsWant) {
    settings.messages_use_sessions = true;
    {
        Request request(site(), {.user = ann});
        messages::info(request, "one");
    }
    EXPECT_THAT(log(), ElementsAre(HasSubstr("a visitor without a session")));
}

TEST_F(Losses, MessagesInACookieThatIsNotSent) {
    settings.message_storage = cookies;
    {
        Request request(site(), {.view_name = "shop", .http = &http});
        messages::info(request, "one");
    }
    EXPECT_THAT(
        log(), ElementsAre(AllOf(StartsWith("shop: messages lost: 1; "), HasSubstr(not_updated)))
    );
    {
        Request request(site(), {.http = &http});
        messages::info(request, "one");
        request.update(response);
    }
    EXPECT_THAT(log(), IsEmpty());
    {
        Request request(site(), {.http = &http});
        messages::info(request, "one");
        request.update(response);
        messages::info(request, "late");
        messages::info(request, "later");
    }
    EXPECT_THAT(log(), ElementsAre(StartsWith("messages lost: 2; ")));
    {
        Request request(site(), {.http = &http});
        messages::info(request, "shown at once");
        messages::get_messages(request).str();
    }
    EXPECT_THAT(log(), IsEmpty());
    {
        Request request(site(), {.http = &http});
        messages::info(request, "shown");
        messages::info(request, "not shown");
        EXPECT_EQ(messages::get_messages(request)[0].message, "shown");
    }
    EXPECT_THAT(log(), ElementsAre(StartsWith("messages lost: 1; ")));
}

TEST_F(Losses, MessagesInASessionThatIsNotWritten) {
    for (const char* storage : {sessions, both}) {
        settings.message_storage = storage;
        end_site();
        {
            Request request(site(), {.session = &session, .http = &http});
            messages::info(request, "one");
        }
        EXPECT_THAT(log(), ElementsAre(HasSubstr(not_updated))) << storage;
        {
            Request request(site(), {.session = &session, .http = &http});
            messages::info(request, "one");
            request.update(response);
        }
        { const Request only_looked_at(site(), {.session = &session, .http = &http}); }
        {
            Request request(site(), {.session = &session, .http = &http});
            messages::get_messages(request).size();
        }
        EXPECT_THAT(log(), IsEmpty()) << storage;
    }
}

TEST_F(Losses, MiddlewareUpdatesAndSaysWhatIsLostAllTheSame) {
    settings.messages_delete_read = true;
    Middleware middleware(site());
    middleware(
        http,
        [](Request& request) {
            messages::info(request, "for nobody");
            return http::Response();
        },
        "shop"
    );
    EXPECT_THAT(log(), ElementsAre(StartsWith("shop: messages lost: 1, ")));

    settings.message_storage = both;
    end_site();
    Middleware keeps(site());
    keeps(http, [](Request& request) {
        messages::info(request, "for the cookie");
        return http::Response();
    });
    EXPECT_THAT(log(), IsEmpty());
}

TEST(LastResortLog, IsOfSitesWithoutASinkAndHasWarningsAlone) {
    testing::internal::CaptureStderr();
    {
        Site site(":memory:");
        site.migrate();
        Request request(site);
        messages::debug(request, "too low");
        messages::info(request, "for nobody");
    }
    EXPECT_THAT(
        testing::internal::GetCapturedStderr(),
        AllOf(StartsWith("drf-messages warning: messages lost: 1, "), testing::EndsWith("\n"))
    );
    testing::internal::CaptureStderr();
    {
        Site site(":memory:", {.log = no_log()});
        site.migrate();
        Request request(site);
        messages::info(request, "for nobody");
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LastResortLog, WritesALineEachWhateverIsInIt) {
    testing::internal::CaptureStderr();
    const LogSink log = last_resort_log();
    log(LogLevel::debug, "nothing");
    log(LogLevel::info, "nothing");
    log(LogLevel::warning, "GET /\x1b[2J\r\nforged");
    log(LogLevel::error, "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(
        testing::internal::GetCapturedStderr(),
        "drf-messages warning: GET /\\x1b[2J\\x0d\\x0aforged\n"
        "drf-messages error: gr\xc3\xbc\xc3\x9f\n"
    );
}

} // namespace
} // namespace drf_messages
