// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <condition_variable>
#include <map>
#include <mutex>

namespace {

class Live : public Page {
protected:
    static Settings with_feed() {
        Settings settings = in_memory();
        settings.messages_extensions.sync = true;
        return settings;
    }

    Live() : Page(with_feed()) {}

    /// What an application keeps of messages, and is told on another
    /// thread.
    struct Badges {
        void forget(const UserId& user) { note(user); }
        void forget_all() { note({}); }
        void note(const UserId& user) {
            const std::lock_guard lock(mutex);
            forgotten.push_back(user);
            changed.notify_all();
        }
        UserId first() {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return !forgotten.empty(); });
            return forgotten.front();
        }

        std::mutex mutex;
        std::condition_variable changed;
        std::vector<UserId> forgotten;
    };

    Badges badges;
};

TEST_F(Live, TellsOfChanges) {
    // [on-change]
    Subscription subscription =
        site.on_change([&](std::span<const Change> changes) {
            for (const Change& change : changes) {
                if (change.kind == ChangeKind::everything) {
                    badges.forget_all();
                } else {
                    badges.forget(change.user);
                }
            }
        });
    // [/on-change]
    messages::info(request, "news");
    EXPECT_EQ(badges.first(), ann);
}

/// A copy of a user's messages.
struct Copy {
    std::map<MessageId, Message> messages;

    void replace(std::vector<Message> list) {
        messages.clear();
        add(std::move(list));
    }
    void add(std::vector<Message> list) {
        for (Message& message : list) {
            messages.insert_or_assign(message.id, std::move(message));
        }
    }
    void remove(const std::vector<MessageId>& ids) {
        for (const MessageId id : ids) {
            messages.erase(id);
        }
    }
};

// [catch-up]
/// Brings the copy to where the messages are now, and `state` too.
void catch_up(
    Site& site, const Request& request, Copy& copy, MessageState& state
) {
    const auto messages = MessageManager(site).with_context(request);
    bool has_more = true;
    while (has_more) {
        auto changes = messages.changes(state);
        if (!changes) { // begin again
            state = request.messages_state().value();
            copy.replace(messages.list());
            return;
        }
        copy.add(std::move(changes->created));
        copy.add(std::move(changes->updated));
        copy.remove(changes->destroyed);
        state = changes->new_state;
        has_more = changes->has_more;
    }
}
// [/catch-up]

TEST_F(Live, CatchesUp) {
    Copy copy;
    MessageState state; // of no epoch
    messages::info(request, "first");
    catch_up(site, request, copy, state);
    EXPECT_EQ(copy.messages.size(), 1U);
    const MessageState before = state;
    MessageManager(site).with_context(request).mark_read();
    messages::info(request, "second");
    catch_up(site, request, copy, state);
    EXPECT_EQ(copy.messages.size(), 2U);
    EXPECT_TRUE(copy.messages.begin()->second.read_at);
    EXPECT_GT(state, before);
    MessageManager(site).with_context(request).remove();
    catch_up(site, request, copy, state);
    EXPECT_TRUE(copy.messages.empty());
}

} // namespace
