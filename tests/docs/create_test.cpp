// SPDX-License-Identifier: MIT
#include "page.hpp"

namespace {

using testing::ElementsAre;

class Create : public Page {};

TEST_F(Create, ShortcutsLeaveMessagesOfTheirLevel) {
    // [shortcuts]
    messages::info(request, "Hello world!");
    messages::success(request, "Your profile was updated.");
    messages::warning(request, "Your account expires soon.");
    messages::error(request, "The upload failed.");
    // [/shortcuts]
    EXPECT_EQ(messages::get_messages(request).size(), 4U);
}

TEST_F(Create, ExtraTagsAreATextOrAList) {
    // [tags]
    messages::info(request, "Hello world!", "debug");
    messages::info(request, "Hello world!", {"debug", "test"});
    // [/tags]
    const auto shown = messages::get_messages(request).slice(0, 2);
    EXPECT_EQ(shown.at(0).tags(), "debug test info");
    EXPECT_EQ(shown.at(1).tags(), "debug info");
}

TEST_F(Create, ALevelOfOnesOwnIsANumber) {
    // [own_level]
    constexpr Level CRITICAL = 50;
    messages::add_message(request, CRITICAL, "The disk is full.");
    // [/own_level]
    EXPECT_TRUE(messages::get_messages(request).contains(CRITICAL));
}

TEST(CreateSettings, NameLevelsAndTheLowestThatIsKept) {
    // [level_settings]
    Settings settings;
    settings.message_level = messages::INFO; // the default
    settings.level_tags.emplace_back(50, "critical");
    settings.database.name = ":memory:";
    Site site(settings);
    // [/level_settings]
    site.migrate();
    Request request(site, {.user = site.users().create_user("ann")});
    messages::debug(request, "ignored");
    messages::add_message(request, 50, "The disk is full.");
    EXPECT_EQ(messages::get_messages(request)[0].level_tag, "critical");
    EXPECT_TRUE(messages::get_messages(request).empty());
}

TEST_F(Create, ARequestMayHaveALevelOfItsOwn) {
    // [set_level]
    messages::set_level(request, messages::DEBUG);
    messages::debug(request, "Cache rebuilt."); // recorded

    messages::set_level(request, messages::WARNING);
    messages::success(request, "Profile updated.");     // ignored
    messages::warning(request, "Account will expire."); // recorded

    messages::set_level(request, std::nullopt); // MESSAGE_LEVEL again
    // [/set_level]
    EXPECT_EQ(unread(), "Account will expire., Cache rebuilt.");
    EXPECT_EQ(messages::get_level(request), messages::INFO);
}

TEST_F(Create, VisitorsWhoAreNobodyHaveMessagesInMemory) {
    // [anonymous]
    Request visitor(site); // no user
    messages::info(visitor, "Welcome!");

    messages::get_messages(visitor).size();                 // 1
    messages::get_messages(visitor).get_queryset().count(); // 0
    // [/anonymous]
    EXPECT_EQ(messages::get_messages(visitor).size(), 1U);
    EXPECT_EQ(
        messages::get_messages(visitor).get_queryset().count(), 0
    );
    EXPECT_EQ(MessageManager(site).all().count(), 0);
}

TEST_F(Create, TooLongTextIsRefused) {
    const std::string text(message_max_length + 1, 'x');
    std::string answer;
    // [refused]
    try {
        messages::info(request, text);
    } catch (const Refused& refused) {
        if (refused.code() == errc::text_too_long) {
            answer = refused.what();
        }
    }
    // [/refused]
    EXPECT_EQ(answer, "the text is longer than 1024 characters");
    EXPECT_EQ(unread(), "");
}

TEST(CreateWithoutStorage, FailsUnlessSilently) {
    Settings settings;
    settings.database.name = ":memory:";
    std::erase(
        settings.middleware,
        "django.contrib.messages.middleware.MessageMiddleware"
    );
    Site site(settings);
    site.migrate();
    Request request(site, {.user = site.users().create_user("ann")});
    // [fail_silently]
    messages::info(request, "Hello world!", {}, true);
    // [/fail_silently]
    EXPECT_THROW(
        messages::info(request, "Hello world!"), MessageFailure
    );
}

TEST_F(Create, WorkAndItsMessageAreOneTransaction) {
    site.transaction([](Transaction& transaction) {
        transaction.execute(
            "CREATE TABLE account (id integer, name text)"
        );
        transaction.execute("INSERT INTO account VALUES (7, 'old')");
    });
    const std::int64_t id = 7;
    const std::string name = "Ann";
    // [transaction]
    site.transaction([&](Transaction& transaction) {
        transaction.execute(
            "UPDATE account SET name = ? WHERE id = ?", {name, id}
        );
        Request inner(transaction, request);
        messages::success(inner, "Your account was renamed.");
    });
    // [/transaction]
    EXPECT_EQ(unread(), "Your account was renamed.");
    EXPECT_THROW(
        site.transaction([&](Transaction&) {
            messages::success(request, "outside");
        }),
        std::logic_error
    );

    const auto failing = [&](Transaction& transaction) {
        Request inner(transaction, request);
        messages::success(inner, "never seen");
        throw std::runtime_error("undo");
    };
    EXPECT_THROW(site.transaction(failing), std::runtime_error);
    EXPECT_EQ(unread(), "Your account was renamed.");
}

} // namespace
