// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <condition_variable>
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

} // namespace
