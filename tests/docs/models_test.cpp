// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <map>

namespace {

using testing::ElementsAre;
using testing::Pair;

class Models : public Page {
protected:
    MessageManager manager{site};
};

TEST_F(Models, AMessageKnowsItsLevelAndTakesTags) {
    messages::error(request, "The upload failed.", "upload");
    MessageQuerySet set =
        messages::get_messages(request).get_queryset();
    DjangoMessage shown;
    // [message]
    if (std::optional<Message> message = set.first()) {
        message->level_tag(); // "error"
        message->add_tag("files");
        message->add_tag({"retry", "later"});
        message->mark_read();
        shown = message->get_django_message();
    }
    // [/message]
    EXPECT_EQ(shown.tags(), "upload files retry later error");
    EXPECT_TRUE(set.first()->read_at);
}

TEST_F(Models, ATagIsARow) {
    messages::info(request, "Hello world!", {"a", "b"});
    const Message message = *manager.all().first();
    std::string texts;
    // [tags]
    for (const MessageTag& tag : message.tags()) {
        texts += tag.text + " ";
    }
    // [/tags]
    EXPECT_EQ(texts, "a b ");
}

TEST_F(Models, TheManagerAsksForNoLevelAndNoStorage) {
    // [manager]
    MessageManager manager(site);
    Message a = manager.create_message(
        request, "Hello world!", level::INFO, {"greeting"}
    );
    Message b = manager.create_user_message(
        ann, "Your export is ready.", level::SUCCESS
    );
    MessageQuerySet hers = manager.with_context(request);
    // [/manager]
    EXPECT_EQ(a.view, "profile:save");
    EXPECT_EQ(b.view, "");
    EXPECT_EQ(hers.count(), 2);
    try {
        manager.create_user_message(UserId{404}, "Hello", level::INFO);
        FAIL();
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.code(), errc::not_found);
    }
}

TEST_F(Models, AQuerySetCountsAndAggregates) {
    messages::warning(request, "one", "upload");
    messages::error(request, "two", {"upload", "files"});
    // [aggregate]
    MessageQuerySet set = manager.with_context(request);
    std::int64_t count = set.count();
    std::optional<Level> highest = set.max(field::level);
    std::optional<double> mean = set.avg(field::level);
    std::map<Level, std::int64_t> by_level = set.count_by(field::level);
    std::map<std::string, std::int64_t> by_tag =
        set.count_by(field::extra_tags);
    // [/aggregate]
    EXPECT_EQ(count, 2);
    EXPECT_EQ(highest, level::ERROR);
    EXPECT_EQ(mean, 35.0);
    EXPECT_THAT(by_level, ElementsAre(Pair(30, 1), Pair(40, 1)));
    EXPECT_THAT(
        by_tag, ElementsAre(Pair("files", 1), Pair("upload", 2))
    );
}

TEST_F(Models, AQuerySetIsChainedAndReadWhenAsked) {
    messages::warning(request, "The upload is slow.", "upload");
    MessageQuerySet set = manager.all();
    const std::vector<MessageId> ids = {MessageId{1}, MessageId{2}};
    std::string texts;
    // [chain]
    auto now = std::chrono::system_clock::now();
    set.filter(field::level.in({level::WARNING, level::ERROR}))
        .filter(field::created.range(now - std::chrono::hours(1), now))
        .filter(field::message.icontains("UPLOAD"))
        .filter(field::id.in(ids) || field::session_key.is_null())
        .exclude(field::extra_tags.startswith("debug"))
        .order_by(field::level.desc(), field::created.asc())
        .list();
    // [/chain]
    // [read]
    for (const Message& message : set) { // one statement
        texts += message.message;
    }
    set.exists();
    set.first();
    set.get(MessageId{7}); // absent: not in this set
    set[0];                // std::out_of_range beyond the end
    set.slice(10, 20);     // not read yet
    // [/read]
    EXPECT_EQ(
        set.filter(field::message.icontains("UPLOAD")).count(), 1
    );
    EXPECT_EQ(texts, "The upload is slow.");
    EXPECT_FALSE(set.get(MessageId{7}));
}

TEST_F(Models, ASliceIsNotChanged) {
    MessageQuerySet set = manager.all();
    EXPECT_THROW(set.limit(5).remove(), std::logic_error);
    EXPECT_THROW(
        set.limit(5).filter(field::level == level::INFO),
        std::logic_error
    );
    EXPECT_THROW(set.slice(-1), std::invalid_argument);
}

TEST_F(Models, TagsOfOneFilterConcernOneTag) {
    messages::info(request, "Hello world!", {"upload", "files"});
    MessageQuerySet set = manager.all();
    // [same_tag]
    MessageQuerySet none = set.filter(
        field::extra_tags.startswith("up") &&
        field::extra_tags.endswith("les")
    ); // one tag that does both
    MessageQuerySet one = set.filter(field::extra_tags == "upload")
                              .filter(field::extra_tags == "files");
    // [/same_tag]
    EXPECT_FALSE(none.exists());
    EXPECT_EQ(one.count(), 1);
}

TEST(ModelsAlone, AMessageThatNobodyReturnedKnowsNoDatabase) {
    Message message;
    try {
        message.mark_read();
        FAIL();
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(
            error.what(),
            "only a message that a query set or a manager returned "
            "knows its database"
        );
    }
}

} // namespace
