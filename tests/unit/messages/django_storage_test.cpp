// SPDX-License-Identifier: MIT
#include "http/cookies.hpp"
#include "memory_session.hpp"
#include "messages/make_storage.hpp"
#include "messages/query_set_factory.hpp"
#include "messages/request_state.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using messages::Reading;
using messages::Storage;
using testing::ElementsAre;
using testing::IsEmpty;

/// A visitor, whose browser brings back the cookie that it got.
class DjangoStorage : public testing::TestWithParam<const char*> {
protected:
    DjangoStorage() {
        settings.secret_key = "a-key-of-the-tests";
        settings.message_storage = "django.contrib.messages.storage." + std::string(GetParam());
    }

    std::unique_ptr<Storage> storage() {
        return messages::make_storage(database, {{}, "", cookie, &session});
    }
    /// The end of a request; how many messages had no room.
    std::size_t answer(Storage& storage) {
        http::Response response;
        const std::size_t lost = storage.update(&response).size();
        if (const auto field = response.headers.find("Set-Cookie")) {
            const auto cookies = http::parse_cookies(*field);
            cookie = cookies.at("messages");
        }
        return lost;
    }
    void leave(std::initializer_list<const char*> texts) {
        const auto request = storage();
        for (const char* text : texts) {
            request->add(20, text).value();
        }
        EXPECT_EQ(answer(*request), 0U);
    }
    /// What the next request finds.
    std::string waiting() { return storage()->repr(); }

    static std::vector<std::string> texts(const std::vector<DjangoMessage>& messages) {
        std::vector<std::string> result;
        for (const DjangoMessage& message : messages) {
            result.push_back(message.message);
        }
        return result;
    }

    test::Given given;
    Settings settings;
    std::vector<std::string> log;
    test::ConnectionAccess database{
        given.connection(), settings, given.clock(), [this](LogLevel, std::string_view line) {
            log.emplace_back(line);
        }};
    test::MemorySession session;
    std::optional<std::string> cookie;
};

TEST_P(DjangoStorage, KeepsMessagesUntilTheyAreShown) {
    leave({"one", "two"});
    const auto looking = storage();
    EXPECT_EQ(looking->size(), 2U);
    EXPECT_FALSE(looking->empty());
    EXPECT_TRUE(looking->contains("one"));
    EXPECT_TRUE(looking->contains(20));
    EXPECT_TRUE(looking->contains(DjangoMessage{20, "two", "other tags"}));
    EXPECT_FALSE(looking->contains("three"));
    EXPECT_FALSE(looking->contains(30));
    EXPECT_FALSE(looking->contains(DjangoMessage{30, "two", ""}));
    EXPECT_EQ(looking->repr(), "one, two");
    answer(*looking);
    EXPECT_EQ(waiting(), "one, two");

    const auto showing = storage();
    const Reading reading = showing->read();
    EXPECT_THAT(texts(reading.messages), ElementsAre("one", "two"));
    EXPECT_EQ(reading.messages[0].level_tag, "info");
    showing->finish_reading(reading);
    EXPECT_TRUE(showing->used);
    answer(*showing);
    EXPECT_EQ(waiting(), "");
    EXPECT_TRUE(session.values.empty());
}

TEST_P(DjangoStorage, KeepsWhatArrivesWhileOthersAreShown) {
    leave({"one"});
    const auto request = storage();
    request->add(20, "two").value();
    const Reading reading = request->read();
    request->add(20, "three").value();
    // Somebody else begins to look, and sees the third; it is not shown by the first.
    EXPECT_EQ(request->read().messages.size(), 3U);
    request->finish_reading(reading);
    answer(*request);
    EXPECT_EQ(waiting(), "three");
}

TEST_P(DjangoStorage, SaysWhatASessionDoesNotTakeThatIsNotWritten) {
    leave({"one", "two"});
    const auto before = session.values;
    session.read_only = true;
    const auto request = storage();
    EXPECT_EQ(request->at(0)->message, "one");
    request->add(20, "three").value();
    const bool in_session = std::string(GetParam()) == "session.SessionStorage";
    EXPECT_EQ(answer(*request), in_session ? 1U : 0U);
    EXPECT_EQ(session.values, before);
    EXPECT_EQ(waiting(), in_session ? "one, two" : "two, three");
}

TEST_P(DjangoStorage, KeepsAllWhenAnIterationIsLeft) {
    leave({"one", "two"});
    const auto request = storage();
    EXPECT_EQ(request->read().messages.size(), 2U);
    answer(*request);
    EXPECT_EQ(waiting(), "one, two");
}

TEST_P(DjangoStorage, TakesAwayOnlyWhatIndexAndSliceHaveShown) {
    leave({"0", "1", "2", "3", "4"});
    const auto request = storage();
    EXPECT_EQ(request->at(-1)->message, "4");
    EXPECT_EQ(request->at(0)->message, "0");
    EXPECT_FALSE(request->at(5));
    EXPECT_FALSE(request->at(-6));
    EXPECT_THAT(texts(request->slice(1, 4, 2)), ElementsAre("1", "3"));
    EXPECT_THROW(request->slice({}, {}, 0), std::invalid_argument);
    request->add(20, "5").value();
    answer(*request);
    EXPECT_EQ(waiting(), "2, 5");

    // As long as nobody takes the mark back.
    const auto other = storage();
    other->at(0);
    other->used = false;
    other->add(20, "6").value();
    answer(*other);
    EXPECT_EQ(waiting(), "2, 5, 6");
}

TEST_P(DjangoStorage, ForgetsEverythingAfterAWithBlockOrItsText) {
    leave({"one"});
    const auto request = storage();
    request->add(20, "two").value();
    EXPECT_EQ(request->str(), "one, two");
    answer(*request);
    EXPECT_EQ(waiting(), "");

    leave({"three"});
    const auto other = storage();
    other->mark_all_read();
    answer(*other);
    EXPECT_EQ(waiting(), "");
}

TEST_P(DjangoStorage, ObeysTheLevelAndRefusesBrokenText) {
    const auto request = storage();
    request->add(20, "").value();
    request->add(10, "debug").value();
    request->set_level(10);
    request->add(10, "now it counts", {"a", "b"}).value();
    request->set_level({});
    EXPECT_EQ(request->level(), 20);
    EXPECT_EQ(request->add(20, "\xff").error(), errc::invalid_utf8);
    EXPECT_EQ(request->add(20, "x", {"\xff"}).error(), errc::invalid_utf8);
    EXPECT_THAT(request->read().messages, ElementsAre(DjangoMessage{10, "now it counts", "a b"}));
    EXPECT_EQ(request->at(0)->tags(), "a b debug");
    EXPECT_EQ(log.size(), 2U);
}

TEST_P(DjangoStorage, TakesNothingFromBrokenStores) {
    cookie = "no cookie of ours:x:y";
    session.values["_messages"] = "[[[";
    const auto request = storage();
    EXPECT_EQ(request->size(), 0U);
    request->add(20, "one").value();
    answer(*request);
    EXPECT_EQ(waiting(), "one");
}

TEST_P(DjangoStorage, LosesNothingWhenAQuerySetMarksRows) {
    const UserId ann = given.user("ann");
    given.message(ann, "stored");
    leave({"waiting"});
    auto request = std::make_shared<messages::RequestState>();
    request->database = std::shared_ptr<messages::DatabaseAccess>(&database, [](auto*) {});
    request->viewer.user = ann;
    request->owned_storage = storage();
    request->storage = request->owned_storage.get();
    EXPECT_EQ(messages::query_set_of(request).mark_read(), 1);
    answer(*request->storage);
    EXPECT_EQ(waiting(), "waiting");
}

TEST_P(DjangoStorage, IsNotThereWithoutWhatItNeeds) {
    if (messages::needs_session(settings.message_storage)) {
        EXPECT_THROW(messages::make_storage(database, {}), std::invalid_argument);
    } else {
        settings.secret_key.clear();
        EXPECT_THROW(storage(), std::invalid_argument);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    DjangoStorage,
    testing::Values("cookie.CookieStorage", "session.SessionStorage", "fallback.FallbackStorage"),
    [](const auto& kind) {
        const std::string name = kind.param;
        return name.substr(name.find('.') + 1);
    }
);

class CookieStorage : public DjangoStorage {};

TEST_P(CookieStorage, LeavesOutTheOldestOfThousandsThatDoNotFit) {
    const auto request = storage();
    for (int i = 0; i < 5'000; ++i) {
        request->add(20, "message " + std::to_string(i)).value();
    }
    const std::size_t lost = answer(*request);
    EXPECT_GT(lost, 3'000U);
    EXPECT_LE(cookie->size(), 2'048U);
    const auto next = storage();
    EXPECT_EQ(next->size(), 5'000U - lost);
    EXPECT_TRUE(next->contains("message 4999"));
}

TEST_P(CookieStorage, IsDeletedWhenItIsNotOurs) {
    cookie = "no cookie of ours:x:y";
    const auto request = storage();
    EXPECT_TRUE(request->empty());
    EXPECT_TRUE(request->used);
    answer(*request);
    EXPECT_EQ(cookie, "");
}

TEST_P(CookieStorage, StaysAsItIsWithoutAnAnswer) {
    const auto request = storage();
    request->add(20, "one").value();
    EXPECT_THAT(texts(request->update(nullptr)), ElementsAre("one"));
}

INSTANTIATE_TEST_SUITE_P(
    Cookie,
    CookieStorage,
    testing::Values("cookie.CookieStorage"),
    [](const auto&) { return "CookieStorage"; }
);

TEST(MessageCookie, IsFoundAmongTheOthersOfARequest) {
    http::Request request;
    EXPECT_FALSE(messages::message_cookie(request));
    request.headers.add("cookie", "sessionid=x; messages=first");
    request.headers.add("Cookie", "messages=\"the:last\"; other=1");
    EXPECT_EQ(messages::message_cookie(request), "the:last");
}

} // namespace
} // namespace drf_messages
