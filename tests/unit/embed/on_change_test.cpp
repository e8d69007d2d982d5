// SPDX-License-Identifier: MIT
// Who is told of changes by a site, on whichever database the tests run.
#include "given_site.hpp"
#include "schema/feed.hpp"
#include "sql/sqlite/factory.hpp"
#include "store/feed.hpp"
#include "store/feed_upkeep.hpp"
#include "support/sanitizer.hpp"

#include <drf_messages/change.hpp>
#include <drf_messages/errors.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>

namespace drf_messages {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Changes as they come, for who waits for them.
class Told {
public:
    ChangeListener listener() {
        return [this](std::span<const Change> changes) {
            const std::lock_guard lock(mutex_);
            changes_.insert(changes_.end(), changes.begin(), changes.end());
            changed_.notify_all();
        };
    }

    std::vector<Change> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return changes_.size() >= count; });
        return changes_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Change> changes_;
};

class OnChange : public test::GivenSite {
protected:
    OnChange() { schema::install_feed(given.connection()); }
    ~OnChange() override {
        end_site();
        schema::remove_feed(given.connection());
    }

    MessageId leave(const std::string& text) {
        return MessageManager(site()).create_user_message(ann, text, level::info).id;
    }

    UserId ann = given.user("ann");
};

TEST_F(OnChange, TellsOfMessagesThatTheSiteOrAnybodyElseChanges) {
    leave("before");
    store::number_changes(given.connection()); // what waits is told to later listeners too
    Told told;
    const Subscription subscription = site().on_change(told.listener());
    const MessageId own = leave("by the site");
    const MessageId others = given.message(ann, "by another program");
    test::run(
        given.connection(),
        "UPDATE drf_messages_message SET level = 30 WHERE id = ?",
        {others.value}
    );
    std::vector<Change> changes = told.wait_for(2);
    while (changes.back().message != others) {
        changes = told.wait_for(changes.size() + 1);
    }
    EXPECT_EQ(changes.front().user, ann);
    EXPECT_EQ(changes.front().message, own);
    EXPECT_EQ(changes.front().kind, ChangeKind::created);
    EXPECT_LT(changes.front().state, changes.back().state);
    EXPECT_EQ(MessageState::parse(changes.front().state.str()), changes.front().state);
    EXPECT_THAT(log(), IsEmpty());
}

TEST_F(OnChange, TellsOfATransactionOnceItIsCommitted) {
    Told told;
    const Subscription subscription = site().on_change(told.listener());
    try {
        site().transaction([&](Transaction& transaction) {
            MessageManager(transaction).create_user_message(ann, "undone", level::info);
            throw std::runtime_error("undo it");
        });
    } catch (const std::runtime_error&) {
    }
    MessageId committed;
    site().transaction([&](Transaction& transaction) {
        committed = MessageManager(transaction).create_user_message(ann, "done", level::info).id;
    });
    EXPECT_EQ(told.wait_for(1).front().message, committed);
}

TEST_F(OnChange, EndsWithItsSubscriptionOrItsSite) {
    Told first;
    Told second;
    std::optional<Subscription> subscription = site().on_change(first.listener());
    const Subscription other = site().on_change(second.listener());
    leave("to both");
    first.wait_for(1);
    subscription.reset();
    leave("to one");
    second.wait_for(2);
    EXPECT_EQ(first.wait_for(0).size(), 1U);
    end_site();
    given.message(ann, "to nobody");
    EXPECT_EQ(second.wait_for(0).size(), 2U);
}

TEST_F(OnChange, NeedsTheFeedAndTheDatabase) {
    schema::remove_feed(given.connection());
    try {
        const Subscription subscription = site().on_change([](std::span<const Change>) {});
        FAIL() << "there is no feed";
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.code(), errc::no_feed);
    }
    schema::install_feed(given.connection());
    site().transaction([&](Transaction&) {
        EXPECT_NE(
            misuse([&] {
                const Subscription inside = site().on_change([](std::span<const Change>) {});
            }),
            "nothing was thrown"
        );
    });
}

TEST_F(OnChange, GoesOnInTheParentOfAChildThatHasItsOwn) {
    if (test::under_thread_sanitizer) {
        GTEST_SKIP() << "a child of fork() makes a thread";
    }
    Told parents;
    const Subscription subscription = site().on_change(parents.listener());
    leave("before");
    parents.wait_for(1);
    const pid_t child = ::fork();
    if (child == 0) {
        Told childs;
        const Subscription own = site().on_change(childs.listener());
        const MessageId message = leave("of the child");
        ::_exit(childs.wait_for(1).back().message == message ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(parents.wait_for(2).size(), 2U);
    leave("of the parent");
    EXPECT_EQ(parents.wait_for(3).size(), 3U);
}

/// What becomes of who listens when a copy takes the place of the file.
class OnChangeOnAFile : public OnChange {
protected:
    void copy_file() { test::run(given.connection(), "VACUUM INTO ?", {std::string_view(copy)}); }
    void replace_file() { std::filesystem::rename(copy, settings.database.name); }

    std::string copy = (given.folder / "copy").string();
};

TEST_F(OnChangeOnAFile, HearsOfEverythingWhenAnotherDatabaseTakesItsPlace) {
    Told told;
    const Subscription subscription = site().on_change(told.listener());
    leave("first");
    told.wait_for(1);
    copy_file();
    {
        const auto other = sql::sqlite_connections(test::sqlite_file(copy))();
        store::begin_epoch(*other, store::feed_info(*other)->epoch);
    }
    replace_file();
    EXPECT_EQ(told.wait_for(2).back().kind, ChangeKind::everything);
}

TEST_F(OnChangeOnAFile, HearsOfEverythingWhenABackupIsRestored) {
    Told told;
    const Subscription subscription = site().on_change(told.listener());
    leave("in the backup");
    copy_file();
    leave("lost");
    const std::string epoch = told.wait_for(2).back().state.epoch;
    replace_file();
    const std::vector<Change> changes = told.wait_for(3);
    EXPECT_EQ(changes.back().kind, ChangeKind::everything);
    EXPECT_NE(changes.back().state.epoch, epoch) << "or states would come to mean something else";
}

TEST(OnChangeInMemory, TellsOfTheSitesOwnMessages) {
    Settings settings;
    settings.database.name = ":memory:";
    settings.messages_extensions.sync = true;
    Site site(settings);
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    Told told;
    const Subscription subscription = site.on_change(told.listener());
    const MessageId message = MessageManager(site).create_user_message(ann, "hi", level::info).id;
    EXPECT_EQ(told.wait_for(1).front().message, message);
}

} // namespace
} // namespace drf_messages
