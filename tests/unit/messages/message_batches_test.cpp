// SPDX-License-Identifier: MIT
#include "query_set_test.hpp"

#include <drf_messages/message_query_set.hpp>

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;

class QuerySetInBatches : public test::QuerySetTest {};

TEST_F(QuerySetInBatches, GoesThroughAnyNumberInBatchesInItsOrder) {
    some_messages();
    const auto batched = [](const MessageQuerySet& set, std::size_t size) {
        std::string joined;
        for (const std::vector<Message>& batch : set.batches(size)) {
            joined += "(";
            for (const Message& message : batch) {
                joined += message.message + " ";
            }
            joined.back() = ')';
        }
        return joined;
    };
    EXPECT_EQ(batched(set(), 2), "(five four)(three two)(one)");
    EXPECT_EQ(batched(set(), 5), "(five four three two one)");
    EXPECT_EQ(batched(set(), SIZE_MAX), "(five four three two one)");
    EXPECT_EQ(batched(by_id().slice(1, 4), 2), "(two three)(four)");
    EXPECT_EQ(batched(by_id().slice(1, 3), 2), "(two three)");
    EXPECT_EQ(batched(set().order_by(field::level.desc()), 2), "(three two)(five one)(four)");
    EXPECT_EQ(batched(set().filter(field::level > 99), 2), "");
    for (std::size_t size = 1; size < 6; ++size) {
        for (const std::vector<OrderBy>& order : std::vector<std::vector<OrderBy>>{
                 {field::read_at.asc()},
                 {field::read_at.desc()},
                 {field::session_key.asc(), field::view.desc()},
                 {field::view.asc(), field::read_at.desc(), field::created.asc()},
                 {field::message.desc()},
                 {field::user.asc(), field::session.desc(), field::level.asc()},
                 {field::id.desc()}}) {
            const MessageQuerySet ordered = set().order_by(order);
            std::string joined;
            for (const std::vector<Message>& batch : ordered.batches(size)) {
                EXPECT_LE(batch.size(), size);
                for (const Message& message : batch) {
                    joined += (joined.empty() ? "" : " ") + message.message;
                }
            }
            EXPECT_EQ(joined, texts(ordered));
        }
    }
    EXPECT_THROW(set().batches(0), std::invalid_argument);
}

TEST_F(QuerySetInBatches, BatchesMayBeMarkedOrDeletedBeforeTheNextOne) {
    some_messages();
    std::string seen;
    for (std::vector<Message>& batch : set().filter(field::read_at.is_null()).batches(1)) {
        seen += batch.front().message + " ";
        EXPECT_TRUE(batch.front().mark_read());
        given.message(ann, "newer, so not seen");
    }
    EXPECT_EQ(seen, "five three one ");
    seen.clear();
    for (std::vector<Message>& batch : everybody().order_by(field::id.asc()).batches(2)) {
        for (Message& message : batch) {
            seen += std::to_string(message.id.value) + " ";
            EXPECT_TRUE(message.remove());
        }
    }
    EXPECT_EQ(seen, "1 2 3 4 5 6 7 8 9 ");
    EXPECT_EQ(count("drf_messages_message"), 0);
}

TEST_F(QuerySetInBatches, BatchesPassATimeThatCanNotBeRead) {
    const auto dialect = given.connection().dialect();
    if (dialect == sql::Dialect::mariadb) {
        GTEST_SKIP() << "MariaDB stores no such time";
    }
    some_messages();
    test::run(
        given.connection(),
        dialect == sql::Dialect::sqlite
            ? "UPDATE drf_messages_message SET created = 'yesterday' WHERE id IN (2, 4)"
            : "UPDATE drf_messages_message SET created = 'infinity' WHERE id IN (2, 4)"
    );
    for (const OrderBy& order : {field::created.asc(), field::created.desc()}) {
        std::size_t seen = 0;
        for (const std::vector<Message>& batch : set().order_by(order).batches(1)) {
            seen += batch.size();
            ASSERT_LE(seen, 5U);
        }
        EXPECT_EQ(seen, 5U);
    }
    EXPECT_TRUE(set().max(field::created));
}

} // namespace
} // namespace drf_messages
