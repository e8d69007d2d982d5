// SPDX-License-Identifier: MIT
// What becomes of a site in the children of a process, on whichever database the tests run.
#include "given_site.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <memory>

namespace drf_messages {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto parents_transaction = "a transaction was used after fork(): it is the parent's";

constexpr auto unsafe = "this process was forked while its parent was using the SQLite file, which "
                        "is not safe here: fork while nobody uses the site";

/// A child of this process, and what it does there; what it throws, and each false that it returns,
/// is a failure. It ends without destructors, as after exec().
class Child {
public:
    explicit Child(const std::function<bool()>& work) : process_(::fork()) {
        if (process_ == 0) {
            int code = 1;
            try {
                code = work() ? 0 : 2;
            } catch (const std::exception& error) {
                std::cerr << "in a child: " << error.what() << '\n';
            } catch (...) {
                std::cerr << "in a child: an unknown exception\n";
            }
            ::_exit(code);
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            end();
        }
    }

    /// 0 when all went well.
    int end() {
        int status = -1;
        ::waitpid(std::exchange(process_, -1), &status, 0);
        return status;
    }

private:
    pid_t process_;
};

/// A byte from one process to another.
class Signal {
public:
    Signal() {
        if (::pipe(ends_.data()) != 0) {
            throw std::runtime_error("no pipe");
        }
    }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    ~Signal() {
        for (const int end : ends_) {
            ::close(end);
        }
    }
    bool send() const { return ::write(ends_[1], "!", 1) == 1; }
    bool wait() const {
        char byte = 0;
        return ::read(ends_[0], &byte, 1) == 1;
    }

private:
    std::array<int, 2> ends_{};
};

class AfterFork : public test::GivenSite {
protected:
    void leave(const std::string& text) {
        MessageManager(site()).create_user_message(ann, text, level::info);
    }

    /// Who serves this process: differs from connection to connection; 0 on SQLite.
    std::int64_t server_process() {
        std::int64_t number = 0;
        const std::string engine = settings.database.engine;
        if (engine.find("sqlite") != std::string::npos) {
            return number;
        }
        const std::string_view question = engine.find("mysql") != std::string::npos
                                              ? "SELECT connection_id()"
                                              : "SELECT pg_backend_pid()";
        site().transaction([&](Transaction& transaction) {
            transaction.query(question, {}, [&](const SqlRow& row) { number = row.integer(0); });
        });
        return number;
    }

    UserId ann = given.user("ann");
};

TEST_F(AfterFork, ParentAndChildrenEachLeaveAndReadTheirOwn) {
    constexpr int children = 3;
    constexpr int each = 25;
    leave("first");
    const auto work = [&](const std::string& who) {
        bool right = true;
        for (int i = 0; i < each; ++i) {
            const std::string text = who + " " + std::to_string(i);
            leave(text);
            const auto own = MessageManager(site()).all().filter(field::message == text).list();
            right = right && own.size() == 1 && own.front().message == text;
        }
        return right;
    };
    std::vector<std::unique_ptr<Child>> running;
    for (int i = 0; i < children; ++i) {
        running.push_back(std::make_unique<Child>([&, i] { return work(std::to_string(i)); }));
    }
    EXPECT_TRUE(work("parent"));
    for (const auto& child : running) {
        EXPECT_EQ(child->end(), 0);
    }
    auto all = texts();
    EXPECT_THAT(all, SizeIs(1 + (children + 1) * each));
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST_F(AfterFork, TheEndOfASiteInAChildIsNotTheParents) {
    leave("first");
    const std::int64_t before = server_process();
    Child unused([&] {
        end_site();
        return true;
    });
    EXPECT_EQ(unused.end(), 0);
    Child used([&] {
        leave("of the child");
        const std::int64_t own = server_process();
        end_site();
        return own == 0 || own != before;
    });
    EXPECT_EQ(used.end(), 0);
    leave("of the parent");
    // Still the connection from before.
    EXPECT_EQ(server_process(), before);
    EXPECT_THAT(texts(), ElementsAre("first", "of the child", "of the parent"));
}

TEST_F(AfterFork, AGrandchildHasItsOwnToo) {
    leave("parent");
    Child child([&] {
        leave("child");
        Child grandchild([&] {
            leave("grandchild");
            return true;
        });
        const bool right = grandchild.end() == 0;
        leave("child again");
        return right;
    });
    EXPECT_EQ(child.end(), 0);
    EXPECT_THAT(texts(), ElementsAre("parent", "child", "grandchild", "child again"));
}

TEST_F(AfterFork, ATransactionOfTheParentThrowsInTheChildAndGoesOnInTheParent) {
    site().transaction([&](Transaction& transaction) {
        MessageManager manager(transaction);
        manager.create_user_message(ann, "before", level::info);
        Child child([&] {
            return misuse([&] { transaction.execute("DELETE FROM drf_messages_message"); }) ==
                       parents_transaction &&
                   misuse([&] { manager.all().count(); }) == parents_transaction;
        });
        EXPECT_EQ(child.end(), 0);
        manager.create_user_message(ann, "after", level::info);
    });
    EXPECT_THAT(texts(), ElementsAre("before", "after"));
}

TEST_F(AfterFork, AChildNeitherCommitsNorRollsBackATransactionOfTheParent) {
    // The child comes out of the transaction, by either way, and tells what it came with.
    const auto come_out = [&](bool by_exception) {
        pid_t child = -1;
        std::string came_with = "no exception";
        try {
            site().transaction([&](Transaction& transaction) {
                MessageManager(transaction).create_user_message(ann, "undone", level::info);
                child = ::fork();
                if (child == 0 && by_exception) {
                    throw std::runtime_error("out");
                }
                if (child > 0) {
                    int status = -1;
                    ::waitpid(child, &status, 0);
                    EXPECT_EQ(status, 0);
                    // It is still open.
                    EXPECT_EQ(MessageManager(transaction).all().count(), 1);
                    throw std::runtime_error("undo it");
                }
            });
        } catch (const std::exception& error) {
            came_with = error.what();
        }
        if (child == 0) {
            ::_exit(came_with == (by_exception ? "out" : parents_transaction) ? 0 : 1);
        }
        EXPECT_EQ(came_with, "undo it");
        EXPECT_THAT(texts(), IsEmpty());
    };
    come_out(true);
    come_out(false);
}

TEST_F(AfterFork, AChildOfATransactionUsesTheDatabaseLaterWhereThatIsSafe) {
    const bool safe = test::on_server();
    pid_t child = -1;
    try {
        site().transaction([&](Transaction&) {
            child = ::fork();
            if (child == 0) {
                throw std::runtime_error("out");
            }
        });
    } catch (const std::runtime_error&) {
        const std::string said = misuse([&] { leave("of the child"); });
        ::_exit(said == (safe ? "nothing was thrown" : unsafe) ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_THAT(texts(), SizeIs(safe ? 1 : 0));
}

/// The child's SQLite has to hold its own lock: without it, whoever closes the file as the last one
/// takes the log away under the child's hands.
TEST(AfterForkOnAFile, AChildKeepsTheLogOfItsWrites) {
    const test::TempFolder folder;
    const std::string path = (folder / "site.sqlite3").string();
    std::optional<Site> site(std::in_place, path);
    site->migrate();
    const UserId ann = site->users().create_user("ann");
    const Signal has_written;
    const Signal go_on;
    Child child([&] {
        MessageManager(*site).create_user_message(ann, "one", level::info);
        if (!has_written.send() || !go_on.wait()) {
            return false;
        }
        MessageManager(*site).create_user_message(ann, "two", level::info);
        return true;
    });
    ASSERT_TRUE(has_written.wait());
    site.reset();
    // Opens it and closes it, as a command does.
    EXPECT_EQ(MessageManager(site.emplace(path)).all().count(), 1);
    site.reset();
    ASSERT_TRUE(go_on.send());
    EXPECT_EQ(child.end(), 0);
    EXPECT_EQ(MessageManager(site.emplace(path)).all().count(), 2);
}

TEST(AfterForkOnAFile, NoSiteOfAChildUsesAFileThatWasInUseInItsParent) {
    const test::TempFolder folder;
    const std::string path = (folder / "site.sqlite3").string();
    Site site(path);
    site.migrate();
    Site idle(path);
    EXPECT_EQ(idle.users().find("ann"), std::nullopt);
    Site elsewhere((folder / "other.sqlite3").string());
    elsewhere.migrate();
    const auto said = [](Site& of) -> std::string {
        try {
            of.users().find("ann");
        } catch (const std::logic_error& error) {
            return error.what();
        }
        return "nothing was thrown";
    };
    pid_t child = -1;
    try {
        site.transaction([&](Transaction&) {
            child = ::fork();
            if (child == 0) {
                throw std::runtime_error("out");
            }
        });
    } catch (const std::runtime_error&) {
        Site fresh(path);
        const bool right = said(site) == unsafe && said(idle) == unsafe && said(fresh) == unsafe &&
                           said(elsewhere) == "nothing was thrown";
        ::_exit(right ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    // The parent goes on, and so does a child that it makes later.
    for (Site* const of : {&site, &idle}) {
        EXPECT_EQ(said(*of), "nothing was thrown");
    }
    Child later([&] { return said(site) == "nothing was thrown" && said(idle) == said(site); });
    EXPECT_EQ(later.end(), 0);
}

TEST(AfterForkInMemory, AChildGoesOnWithItsCopy) {
    Site site(":memory:");
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    Child child([&] {
        MessageManager manager(site);
        manager.create_user_message(ann, "of the child", level::info);
        site.transaction([&](Transaction& transaction) {
            MessageManager(transaction).create_user_message(ann, "two", level::info);
        });
        return manager.all().count() == 2;
    });
    EXPECT_EQ(child.end(), 0);
    EXPECT_EQ(MessageManager(site).all().count(), 0);
}

} // namespace
} // namespace drf_messages
