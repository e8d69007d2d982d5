// SPDX-License-Identifier: MIT
// What a site has made says so when it is used after the site's end.
#include "given_site.hpp"

#include <atomic>
#include <thread>

namespace drf_messages {
namespace {

constexpr auto refusal = "a site was used after it had ended";

class AfterTheSite : public test::GivenSite {
protected:
    UserId ann = given.user("ann");
};

TEST_F(AfterTheSite, ManagersSetsAndMessagesSaySo) {
    MessageManager manager(site());
    Message message = manager.create_user_message(ann, "one", level::warning, {"tag"});
    const MessageQuerySet set = manager.all();
    auto batches = set.batches(1);
    end_site();
    EXPECT_EQ(misuse([&] { set.count(); }), refusal);
    EXPECT_EQ(misuse([&] { set.list(); }), refusal);
    EXPECT_EQ(misuse([&] { set.filter(field::level > 1).first(); }), refusal);
    EXPECT_EQ(misuse([&] { set.exists(); }), refusal);
    EXPECT_EQ(misuse([&] { set.max(field::level); }), refusal);
    EXPECT_EQ(misuse([&] { set.count_by(field::level); }), refusal);
    EXPECT_EQ(misuse([&] { set.mark_read(); }), refusal);
    EXPECT_EQ(misuse([&] { set.remove(); }), refusal);
    EXPECT_EQ(misuse([&] { batches.begin(); }), refusal);
    EXPECT_EQ(misuse([&] { manager.create_user_message(ann, "two", level::info); }), refusal);
    EXPECT_EQ(misuse([&] { manager.all().count(); }), refusal);
    EXPECT_EQ(misuse([&] { message.add_tag("more"); }), refusal);
    EXPECT_EQ(misuse([&] { message.tags(); }), refusal);
    EXPECT_EQ(misuse([&] { message.mark_read(); }), refusal);
    EXPECT_EQ(misuse([&] { message.remove(); }), refusal);
    // What needs no database is there.
    EXPECT_EQ(message.level_tag(), "warning");
    EXPECT_EQ(message.get_django_message().tags(), "tag warning");
}

TEST_F(AfterTheSite, UserManagersSaySo) {
    UserManager users = site().users();
    end_site();
    EXPECT_EQ(misuse([&] { users.create_user("bob"); }), refusal);
    EXPECT_EQ(misuse([&] { users.find("ann"); }), refusal);
    EXPECT_EQ(misuse([&] { users.authenticate("ann", "secret"); }), refusal);
    EXPECT_EQ(misuse([&] { users.authenticate("ann", "secret", "192.0.2.1"); }), refusal);
    EXPECT_EQ(misuse([&] { users.set_password(ann, "secret"); }), refusal);
    EXPECT_EQ(misuse([&] { users.token(ann); }), refusal);
    EXPECT_EQ(misuse([&] { users.reset_token(ann); }), refusal);
    EXPECT_EQ(misuse([&] { users.remove(ann); }), refusal);
}

TEST_F(AfterTheSite, ARequestThatIsStillOpenSaysSo) {
    std::optional<Request> request(std::in_place, site(), RequestContext{.user = ann});
    messages::info(*request, "one");
    const MessageStorage storage = messages::get_messages(*request);
    std::optional<MessageStorage::MarkReadScope> scope(storage.mark_read_on_exit());
    end_site();
    EXPECT_EQ(misuse([&] { messages::info(*request, "two"); }), refusal);
    EXPECT_EQ(misuse([&] { storage.size(); }), refusal);
    EXPECT_EQ(misuse([&] { storage.str(); }), refusal);
    // The log may be gone as well.
    messages::debug(*request, "too low");
    scope.reset();
    request.reset();
    EXPECT_THAT(log(), testing::IsEmpty());
}

TEST_F(AfterTheSite, AMessageOfATransactionStillKnowsItsTag) {
    std::optional<Message> message;
    site().transaction([&](Transaction& transaction) {
        message = MessageManager(transaction).create_user_message(ann, "one", level::error);
    });
    end_site();
    EXPECT_EQ(message->level_tag(), "error");
    EXPECT_EQ(misuse([&] { message->tags(); }), "a transaction was used after it had ended");
}

TEST_F(AfterTheSite, AnotherThreadFindsOutInTheMiddleOfItsWork) {
    constexpr int threads = 3;
    const MessageManager manager(site());
    std::atomic<int> working = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&, set = manager.all()] {
            try {
                set.count();
                ++working;
                for (;;) {
                    set.count();
                }
            } catch (const std::logic_error& error) {
                refused += std::string_view(error.what()) == refusal ? 1 : 0;
            }
        });
    }
    while (working < threads) {
        std::this_thread::yield();
    }
    end_site();
    for (std::thread& thread : running) {
        thread.join();
    }
    EXPECT_EQ(refused, threads);
}

} // namespace
} // namespace drf_messages
