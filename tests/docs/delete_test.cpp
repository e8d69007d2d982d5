// SPDX-License-Identifier: MIT
#include "page.hpp"

namespace {

class Delete : public Page {};

TEST_F(Delete, WhatHasBeenReadGoes) {
    messages::info(request, "read");
    messages::get_messages(request).str();
    messages::info(request, "unread");
    // [read]
    messages::get_messages(request)
        .get_queryset()
        .filter(!field::read_at.is_null())
        .remove();
    // [/read]
    EXPECT_EQ(
        messages::get_messages(request).get_queryset().count(), 1
    );
    EXPECT_EQ(unread(), "unread");
}

TEST_F(Delete, OldOnesGoOnASchedule) {
    messages::info(request, "old");
    messages::get_messages(request).str();
    now += std::chrono::days(31);
    messages::info(request, "new");
    // [old]
    auto now = std::chrono::system_clock::now();
    auto month_ago = now - std::chrono::days(30);
    MessageManager(site)
        .all()
        .filter(!field::read_at.is_null() && field::created < month_ago)
        .remove();
    // [/old]
    EXPECT_EQ(
        messages::get_messages(request).get_queryset().count(), 1
    );
}

TEST_F(Delete, ManyGoBatchByBatch) {
    for (int i = 0; i < 5; ++i) {
        messages::info(request, "old");
    }
    MessageQuerySet set = MessageManager(site).all();
    // [batches]
    for (std::vector<Message>& batch : set.batches(500)) {
        std::vector<MessageId> ids;
        for (const Message& message : batch) {
            ids.push_back(message.id);
        }
        set.filter(field::id.in(ids)).remove();
    }
    // [/batches]
    EXPECT_EQ(set.count(), 0);
}

TEST_F(Delete, OneGoesByItself) {
    messages::info(request, "first");
    // [one]
    MessageQuerySet set =
        messages::get_messages(request).get_queryset();
    if (std::optional<Message> message = set.first()) {
        message->remove(); // false: it was gone
    }
    // [/one]
    EXPECT_EQ(set.count(), 0);
}

TEST_F(Delete, ExpiredSessionsTakeTheirMessages) {
    // [sessions]
    site.clear_sessions(); // how many have expired and went
    // [/sessions]
    EXPECT_EQ(site.clear_sessions(), 0);
}

TEST(DeleteRead, HappensAtTheEndOfTheRequest) {
    // [delete_read]
    Settings settings;
    settings.messages_delete_read = true;
    // [/delete_read]
    settings.database.name = ":memory:";
    Site site(settings);
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    http::Response response;
    // [end]
    Request request(site, {.user = ann});
    messages::info(request, "Hello world!");
    for (const DjangoMessage& message :
         messages::get_messages(request)) {
        response.body += message.message;
    }
    request.update(response); // what was read is deleted
    // [/end]
    EXPECT_EQ(response.body, "Hello world!");
    EXPECT_EQ(MessageManager(site).all().count(), 0);
}

} // namespace
