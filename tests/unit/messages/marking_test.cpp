// SPDX-License-Identifier: MIT
#include "messages/marking.hpp"
#include "query_set_test.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Marking : public test::QuerySetTest {
protected:
    std::vector<std::string> unread() {
        return test::rows(
            given.connection(),
            "SELECT id FROM drf_messages_message WHERE read_at IS NULL ORDER BY id",
            1
        );
    }
    std::vector<std::int64_t> mark(const MessageQuerySet& set, const messages::Marking& marking) {
        std::vector<std::int64_t> ids;
        for (const MessageId id : messages::mark(set, marking).value()) {
            ids.push_back(id.value);
        }
        return ids;
    }
};

TEST_F(Marking, SaysWhatHasChanged) {
    some_messages();
    EXPECT_THAT(mark(set(), {.ids = {{{1}, {2}, {6}, {99}}}}), ElementsAre(1));
    EXPECT_THAT(mark(set(), {.ids = {{{1}, {2}}}}), IsEmpty());
    EXPECT_THAT(unread(), ElementsAre("3", "5", "6"));
    EXPECT_THAT(mark(set(), {.read = false, .ids = {{{2}, {5}}}}), ElementsAre(2));
    EXPECT_THAT(mark(set().filter(field::level == 40), {}), ElementsAre(3));
    EXPECT_THAT(mark(set(), {}), ElementsAre(2, 5));
    EXPECT_THAT(unread(), ElementsAre("6"));
    EXPECT_THAT(mark(set(), {.read = false}), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(mark(set().none(), {}), IsEmpty());
    EXPECT_THROW(mark(set().limit(1), {}), std::logic_error);
}

TEST_F(Marking, IsOneTransactionForAnyNumber) {
    for (int i = 0; i < 1700; ++i) {
        given.message(ann, "many");
    }
    std::vector<MessageId> ids;
    for (std::int64_t id = 1700; id > 0; --id) {
        ids.push_back({id});
    }
    EXPECT_EQ(mark(set(), {.ids = ids}).size(), 1700U);
    EXPECT_THAT(unread(), IsEmpty());
    EXPECT_EQ(mark(set(), {.read = false}).size(), 1700U);
    EXPECT_EQ(unread().size(), 1700U);
}

TEST_F(Marking, UpToAStateNeedsTheFeed) {
    some_messages();
    const auto marked = messages::mark(set(), {.up_to = MessageState{"epoch", 1}});
    ASSERT_TRUE(marked.has_error());
    EXPECT_EQ(marked.error(), errc::no_feed);
    EXPECT_THAT(unread(), ElementsAre("1", "3", "5", "6"));
}

TEST_F(Marking, MakesASetUnreadAgainWithOneStatement) {
    some_messages();
    EXPECT_EQ(cost([&] { EXPECT_EQ(set().mark_unread(), 2); }), 1U);
    EXPECT_EQ(set().mark_unread(), 0);
    EXPECT_EQ(set().mark_read(), 5);
    EXPECT_EQ(set().filter(field::extra_tags == "a").mark_unread(), 2);
    EXPECT_THAT(unread(), ElementsAre("1", "5", "6"));
    EXPECT_EQ(set().none().mark_unread(), 0);
    EXPECT_THROW(set().limit(1).mark_unread(), std::logic_error);
}

} // namespace
} // namespace drf_messages
