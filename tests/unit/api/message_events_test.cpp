// SPDX-License-Identifier: MIT
#include "api/resource/message_events.hpp"
#include "api/wire/event_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drf_messages::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const UserId ann{std::int64_t{1}};

store::FeedRow row(std::int64_t position, std::int64_t message, ChangeKind kind) {
    return {position, ann, std::nullopt, MessageId{message}, kind};
}

ShownChanges shown(std::vector<std::pair<std::int64_t, Level>> messages) {
    ShownChanges shown;
    shown.summary = R"({"count":1})";
    for (const auto& [id, level] : messages) {
        shown.messages.emplace(
            MessageId{id}, ShownMessage{"{\"id\":" + std::to_string(id) + "}", level}
        );
    }
    return shown;
}

/// "created e-3 {…}"; without a state "created - {…}".
std::vector<std::string> told(
    const std::vector<store::FeedRow>& rows,
    const ShownChanges& shown,
    std::optional<Level> least_level = std::nullopt
) {
    std::vector<std::string> lines;
    for (const auto& event : message_events(rows, "e", shown, least_level)) {
        lines.push_back(
            std::string(live::StreamCounts::event_names[event.event]) + " " +
            (event.state ? event.state->str() : "-") + " " + event.data
        );
    }
    return lines;
}

TEST(MessageEvents, SayOfEachMessageWhatItIsNow) {
    EXPECT_THAT(
        told(
            {row(3, 7, ChangeKind::created),
             row(4, 8, ChangeKind::changed),
             row(5, 9, ChangeKind::deleted)},
            shown({{7, 20}, {8, 20}})
        ),
        ElementsAre(
            R"(created e-3 {"message":{"id":7},"count":1})",
            R"(updated e-4 {"message":{"id":8},"count":1})",
            R"(destroyed e-5 {"ids":[9],"count":1})"
        )
    );
}

TEST(MessageEvents, SayEachMessageOnce) {
    EXPECT_THAT(
        told(
            {row(3, 7, ChangeKind::created),
             row(4, 7, ChangeKind::changed),
             row(5, 8, ChangeKind::created),
             row(6, 8, ChangeKind::deleted)},
            shown({{7, 20}})
        ),
        ElementsAre(
            R"(created e-4 {"message":{"id":7},"count":1})",
            R"(destroyed e-6 {"ids":[8],"count":1})"
        )
    );
}

TEST(MessageEvents, HaveAStateOnlyWhereNothingBehindItWasToldBefore) {
    EXPECT_THAT(
        told(
            {row(3, 7, ChangeKind::created),
             row(4, 8, ChangeKind::created),
             row(5, 7, ChangeKind::changed),
             row(6, 9, ChangeKind::created)},
            shown({{7, 20}, {8, 20}, {9, 20}})
        ),
        ElementsAre(
            R"(created - {"message":{"id":7},"count":1})",
            R"(created e-5 {"message":{"id":8},"count":1})",
            R"(created e-6 {"message":{"id":9},"count":1})"
        )
    );
}

TEST(MessageEvents, SayThatWhatIsNotSeenAnyMoreIsGone) {
    EXPECT_THAT(
        told({row(3, 7, ChangeKind::created), row(4, 8, ChangeKind::changed)}, shown({})),
        ElementsAre(R"(destroyed e-4 {"ids":[8],"count":1})")
    );
}

TEST(MessageEvents, LeaveOutNewMessagesOfALowerLevel) {
    const std::vector rows = {
        row(3, 7, ChangeKind::created),
        row(4, 8, ChangeKind::created),
        row(5, 9, ChangeKind::changed)};
    EXPECT_THAT(
        told(rows, shown({{7, 30}, {8, 20}, {9, 20}}), Level{30}),
        ElementsAre(
            R"(created e-3 {"message":{"id":7},"count":1})",
            R"(updated e-5 {"message":{"id":9},"count":1})"
        )
    );
    // whoever hears of none hears that the badge is another one
    EXPECT_THAT(
        told({rows[1]}, shown({{8, 20}}), Level{30}), ElementsAre(R"(badge e-4 {"count":1})")
    );
}

TEST(MessageEvents, SayNothingOfWhatIsNewAndNotSeen) {
    EXPECT_THAT(told({row(3, 7, ChangeKind::created)}, shown({}), Level{30}), IsEmpty());
}

TEST(AnEventStream, WritesEachLineOfTheDataAsOne) {
    std::string text = event_stream::retry(std::chrono::milliseconds(3120));
    event_stream::append(text, "e-1", "hello", "{}");
    event_stream::append(text, "", "created", "{\n  1\n}");
    EXPECT_EQ(
        text,
        "retry: 3120\n\n"
        "id: e-1\nevent: hello\ndata: {}\n\n"
        "event: created\ndata: {\ndata:   1\ndata: }\n\n"
    );
}

} // namespace
} // namespace drf_messages::api
