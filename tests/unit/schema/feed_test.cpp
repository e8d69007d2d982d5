// SPDX-License-Identifier: MIT
// The feed's tables and triggers on SQLite, PostgreSQL and MariaDB: what they note of what somebody
// writes, and how they are made and taken away.
#include "connection_over.hpp"
#include "recorded.hpp"
#include "schema/catalog.hpp"
#include "schema/feed.hpp"
#include "schema/feed_status.hpp"
#include "schema/migration_lock.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "support/server_database.hpp"
#include "support/temp_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages {
namespace {

using test::ConnectionOver;
using test::ServerDatabase;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string sqlite = "sqlite";

/// Dies after so many changes of the schema, as a killed process does: nobody knows of the last.
class DyingConnection final : public ConnectionOver {
public:
    DyingConnection(std::unique_ptr<sql::Connection> real, int scripts)
        : ConnectionOver(std::move(real)), scripts_left_(scripts) {}

    void run_script(const sql::Statement& script) override {
        if (scripts_left_ < 0) {
            throw sql::Error(sql::ErrorKind::connection_lost, script.name, "", "killed");
        }
        ConnectionOver::run_script(script);
        if (scripts_left_-- == 0) {
            throw sql::Error(sql::ErrorKind::connection_lost, script.name, "", "killed");
        }
    }

private:
    int scripts_left_;
};

class FeedTables : public testing::TestWithParam<std::string> {
protected:
    FeedTables() {
        if (GetParam() == sqlite) {
            open = sql::sqlite_connections(test::sqlite_file(folder_ / "db", true));
            test::migrate_all(open);
        } else {
            server_.emplace(ServerDatabase::Content::tables, GetParam());
            open = server_->connections();
        }
        connection = open();
        ann = given_user("ann");
        bob = given_user("bob");
    }

    bool on(sql::Dialect dialect) const { return connection->dialect() == dialect; }

    std::int64_t given_user(const std::string& name) {
        const std::array<sql::Value, 1> values = {std::string_view(name)};
        return connection->insert(
            {"user",
             "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name,"
             " email, is_staff, is_active, date_joined)"
             " VALUES ('!', false, ?, '', '', '', false, true, CURRENT_TIMESTAMP)"},
            values
        );
    }

    std::int64_t given_message(std::int64_t user, std::optional<std::string_view> session = {}) {
        return write_message(*connection, user, session);
    }

    static std::int64_t write_message(
        sql::Connection& through, std::int64_t user, std::optional<std::string_view> session = {}
    ) {
        const std::array<sql::Value, 2> values = {
            user, session ? sql::Value(*session) : sql::Value()};
        return through.insert(
            {"message",
             "INSERT INTO drf_messages_message (view, message, level, created, user_id,"
             " session_key) VALUES ('', 'hi', 20, CURRENT_TIMESTAMP, ?, ?)"},
            values
        );
    }

    std::int64_t given_tag(std::int64_t message) {
        const std::array<sql::Value, 1> values = {message};
        return connection->insert(
            {"tag", "INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('a', ?)"},
            values
        );
    }

    /// What was noted since the call before: user, session, message and kind of each row. What
    /// SQLite has left for the sequencer comes last.
    std::vector<std::string> noted() {
        const std::string columns = "SELECT user_id, session_key, message_id, kind FROM ";
        std::vector<std::string> lines;
        if (on(sql::Dialect::sqlite)) {
            lines =
                test::rows(*connection, columns + "drf_messages_server_feed ORDER BY position", 4);
            test::run(*connection, "DELETE FROM drf_messages_server_feed");
        }
        for (std::string& line :
             test::rows(*connection, columns + "drf_messages_server_change ORDER BY id", 4)) {
            lines.push_back(std::move(line));
        }
        test::run(*connection, "DELETE FROM drf_messages_server_change");
        return lines;
    }

    std::string epoch() {
        const auto status = schema::feed_status(*connection);
        return status ? status->epoch : "";
    }

    static std::string
    line(std::int64_t user, const std::string& session, std::int64_t message, int kind) {
        return fmt::format("{}|{}|{}|{}", user, session, message, kind);
    }
    static std::string without_user(std::int64_t message) {
        return fmt::format("NULL|NULL|{}|2", message);
    }

    /// Everything in the database that has a name.
    std::vector<std::string> all_names() {
        std::string_view text = "SELECT name FROM sqlite_master";
        if (on(sql::Dialect::postgresql)) {
            text = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                   " UNION ALL SELECT proname::text FROM pg_proc"
                   " WHERE pronamespace = 'public'::regnamespace"
                   " UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal";
        } else if (on(sql::Dialect::mariadb)) {
            text = "SELECT table_name FROM information_schema.tables"
                   " WHERE table_schema = DATABASE() UNION ALL SELECT trigger_name"
                   " FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
        }
        return test::sorted(test::rows(*connection, text, 1));
    }

private:
    test::TempFolder folder_;
    std::optional<ServerDatabase> server_;

protected:
    sql::ConnectionFactory open;
    std::unique_ptr<sql::Connection> connection;
    std::int64_t ann = 0;
    std::int64_t bob = 0;
};

TEST_P(FeedTables, NoteWhatHappensToAMessage) {
    schema::install_feed(*connection);
    const auto hi = given_message(ann, "a-session");
    EXPECT_THAT(noted(), ElementsAre(line(ann, "a-session", hi, 1)));
    test::run(*connection, "UPDATE drf_messages_message SET read_at = created");
    EXPECT_THAT(noted(), ElementsAre(line(ann, "a-session", hi, 2)));
    test::run(*connection, "DELETE FROM drf_messages_message");
    EXPECT_THAT(noted(), ElementsAre(line(ann, "a-session", hi, 3)));
    test::run(*connection, "DELETE FROM drf_messages_message");
    EXPECT_THAT(noted(), IsEmpty());
}

TEST_P(FeedTables, NoteEachOfTheRowsOfAStatement) {
    schema::install_feed(*connection);
    const auto first = given_message(ann);
    test::run(*connection, "UPDATE drf_messages_message SET level = 30");
    test::run(
        *connection,
        "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
        " SELECT view, message, level, created, user_id FROM drf_messages_message"
        " UNION ALL SELECT view, message, level, created, ? FROM drf_messages_message",
        {bob}
    );
    noted();
    // Also with the plan that was made for one row.
    test::run(*connection, "UPDATE drf_messages_message SET level = 40");
    EXPECT_THAT(
        test::sorted(noted()),
        ElementsAre(
            line(ann, "NULL", first, 2),
            line(ann, "NULL", first + 1, 2),
            line(bob, "NULL", first + 2, 2)
        )
    );
}

TEST_P(FeedTables, TellBothUsersOfAMessageThatMoves) {
    schema::install_feed(*connection);
    const auto stays = given_message(ann);
    const auto moves = given_message(ann);
    noted();
    test::run(
        *connection, "UPDATE drf_messages_message SET user_id = ? WHERE id = ?", {bob, moves}
    );
    EXPECT_THAT(
        test::sorted(noted()), ElementsAre(line(ann, "NULL", moves, 3), line(bob, "NULL", moves, 1))
    );
    EXPECT_NE(stays, moves);
}

TEST_P(FeedTables, TellAllSessionsOfAMessageThatGetsAnother) {
    schema::install_feed(*connection);
    const auto hi = given_message(ann, "one");
    noted();
    test::run(*connection, "UPDATE drf_messages_message SET session_key = 'two'");
    EXPECT_THAT(noted(), ElementsAre(line(ann, "NULL", hi, 2)));
    test::run(*connection, "UPDATE drf_messages_message SET session_key = NULL");
    EXPECT_THAT(noted(), ElementsAre(line(ann, "NULL", hi, 2)));
}

TEST_P(FeedTables, NoteATagAsAChangeOfItsMessage) {
    schema::install_feed(*connection);
    const auto old = given_message(bob);
    const auto hi = given_message(ann, "one");
    noted();
    test::run(*connection, "UPDATE drf_messages_message SET level = 30 WHERE id = ?", {hi});
    const auto tag = given_tag(hi);
    EXPECT_THAT(noted(), ElementsAre(line(ann, "one", hi, 2), line(ann, "one", hi, 2)));

    // Of an old message not every database may look up the user.
    const bool knows_users = on(sql::Dialect::postgresql);
    given_tag(old);
    EXPECT_THAT(
        noted(),
        ElementsAre(on(sql::Dialect::sqlite) ? without_user(old) : line(bob, "NULL", old, 2))
    );
    test::run(*connection, "UPDATE drf_messages_messagetag SET text = 'b' WHERE id = ?", {tag});
    EXPECT_THAT(noted(), ElementsAre(knows_users ? line(ann, "one", hi, 2) : without_user(hi)));
    test::run(
        *connection, "UPDATE drf_messages_messagetag SET message_id = ? WHERE id = ?", {old, tag}
    );
    EXPECT_THAT(noted(), SizeIs(2));
    test::run(*connection, "DELETE FROM drf_messages_messagetag WHERE id = ?", {tag});
    EXPECT_THAT(noted(), ElementsAre(knows_users ? line(bob, "NULL", old, 2) : without_user(old)));
}

TEST_P(FeedTables, ReportAMessageWithTagsAsDeletedWhicheverGoesFirst) {
    schema::install_feed(*connection);
    const auto deleted = [&](bool tags_first) {
        const auto hi = given_message(ann);
        given_tag(hi);
        given_tag(hi);
        noted();
        const std::string tags = "DELETE FROM drf_messages_messagetag";
        const std::string messages = "DELETE FROM drf_messages_message";
        sql::transact(*connection, [&] {
            test::run(*connection, tags_first ? tags : messages);
            test::run(*connection, tags_first ? messages : tags);
        });
        const auto lines = noted();
        EXPECT_THAT(lines, Contains(line(ann, "NULL", hi, 3)));
        return lines;
    };
    deleted(true);
    if (!on(sql::Dialect::mariadb)) { // which looks at its foreign keys at once
        const auto lines = deleted(false);
        for (const std::string& said : lines) {
            EXPECT_TRUE(said.ends_with("|3") || said.starts_with("NULL|")) << said;
        }
    }
}

TEST_P(FeedTables, NoteThatATableWasEmptiedAtOnce) {
    if (!on(sql::Dialect::postgresql)) {
        return; // MariaDB has no trigger for it, SQLite no such statement
    }
    schema::install_feed(*connection);
    given_tag(given_message(ann));
    noted();
    test::run(*connection, "TRUNCATE drf_messages_message, drf_messages_messagetag");
    EXPECT_THAT(noted(), ElementsAre("NULL|NULL|NULL|9", "NULL|NULL|NULL|9"));
}

TEST_P(FeedTables, LeaveTheIdOfANewMessageToWhoeverWritesIt) {
    schema::install_feed(*connection);
    for (int i = 0; i < 5; ++i) {
        given_message(ann);
        test::run(*connection, "UPDATE drf_messages_message SET level = 30");
    }
    const auto id = given_message(bob);
    EXPECT_EQ(id, test::number(*connection, "SELECT MAX(id) FROM drf_messages_message"));
    const auto tag = given_tag(id);
    EXPECT_EQ(tag, test::number(*connection, "SELECT MAX(id) FROM drf_messages_messagetag"));
    EXPECT_EQ(test::run(*connection, "UPDATE drf_messages_message SET level = 10"), 6);
}

TEST_P(FeedTables, AreMadeOnceAndLeaveNothingBehind) {
    const auto before = all_names();
    EXPECT_FALSE(schema::has_part_of_feed(*connection));
    EXPECT_FALSE(schema::remove_feed(*connection));
    EXPECT_THAT(schema::missing_of_feed(*connection), Not(IsEmpty()));

    EXPECT_TRUE(schema::install_feed(*connection));
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
    const std::string first = epoch();
    EXPECT_THAT(first, SizeIs(10));
    EXPECT_FALSE(schema::install_feed(*connection));
    EXPECT_EQ(epoch(), first);

    EXPECT_TRUE(schema::remove_feed(*connection));
    EXPECT_EQ(all_names(), before);
    given_message(ann);

    EXPECT_TRUE(schema::install_feed(*connection));
    EXPECT_NE(epoch(), first);
}

TEST_P(FeedTables, AreMadeByOneOfSeveralAtOnce) {
    std::atomic<int> made = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const schema::MigrationLock lock(open);
            made += schema::install_feed(*open()) ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(made, 1);
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
}

TEST_P(FeedTables, LackTheirRowWhereWhatStandsThereIsNoEpoch) {
    schema::install_feed(*connection);
    test::run(*connection, "UPDATE drf_messages_server_info SET epoch = 'No Epoch'");
    EXPECT_THAT(schema::missing_of_feed(*connection), ElementsAre(schema::info_table));
    EXPECT_TRUE(schema::install_feed(*connection));
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
    EXPECT_THAT(epoch(), SizeIs(10));
}

TEST_P(FeedTables, AreCompletedWithANewEpochWhereATriggerIsMissing) {
    schema::install_feed(*connection);
    const auto hi = given_message(ann);
    const std::string first = epoch();
    const std::string name = "drf_messages_server_message_changed";
    if (on(sql::Dialect::postgresql)) {
        test::run(*connection, "ALTER TABLE drf_messages_message DISABLE TRIGGER " + name);
    } else {
        connection->run_script({"drop", "DROP TRIGGER " + name});
    }
    test::run(*connection, "UPDATE drf_messages_message SET level = 30");
    EXPECT_THAT(schema::missing_of_feed(*connection), ElementsAre(name));

    EXPECT_TRUE(schema::install_feed(*connection));
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
    EXPECT_NE(epoch(), first);
    noted();
    test::run(*connection, "UPDATE drf_messages_message SET level = 40");
    EXPECT_THAT(noted(), ElementsAre(line(ann, "NULL", hi, 2)));
}

TEST_P(FeedTables, GoOnWhereverTheirMakingWasInterrupted) {
    const auto before = all_names();
    int deaths = 0;
    const auto until_done = [&](auto work) {
        for (bool done = false; !done && deaths < 200;) {
            try {
                DyingConnection dying(open(), deaths % 30);
                work(dying);
                done = true;
            } catch (const sql::Error& error) {
                ASSERT_EQ(error.kind(), sql::ErrorKind::connection_lost) << error.what();
                ++deaths;
                given_message(ann); // whatever is there, nobody's writing fails by it
            }
        }
    };
    until_done([](sql::Connection& dying) { schema::install_feed(dying); });
    EXPECT_GT(deaths, 5);
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
    deaths = 0;
    until_done([](sql::Connection& dying) { schema::remove_feed(dying); });
    EXPECT_GT(deaths, 5);
    EXPECT_EQ(all_names(), before);
}

TEST_P(FeedTables, AreMadeWhileOthersWrite) {
    if (on(sql::Dialect::sqlite)) {
        return; // has one writer
    }
    const auto writer = open();
    sql::ScopedTransaction long_one(*writer);
    write_message(*writer, ann);
    auto made = std::async(std::launch::async, [&] { return schema::install_feed(*open()); });
    // Whoever waits for that transaction lets others pass, again and again.
    for (int i = 0; i < 20; ++i) {
        given_message(bob);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_FALSE(schema::has_part_of_feed(*connection) && on(sql::Dialect::postgresql));
    long_one.commit();
    EXPECT_TRUE(made.get());
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
}

TEST_P(FeedTables, LetDjangoRebuildTheTableOfMessages) {
    if (!on(sql::Dialect::sqlite)) {
        return; // elsewhere a table is changed in its place
    }
    schema::install_feed(*connection);
    const auto hi = given_message(ann);
    given_tag(hi);
    connection->run_script({"as Django does", R"sql(
        PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TABLE "new__drf_messages_message" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "view" varchar(64) NOT NULL, "message" varchar(2048) NOT NULL, "level" integer NOT NULL, "read_at" datetime NULL, "created" datetime NOT NULL, "session_id" varchar(40) NULL, "user_id" integer NOT NULL, "session_key" varchar(40) NULL);
        INSERT INTO "new__drf_messages_message" SELECT * FROM "drf_messages_message";
        DROP TABLE "drf_messages_message";
        ALTER TABLE "new__drf_messages_message" RENAME TO "drf_messages_message";
        COMMIT;
        PRAGMA foreign_keys = ON;
    )sql"});
    EXPECT_THAT(schema::missing_of_feed(*connection), SizeIs(3));
    given_tag(hi);
    EXPECT_TRUE(schema::install_feed(*connection));
    noted();
    const auto next = given_message(ann);
    EXPECT_THAT(noted(), ElementsAre(line(ann, "NULL", next, 1)));
}

TEST_P(FeedTables, TakeOverTheTypeOfAUsersKey) {
    if (on(sql::Dialect::sqlite)) {
        return; // keeps whatever is written
    }
    const std::string key = "drf_messages_message_user_id_5cc538ca_fk_auth_user_id";
    if (on(sql::Dialect::postgresql)) {
        connection->run_script(
            {"change",
             fmt::format(
                 "ALTER TABLE drf_messages_message DROP CONSTRAINT {},"
                 " ALTER COLUMN user_id TYPE varchar(36) COLLATE \"C\"",
                 key
             )}
        );
    } else {
        connection->run_script(
            {"change",
             fmt::format(
                 "ALTER TABLE drf_messages_message DROP FOREIGN KEY {},"
                 " MODIFY user_id char(32) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL",
                 key
             )}
        );
    }
    schema::install_feed(*connection);
    test::run(
        *connection,
        "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
        " VALUES ('', 'hi', 20, CURRENT_TIMESTAMP, '0123456789abcdef0123456789abcdef')"
    );
    EXPECT_THAT(
        test::rows(*connection, "SELECT user_id FROM drf_messages_server_change", 1),
        ElementsAre("0123456789abcdef0123456789abcdef")
    );
    const std::string_view types =
        on(sql::Dialect::postgresql)
            ? "SELECT table_name::text, data_type::text, collation_name::text"
              " FROM information_schema.columns WHERE column_name = 'user_id'"
              " AND table_name LIKE 'drf_messages_server%' ORDER BY table_name"
            : "SELECT table_name, column_type, collation_name FROM information_schema.columns"
              " WHERE column_name = 'user_id' AND table_schema = DATABASE()"
              " AND table_name LIKE 'drf_messages_server%' ORDER BY table_name";
    const std::string type =
        on(sql::Dialect::postgresql) ? "|character varying|C" : "|char(32)|latin1_bin";
    EXPECT_THAT(
        test::rows(*connection, types, 3),
        ElementsAre("drf_messages_server_change" + type, "drf_messages_server_feed" + type)
    );
}

TEST_P(FeedTables, AreWhatTheScriptForAnAdministratorMakes) {
    if (on(sql::Dialect::mariadb)) {
        return; // only its client program knows DELIMITER
    }
    const std::string script = schema::feed_sql(*connection);
    for (int i = 0; i < 2; ++i) { // it may be run again
        connection->run_script({"script", script});
        EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
    }
    const auto hi = given_message(ann);
    EXPECT_THAT(noted(), ElementsAre(line(ann, "NULL", hi, 1)));
    const std::string removal = schema::feed_removal_sql(*connection);
    connection->run_script({"begun", removal.substr(0, removal.find("COMMIT"))});
    connection->run_script({"undone", "ROLLBACK"});
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty()) << "no part goes alone";
    connection->run_script({"script", removal});
    EXPECT_FALSE(schema::has_part_of_feed(*connection));
}

TEST_P(FeedTables, TellHowTheyAre) {
    schema::install_feed(*connection);
    given_message(ann);
    const auto status = schema::feed_status(*connection);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->waiting, on(sql::Dialect::sqlite) ? 0 : 1);
    EXPECT_EQ(status->kept, on(sql::Dialect::sqlite) ? 1 : 0);
    EXPECT_EQ(status->position, status->kept);
    EXPECT_EQ(status->holder, "");
    EXPECT_EQ(status->bytes.has_value(), !on(sql::Dialect::sqlite));
}

/// `migrate` of a database that is ours.
TEST_P(FeedTables, AreMadeByMigrateWhereTheyAreNeeded) {
    const schema::Extras extras{.feed = true};
    EXPECT_THAT(schema::pending_migrations(*connection), IsEmpty());
    EXPECT_THAT(schema::pending_migrations(*connection, "auth", extras), IsEmpty());
    EXPECT_THAT(
        schema::pending_migrations(*connection, {}, extras), ElementsAre(&schema::feed_migration())
    );
    const auto migrate = [&] {
        int done = 0;
        schema::migrate(
            open,
            [] { return test::a_monday_morning; },
            {},
            [&](const schema::Migration&, bool is_done) { done += is_done ? 1 : 0; },
            extras
        );
        return done;
    };
    EXPECT_EQ(migrate(), 1);
    EXPECT_THAT(schema::missing_of_feed(*connection), IsEmpty());
    EXPECT_EQ(migrate(), 0);
    EXPECT_EQ(schema::inspect(*connection), schema::State::ready);
}

std::vector<std::string> databases() {
    std::vector<std::string> all = test::started_servers();
    all.insert(all.begin(), sqlite);
    return all;
}

INSTANTIATE_TEST_SUITE_P(
    ,
    FeedTables,
    testing::ValuesIn(databases()),
    [](const testing::TestParamInfo<std::string>& info) {
        return info.param.substr(0, info.param.find(':'));
    }
);

} // namespace
} // namespace drf_messages
