// SPDX-License-Identifier: MIT
#include "unit/api/feed_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drf_messages::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Changes : public test::FeedSite {};

TEST_F(Changes, TellWhereAUserStandsWhoNamesNoState) {
    given.message(ann, "hi");
    number();
    const auto response = get("/messages/changes/");
    EXPECT_EQ(response.body, "{\"new_state\":\"" + state() + "\"}");
    EXPECT_EQ(get("/messages/changes/?since=").body, response.body);
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
    EXPECT_THAT(changes(state()), testing::SizeIs(9));
}

TEST_F(Changes, AreWholeMessagesAndTheBadgeAndMarkNothing) {
    given.message(ann, "old");
    number();
    const auto since = state();
    const MessageId created = given.message(ann, "new").level(30);
    number();
    const auto answer = changes(since);
    EXPECT_EQ(
        boost::json::serialize(answer),
        "{\"old_state\":\"" + since + "\",\"new_state\":\"" + state() +
            "\",\"has_more\":false,\"created\":[" +
            get("/messages/" + std::to_string(created.value) + "/?mark=false").body +
            "],\"updated\":[],\"destroyed\":[],\"count\":2,\"max_level\":30,"
            "\"max_level_tag\":\"warning\"}"
    );
    EXPECT_EQ(get("/messages/peek/").body.substr(0, 10), "{\"count\":2");
    EXPECT_EQ(text(changes(state()), "new_state"), state());
}

TEST_F(Changes, SayOnceWhatHasBecomeOfAMessage) {
    const MessageId read = given.message(ann, "is read");
    const MessageId gone = given.message(ann, "is deleted");
    number();
    const auto since = state();
    const MessageId both = given.message(ann, "created and read");
    const MessageId never = given.message(ann, "created and deleted");
    mark(read);
    mark(both);
    mark(gone);
    erase(gone);
    erase(never);
    number();
    const auto answer = changes(since);
    EXPECT_THAT(ids_of(answer, "created"), ElementsAre(both.value));
    EXPECT_THAT(ids_of(answer, "updated"), ElementsAre(read.value));
    EXPECT_THAT(
        ids_of(answer, "destroyed"), testing::UnorderedElementsAre(gone.value, never.value)
    );
}

TEST_F(Changes, TellOfTags) {
    const MessageId message = given.message(ann, "hi").tag("first");
    number();
    const auto since = state();
    test::run(given.connection(), "UPDATE drf_messages_messagetag SET text = 'second'");
    const auto answer = changes(since);
    ASSERT_THAT(ids_of(answer, "updated"), ElementsAre(message.value));
    EXPECT_THAT(boost::json::serialize(answer.at("updated")), HasSubstr("\"second\""));
}

TEST_F(Changes, NumberFirstWhatHasNoPosition) {
    number();
    const auto since = state();
    const MessageId message = given.message(ann, "committed, not numbered");
    EXPECT_THAT(ids_of(changes(since), "created"), ElementsAre(message.value));
    EXPECT_FALSE(store::standing(given.connection(), ann)->pending);
}

TEST_F(Changes, ComeInPartsThatEachEndAtAState) {
    number();
    auto at = state();
    std::vector<std::int64_t> sent;
    for (int i = 0; i < 7; ++i) {
        sent.push_back(given.message(ann, "one of seven").number());
    }
    number();
    std::vector<std::int64_t> got;
    bool has_more = true;
    int parts = 0;
    while (has_more && parts < 10) {
        const auto part = changes(at, "&limit=3");
        for (const auto id : ids_of(part, "created")) {
            got.push_back(id);
        }
        EXPECT_EQ(text(part, "old_state"), at);
        at = text(part, "new_state");
        has_more = part.at("has_more").as_bool();
        ++parts;
    }
    EXPECT_EQ(got, sent);
    EXPECT_EQ(parts, 3);
    EXPECT_EQ(at, state());
}

TEST_F(Changes, OfASessionAreItsOwnAndThoseOfNone) {
    site.settings.messages_use_sessions = true;
    number();
    const auto since = state();
    const MessageId none = given.message(ann, "in no session");
    given.message(ann, "of another session").session("another");
    number();
    const auto answer = changes(since);
    // A message that gets a session may have been anybody's until then: it is out of sight now.
    EXPECT_THAT(ids_of(answer, "created"), ElementsAre(none.value));
    EXPECT_THAT(ids_of(answer, "updated"), IsEmpty());
    EXPECT_EQ(text(answer, "new_state"), state());
}

TEST_F(Changes, AreNobodyElses) {
    const UserId bob = given.user("bob");
    number();
    const auto since = state();
    given.message(bob, "not ann's");
    number();
    const auto answer = changes(since);
    EXPECT_THAT(ids_of(answer, "created"), IsEmpty());
    EXPECT_EQ(text(answer, "new_state"), since);
}

TEST_F(Changes, OfAnUnknownPastAreGoneAndSayWhereToGoOn) {
    given.message(ann, "hi");
    number();
    const auto ahead = MessageState{MessageState::parse(state())->epoch, 1'000'000}.str();
    for (const std::string& unknown : {std::string("another-1"), ahead}) {
        const auto response = get("/messages/changes/?since=" + unknown);
        EXPECT_EQ(response.status, 410) << response.body;
        const auto answer = boost::json::parse(response.body).as_object();
        EXPECT_EQ(text(answer, "code"), "state_expired");
        EXPECT_EQ(text(answer, "state"), state());
    }
}

TEST_F(Changes, OfTooMuchAreGone) {
    site.settings.live.replay_limit = 3;
    number();
    const auto since = state();
    for (int i = 0; i < 3; ++i) {
        given.message(ann, "one of three");
    }
    number();
    EXPECT_EQ(get("/messages/changes/?since=" + since).status, 200);
    given.message(ann, "the fourth");
    number();
    EXPECT_EQ(get("/messages/changes/?since=" + since).status, 410);
}

TEST_F(Changes, RefuseWhatIsNoQuestion) {
    for (const auto& [query, body] : std::vector<std::pair<std::string, std::string>>{
             {"since=nonsense", "{\"since\":[\"Not a valid state.\"]}"},
             {"since=k3-01", "{\"since\":[\"Not a valid state.\"]}"},
             {"limit=x", "{\"limit\":[\"A valid integer is required.\"]}"},
             {"limit=0", "{\"limit\":[\"Ensure this value is greater than or equal to 1.\"]}"},
             {"wait=-1&limit=-99999999999999999999",
              "{\"limit\":[\"Ensure this value is greater than or equal to 1.\"],"
              "\"wait\":[\"Ensure this value is greater than or equal to 0.\"]}"},
         }) {
        const auto response = get("/messages/changes/?" + query);
        EXPECT_EQ(response.status, 400) << query;
        EXPECT_EQ(response.body, body) << query;
    }
    EXPECT_EQ(get("/messages/changes/?limit=99999999999999999999&wait=100").status, 200);
}

TEST_F(Changes, AreNotForNobody) {
    const auto response = answer(request("GET", "/messages/changes/"));
    EXPECT_EQ(response.status, 401);
}

TEST_F(Changes, AreAnIdWithoutTheExtension) {
    site.settings.messages_extensions = {};
    EXPECT_EQ(get("/messages/changes/").status, 404);
}

TEST_F(Changes, NeedTheFeed) {
    schema::remove_feed(given.connection());
    EXPECT_EQ(get("/messages/changes/").status, 503);
    EXPECT_THAT(log, testing::Contains(HasSubstr("drf-messages live on")));
}

TEST_F(Changes, FollowAListWithoutAGap) {
    given.message(ann, "first");
    const auto list = get("/messages/?mark=false");
    const auto since = header(list, "Messages-State");
    const MessageId second = given.message(ann, "second");
    EXPECT_THAT(ids_of(changes(since), "created"), testing::Contains(second.value));
    EXPECT_EQ(header(get("/messages/peek/"), "Messages-State"), state());
    site.settings.messages_extensions = {.conditional = true};
    EXPECT_EQ(header(get("/messages/"), "Messages-State"), "(absent)");
}

} // namespace
} // namespace drf_messages::api
