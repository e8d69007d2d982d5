// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <map>
#include <sstream>

namespace {

class Storage : public Page {
protected:
    MessageStorage storage = messages::get_messages(request);
};

TEST_F(Storage, HasTheLevelOfItsRequest) {
    // [level]
    messages::set_level(request, messages::DEBUG);
    // is the same as
    MessageStorage storage = messages::get_messages(request);
    storage.set_level(messages::DEBUG);
    // [/level]
    EXPECT_EQ(storage.level(), messages::DEBUG);
}

TEST_F(Storage, KnowsWhetherItWasUsed) {
    messages::info(request, "Hello world!");
    // [used]
    MessageStorage storage = messages::get_messages(request);
    for (const DjangoMessage& message : storage) {
        std::string text = message.message;
    }
    storage.set_used(false); // update() deletes nothing
    // [/used]
    EXPECT_FALSE(storage.used());
    for (const DjangoMessage& message : storage) {
        FAIL() << message;
    }
}

TEST_F(Storage, IsACollection) {
    messages::info(request, "Hello world!");
    const DjangoMessage hello{level::INFO, "Hello world!", {}};
    // [marks_nothing]
    storage.size();
    storage.empty(); // and if (storage)
    storage.contains(hello);
    storage.contains("Hello world!");
    storage.contains(messages::INFO);
    storage.repr();
    // [/marks_nothing]
    EXPECT_TRUE(storage);
    EXPECT_TRUE(storage.contains(hello));
    EXPECT_TRUE(storage.contains("Hello world!"));
    EXPECT_TRUE(storage.contains(messages::INFO));
    EXPECT_FALSE(storage.contains("Hello"));
    EXPECT_EQ(storage.repr(), "Hello world!");
    EXPECT_FALSE(storage.used());

    messages::info(request, "second");
    messages::info(request, "third");
    messages::info(request, "fourth");
    // [marks]
    storage[1];
    storage.slice(0, 2);
    storage.str(); // and stream << storage
    // [/marks]
    EXPECT_TRUE(storage.empty());
    EXPECT_TRUE(storage.used());
}

TEST_F(Storage, RefusesWhatIsNotThere) {
    EXPECT_THROW(storage[0], std::out_of_range);
    try {
        storage[-1];
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(
            error.what(), "stored messages do not count from the end"
        );
    }
}

TEST_F(Storage, LeavesMessagesAndEndsTheRequest) {
    // [methods]
    storage.add(level::INFO, "Hello world!", {"greeting"});
    storage.get_queryset();
    storage.get_unread_queryset();

    http::Response response;
    storage.update(response);
    // [/methods]
    EXPECT_EQ(unread(), "Hello world!");
}

/// A session of the application's framework.
// [session_data]
class MySession : public SessionData {
public:
    std::optional<std::string> session_key() const override {
        return "of your framework";
    }
    std::optional<std::string> get(std::string_view name) override {
        auto found = values_.find(name);
        return found == values_.end() ? std::nullopt
                                      : std::optional(found->second);
    }
    void set(std::string_view name, std::string_view value) override {
        values_.insert_or_assign(std::string(name), value);
    }
    void erase(std::string_view name) override {
        values_.erase(std::string(name));
    }

private:
    std::map<std::string, std::string, std::less<>> values_;
};
// [/session_data]

TEST(StorageInASession, WaitsThereForTheNextPage) {
    // [choose]
    Settings settings;
    settings.message_storage =
        "django.contrib.messages.storage.session.SessionStorage";
    // [/choose]
    settings.secret_key = "a key";
    settings.database.name = ":memory:";
    Site site(settings);
    MySession session;
    std::string page;
    // [session]
    {
        Request request(site, {.session = &session});
        messages::success(request, "Your order is on its way.");
        http::Response response;
        request.update(response);
    }
    Request next(site, {.session = &session});
    for (const DjangoMessage& message : messages::get_messages(next)) {
        page += message.message;
    }
    // [/session]
    EXPECT_EQ(page, "Your order is on its way.");
    EXPECT_THROW(Request(site, {}), std::invalid_argument);
}

TEST(StorageInACookie, TravelsWithTheAnswers) {
    Settings settings;
    settings.message_storage =
        "django.contrib.messages.storage.cookie.CookieStorage";
    settings.secret_key = "a key";
    settings.database.name = ":memory:";
    Site site(settings);
    const http::Request http;
    http::Response response;
    // [cookie]
    Request request(site, {.http = &http});
    messages::info(request, "Welcome!");
    request.update(response); // sets the cookie
    // [/cookie]
    EXPECT_TRUE(response.headers.find("Set-Cookie")
                    .value_or("")
                    .starts_with("messages="));
}

TEST(StorageOfAPage, IsOpenedAndUpdatedByTheMiddleware) {
    Settings settings;
    settings.secret_key = "a key";
    settings.allowed_hosts = {"example.com"};
    settings.database.name = ":memory:";
    Site site(settings);
    site.migrate();
    http::Request http_request;
    http_request.headers.set("Host", "example.com");
    // [middleware]
    Middleware middleware(site);

    http::Response response = middleware(
        http_request,
        [](Request& request) {
            messages::info(request, "Hello world!");
            http::Response page;
            page.body = messages::get_messages(request).str();
            return page;
        },
        "profile:show"
    );
    // [/middleware]
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "Hello world!");
}

TEST_F(Storage, OfALoginPageOfYourOwnNeedsTheUser) {
    site.users().set_password(ann, "secret");
    std::string password = "wrong";
    std::string address = "192.0.2.1";
    std::string answer;
    const auto log_in = [&] {
        // [authenticate]
        try {
            if (std::optional<UserId> user = site.users().authenticate(
                    "ann", password, address
                )) {
                std::ostringstream text;
                text << "Welcome, number " << *user << ".";
                answer = text.str();
            } else {
                answer = "Wrong name or password.";
            }
        } catch (const TooManyAttempts& error) {
            answer = error.what(); // and error.retry_after()
        }
        // [/authenticate]
    };
    for (int i = 0; i < 10; ++i) {
        log_in();
        EXPECT_EQ(answer, "Wrong name or password.");
    }
    log_in();
    EXPECT_THAT(answer, testing::StartsWith("Too many attempts"));
    password = "secret";
    address = "192.0.2.2";
    log_in();
    EXPECT_THAT(answer, testing::StartsWith("Welcome, number "));
}

} // namespace
