// SPDX-License-Identifier: MIT
// What the pages say about mistakes, in their tables.
#include "page.hpp"

#include <drf_messages/rest.hpp>

#include <fstream>

namespace {

using testing::HasSubstr;

template<class Error>
std::string what_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

Settings serving() {
    Settings settings;
    settings.secret_key = "a key";
    settings.database.name = ":memory:";
    return settings;
}

TEST(Mistakes, WithoutMigrateATableIsMissing) {
    Site site(":memory:");
    try {
        site.users().find("ann");
        FAIL();
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseErrorKind::schema);
    }
}

TEST(Mistakes, AUserWhoDoesNotExistIsRefused) {
    Site site(":memory:");
    site.migrate();
    Request request(site, {.user = UserId{404}});
    EXPECT_EQ(
        what_of<Refused>([&] {
            messages::info(request, "Hello world!");
        }),
        "not found"
    );
}

TEST(Mistakes, AnEndpointNeedsSettingsThatWork) {
    Settings settings;
    settings.database.name = ":memory:";
    Site site(settings);
    EXPECT_THAT(
        what_of<std::invalid_argument>([&] { Endpoint endpoint(site); }
        ),
        HasSubstr("SECRET_KEY must not be empty")
    );

    settings = serving();
    settings.rest_framework.default_permission_classes = {
        "myapp.permissions.Nobody"};
    EXPECT_THAT(
        what_of<std::invalid_argument>([&] {
            Site site(settings);
            Endpoint endpoint(site);
        }),
        HasSubstr("myapp.permissions.Nobody")
    );
}

TEST(Mistakes, AHostThatIsNotAllowedIsABadRequest) {
    Settings settings = serving();
    settings.allowed_hosts = {"example.com"};
    Site site(settings);
    Endpoint endpoint(site);
    http::Request request;
    request.target = "/messages/";
    request.headers.set("Host", "elsewhere.com");
    EXPECT_EQ(endpoint(request).status, 400);
}

TEST(Mistakes, OfStorages) {
    Settings settings = serving();
    settings.message_storage = "shop.Storage";
    EXPECT_EQ(
        what_of<std::invalid_argument>([&] {
            Site site(settings);
            Request request(site);
        }),
        "MESSAGE_STORAGE: \"shop.Storage\" is not available"
    );
    settings.message_storage =
        "django.contrib.messages.storage.session.SessionStorage";
    EXPECT_EQ(
        what_of<std::invalid_argument>([&] {
            Site site(settings);
            Request request(site);
        }),
        "MESSAGE_STORAGE: "
        "\"django.contrib.messages.storage.session.SessionStorage\" "
        "needs the "
        "request's session"
    );
    settings.message_storage =
        "django.contrib.messages.storage.cookie.CookieStorage";
    settings.secret_key.clear();
    EXPECT_EQ(
        what_of<std::invalid_argument>([&] {
            Site site(settings);
            Request request(site);
        }),
        "MESSAGE_STORAGE: messages in cookies need SECRET_KEY"
    );
}

TEST(Mistakes, OfNamesOfClasses) {
    class Anybody : public rest::Permission {};
    rest::Classes classes;
    classes.add<Anybody>("myapp.Anybody");
    for (const char* name :
         {"", "myapp.Anybody", "rest_framework.permissions.AllowAny"}) {
        EXPECT_THROW(classes.add<Anybody>(name), std::invalid_argument)
            << name;
    }
}

TEST(Mistakes, APaginationClassIsOneNameNotAList) {
    const std::string path =
        testing::TempDir() + "docs_mistakes_settings.toml";
    std::ofstream(path
    ) << "SECRET_KEY = \"a key\"\n"
         "[CLASSES.\"myapp.views.MyMessagesViewSet\"]\n"
         "base = \"drf_messages.views.MessagesViewSet\"\n"
         "pagination_class = "
         "[\"rest_framework.pagination.LimitOffsetPagination\"]\n";
    const std::string problems = what_of<std::exception>([&] {
        Site site(load_settings(path));
        Endpoint endpoint(site);
    });
    EXPECT_THAT(problems, HasSubstr("pagination_class"));
}

TEST_F(Page, AQuerySetAfterASlice) {
    const MessageQuerySet slice = MessageManager(site).all().limit(5);
    EXPECT_THROW(slice.filter(field::level == 20), std::logic_error);
    EXPECT_THROW(slice.order_by(), std::logic_error);
    EXPECT_THROW(slice.last(), std::logic_error);
    EXPECT_THROW(slice.mark_read(), std::logic_error);
    EXPECT_THROW(slice.remove(), std::logic_error);
    EXPECT_THROW(slice[99], std::out_of_range);
    EXPECT_EQ(
        what_of<std::invalid_argument>([&] { slice.slice(-1); }),
        "a query set does not count from the end"
    );
}

} // namespace
