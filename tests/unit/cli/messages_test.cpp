// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"
#include "unit/cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace drf_messages::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

using SendCommand = CommandTest;
using ListCommand = CommandTest;
using PruneCommand = CommandTest;

TEST_F(SendCommand, LeavesAMessageForEveryRecipientAndPrintsTheIds) {
    given_users({"ann", "bob"});
    const Outcome sent = run(
        {"send", "--to", "ann", "bob", "--level", "success", "--tag", "a", "--tag", "b", "Saved"}
    );
    EXPECT_EQ(sent.status, 0) << sent.err;
    EXPECT_EQ(sent.out, "1\n2\n");
    EXPECT_EQ(
        run({"list", "bob"}).out,
        "ID  CREATED              READ  LEVEL    TAGS  MESSAGE\n"
        "2   2024-03-01 12:00:00  -     success  a b   Saved\n"
    );
}

TEST_F(SendCommand, StoresNothingWhenOneRecipientDoesNotExist) {
    given_users({"ann"});
    const Outcome sent = run({"send", "--to", "ann", "nobody", "noone", "hi"});
    EXPECT_EQ(sent.status, 1);
    EXPECT_EQ(sent.err, "drf-messages: there is no user \"nobody\", \"noone\"; nothing was sent\n");
    EXPECT_EQ(run({"list", "ann"}).out, "ann has no messages.\n");
}

TEST_F(SendCommand, SaysSoWhenARecipientIsDeletedBeforeTheMessagesAreCommitted) {
    given_users({"ann", "bob"});
    sql::SqliteOptions database;
    database.path = file("db.sqlite3");
    sql::sqlite_connections(database)()->execute(
        {"create_trigger",
         "CREATE TRIGGER deletes AFTER INSERT ON drf_messages_message"
         " BEGIN DELETE FROM auth_user WHERE username = 'ann'; END"}
    );
    const Outcome sent = run({"send", "--to", "ann", "bob", "hi"});
    EXPECT_EQ(sent.status, 1);
    EXPECT_EQ(sent.out, "");
    EXPECT_EQ(sent.err, "drf-messages: a user was deleted meanwhile; nothing was sent\n");
    EXPECT_EQ(run({"list", "bob"}).out, "bob has no messages.\n");
}

TEST_F(SendCommand, ReadsTheTextFromStandardInput) {
    given_users({"ann"});
    EXPECT_EQ(run({"send", "--to", "ann", "-"}, "two\nlines\n").status, 0);
    EXPECT_THAT(run({"list", "ann", "--json"}).out, HasSubstr("\"message\": \"two\\nlines\""));
}

TEST_F(SendCommand, TakesLevelsByNameTagAndNumber) {
    write_settings("SECRET_KEY = \"k\"\n[MESSAGE_TAGS]\n\"50\" = \"critical\"\n");
    given_users({"ann"});
    for (const char* level : {"debug", "critical", "-7", "2147483647"}) {
        EXPECT_EQ(run({"send", "--to", "ann", "--level", level, "x"}).status, 0) << level;
    }
    for (const char* level : {"loud", "", "2147483648", "1.5"}) {
        EXPECT_EQ(run({"send", "--to", "ann", "--level", level, "x"}).status, 1) << level;
    }
    const std::string listed = run({"list", "ann", "--json"}).out;
    EXPECT_THAT(listed, HasSubstr("\"level\": 50"));
    EXPECT_THAT(listed, HasSubstr("\"level\": -7"));
}

TEST_F(SendCommand, RefusesWhatNoDatabaseMayHold) {
    given_users({"ann"});
    EXPECT_THAT(run({"send", "--to", "ann", ""}).err, HasSubstr("empty; nothing was sent"));
    EXPECT_THAT(
        run({"send", "--to", "ann", std::string(1025, 'x')}).err, HasSubstr("longer than 1024")
    );
    EXPECT_THAT(
        run({"send", "--to", "ann", "-"}, std::string(100'000, 'x')).err,
        HasSubstr("longer than 1024")
    );
    std::string wide;
    for (int i = 0; i < 2000; ++i) {
        wide += "\u20AC";
    }
    EXPECT_THAT(run({"send", "--to", "ann", "-"}, wide).err, HasSubstr("longer than 1024"));
    EXPECT_THAT(run({"send", "--to", "ann", "\xff"}).err, HasSubstr("not valid UTF-8"));
    EXPECT_THAT(run({"send", "--to", "ann", "-"}, std::string("a\0b", 3)).err, HasSubstr("NUL"));
    EXPECT_THAT(
        run({"send", "--to", "ann", "--tag", std::string(129, 'x'), "hi"}).err,
        HasSubstr("tag is longer than 128")
    );
    EXPECT_EQ(run({"list", "ann"}).out, "ann has no messages.\n");
}

TEST_F(ListCommand, KeepsATextOnItsLine) {
    given_users({"ann"});
    run({"send", "--to", "ann", "a\n\x1b[2Jb\u009B2Jc"});
    const std::string out = run({"list", "ann"}).out;
    EXPECT_THAT(out, HasSubstr("a  [2Jb 2Jc\n"));
    EXPECT_THAT(out, Not(HasSubstr("\x1b")));
}

TEST_F(ListCommand, ShowsWhatTurnsTheDirection) {
    given_users({"ann"});
    run({"send", "--to", "ann", "--tag", "\u2066t", "moc.\u202eelpmaxe\u009B"});
    EXPECT_THAT(run({"list", "ann"}).out, HasSubstr("\\u2066t  moc.\\u202eelpmaxe \n"));
    const std::string json = run({"list", "ann", "--json"}).out;
    EXPECT_THAT(json, HasSubstr(R"("message": "moc.\u202eelpmaxe\u009b")"));
    EXPECT_THAT(json, HasSubstr("[\n"));
}

TEST_F(ListCommand, MarksNothingAsRead) {
    given_users({"ann"});
    run({"send", "--to", "ann", "hi"});
    run({"list", "ann"});
    EXPECT_THAT(run({"list", "ann", "--unread", "--json"}).out, HasSubstr("\"read_at\": null"));
}

TEST_F(ListCommand, SaysThatThereIsNoSuchUser) {
    given_users({});
    const Outcome listed = run({"list", "nobody"});
    EXPECT_EQ(listed.status, 1);
    EXPECT_EQ(listed.err, "drf-messages: there is no user \"nobody\"\n");
}

TEST_F(PruneCommand, DeletesWhatIsOlderInBatches) {
    given_users({"ann"});
    for (int i = 0; i < 7; ++i) {
        run({"send", "--to", "ann", "old"});
    }
    now += std::chrono::hours(48);
    run({"send", "--to", "ann", "new"});
    EXPECT_EQ(
        run({"prune", "--older-than", "1d", "--dry-run"}).out, "7 messages would be deleted.\n"
    );
    EXPECT_EQ(run({"prune", "--older-than", "1d", "--read"}).out, "0 messages deleted.\n");
    const Outcome pruned = run({"prune", "--older-than", "24h", "--batch", "3"});
    EXPECT_EQ(pruned.out, "7 messages deleted.\n");
    EXPECT_EQ(pruned.err, "");
    EXPECT_THAT(run({"list", "ann"}).out, HasSubstr("new"));
}

TEST_F(PruneCommand, DoesNotDeleteEverythingByAccident) {
    given_users({"ann"});
    EXPECT_EQ(run({"prune"}).status, 1);
    for (const char* age :
         {"30", "d", "-1d", "30 d", "1y", "99999999999999999999d", "9000000000w"}) {
        const Outcome pruned = run({"prune", std::string("--older-than=") + age});
        EXPECT_EQ(pruned.status, 1) << age;
        EXPECT_THAT(pruned.err, HasSubstr("is no age")) << age;
    }
}

} // namespace
} // namespace drf_messages::cli
