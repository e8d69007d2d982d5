// SPDX-License-Identifier: MIT
// Migrations on PostgreSQL and MariaDB: what they make is compared with what Django made, as the
// catalogue of the database has it.
#include "connection_over.hpp"
#include "recorded.hpp"
#include "schema/access.hpp"
#include "schema/indexes.hpp"
#include "schema/migrations.hpp"
#include "sql/transaction.hpp"
#include "support/server_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using schema::Migration;
using test::ConnectionOver;
using test::ServerDatabase;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

bool is_ours(const std::string& line) {
    return line.find("drf_messages_server_message_") != std::string::npos;
}

std::vector<std::string> catalogue_of_postgresql(sql::Connection& connection) {
    std::vector<std::string> lines;
    const auto add = [&](std::string_view text, int columns) {
        for (std::string& line : test::rows(connection, text, columns)) {
            lines.push_back(std::move(line));
        }
    };
    add("SELECT table_name, column_name, data_type, character_maximum_length::text, is_nullable,"
        " column_default FROM information_schema.columns WHERE table_schema = 'public'",
        6);
    add("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'", 1);
    add("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        3);
    add("SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'", 2);
    add("SELECT s.relname, t.relname, d.deptype::text FROM pg_depend d"
        " JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
        " JOIN pg_class t ON t.oid = d.refobjid AND t.relkind = 'r'",
        3);
    return lines;
}

std::vector<std::string> catalogue_of_mariadb(sql::Connection& connection) {
    std::vector<std::string> lines;
    for (const std::string& table : test::rows(
             connection,
             "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
             1
         )) {
        std::string definition;
        const std::string text = "SHOW CREATE TABLE " + table;
        connection.query({"catalogue", text}, {}, [&definition](const sql::Row& row) {
            definition = row.text(1);
        });
        for (std::size_t begin = 0; begin < definition.size();) {
            const std::size_t end = std::min(definition.find('\n', begin), definition.size());
            std::string line = definition.substr(begin, end - begin);
            if (line.ends_with(',')) {
                line.pop_back();
            }
            const std::size_t counter = line.find(" AUTO_INCREMENT=");
            if (counter != std::string::npos) {
                line.erase(counter, line.find(' ', counter + 1) - counter);
            }
            lines.push_back(table + ": " + line);
            begin = end + 1;
        }
    }
    return lines;
}

/// Every table, column, index, key and sequence, but for the indexes of our own; sorted.
std::vector<std::string> catalogue(sql::Connection& connection) {
    auto lines = connection.dialect() == sql::Dialect::postgresql
                     ? catalogue_of_postgresql(connection)
                     : catalogue_of_mariadb(connection);
    std::erase_if(lines, is_ours);
    return test::sorted(std::move(lines));
}

/// A connection that dies as a killed process does: right after the given number of changes of a
/// table, which the database has made and nobody knows of.
class DyingConnection final : public ConnectionOver {
public:
    DyingConnection(std::unique_ptr<sql::Connection> real, int changes)
        : ConnectionOver(std::move(real)), changes_left_(changes) {}

    void run_script(const sql::Statement& script) override {
        ConnectionOver::run_script(script);
        const std::string_view text = script.text;
        const bool changes = text.find("CREATE ") != text.npos || text.find("ALTER ") != text.npos;
        if (changes && text.find("IF NOT EXISTS") == text.npos && changes_left_-- == 0) {
            throw sql::Error(sql::ErrorKind::connection_lost, script.name, "", "killed");
        }
    }

private:
    int changes_left_;
};

/// A connection whose process gets no processor time between an answer and the next statement.
class PausingConnection final : public ConnectionOver {
public:
    PausingConnection(std::unique_ptr<sql::Connection> real, std::function<void()> pause)
        : ConnectionOver(std::move(real)), pause_(std::move(pause)) {}

    void query(
        const sql::Statement& statement,
        std::span<const sql::Value> parameters,
        const std::function<void(const sql::Row&)>& each
    ) override {
        ConnectionOver::query(statement, parameters, each);
        pause_();
    }

private:
    std::function<void()> pause_;
};

class MigrationsOnServer : public testing::TestWithParam<std::string> {
protected:
    /// Every table as Django made it, by the recorded definitions.
    void run_recorded(sql::Connection& on, const std::string& name) const {
        std::string script;
        for (const std::string& line :
             test::recorded_lines("schema_" + file_part_ + name.substr(7))) {
            script += line + "\n";
        }
        on.run_script({"recorded schema", script});
    }

    std::vector<std::string> recorded_catalogue() const {
        const ServerDatabase recorded(ServerDatabase::Content::nothing, GetParam());
        const auto other = recorded.connections()();
        run_recorded(*other, "schema_.sql");
        return catalogue(*other);
    }

    std::vector<std::string> migrate() const { return migrate(open); }
    static std::vector<std::string> migrate(const sql::ConnectionFactory& open) {
        std::vector<std::string> done;
        schema::migrate(
            open,
            [] { return test::a_monday_morning; },
            {},
            [&done](const Migration& migration, bool is_done) {
                if (is_done) {
                    done.push_back(std::string(migration.app) + "." + std::string(migration.name));
                }
            }
        );
        return done;
    }

    ServerDatabase database{ServerDatabase::Content::nothing, GetParam()};
    sql::ConnectionFactory open = database.connections();
    std::unique_ptr<sql::Connection> connection = open();

private:
    std::string file_part_ = GetParam().starts_with("postgresql") ? "postgresql" : "mariadb";
};

TEST_P(MigrationsOnServer, MakeTheVeryTablesThatDjangoMakes) {
    migrate();
    EXPECT_THAT(catalogue(*connection), testing::ElementsAreArray(recorded_catalogue()));
    EXPECT_EQ(
        test::rows(*connection, "SELECT app, name FROM django_migrations ORDER BY id", 2).size(),
        test::usual_migrations() + 1 // and the mark that the database is ours
    );
    EXPECT_EQ(test::number(*connection, "SELECT COUNT(*) FROM auth_permission"), 36);
    EXPECT_THAT(migrate(), IsEmpty());
}

TEST_P(MigrationsOnServer, MakeTheVeryLogOfTheAdminThatDjangoMakes) {
    test::migrate_all(open, "admin");
    const ServerDatabase recorded(ServerDatabase::Content::nothing, GetParam());
    test::migrate_all(recorded.connections(), "auth");
    const auto other = recorded.connections()();
    run_recorded(*other, "schema__admin.sql");
    EXPECT_THAT(catalogue(*connection), testing::ElementsAreArray(catalogue(*other)));
}

TEST_P(MigrationsOnServer, AddOnlyIndexesToTheTablesOfADjangoSite) {
    run_recorded(*connection, "schema_.sql");
    for (const std::string& row : test::recorded_rows("django_migrations")) {
        const std::size_t bar = row.find('|');
        test::run(
            *connection,
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
            {std::string_view(row).substr(0, bar),
             std::string_view(row).substr(bar + 1),
             test::a_monday_morning}
        );
    }
    const auto before = catalogue(*connection);
    EXPECT_THAT(
        migrate(),
        ElementsAre("drf_messages_server.0001_indexes", "drf_messages_server.0002_index_for_prune")
    );
    EXPECT_EQ(catalogue(*connection), before);
}

TEST_P(MigrationsOnServer, UpgradeASiteOfRelease110InPlace) {
    test::migrate_all(open, "auth");
    test::migrate_all(open, "authtoken");
    test::migrate_all(open, "sessions");
    run_recorded(*connection, "schema__drf_messages_0001.sql");
    connection->run_script({"rows", R"sql(
        INSERT INTO django_migrations (app, name, applied)
            VALUES ('drf_messages', '0001_initial', '2021-03-01 00:00:00');
        INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email,
                is_staff, is_active, date_joined)
            VALUES (1, '!', false, 'ann', '', '', '', false, true, '2021-01-01 00:00:00');
        INSERT INTO django_session VALUES ('k1', 'data', '2099-01-01 00:00:00');
        INSERT INTO drf_messages_message (view, message, level, read_at, created, session_id, user_id)
            VALUES ('demo', 'Größe', 30, NULL, '2021-03-02 00:00:00', 'k1', 1);
        INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('x', 1);
    )sql"});

    EXPECT_THAT(
        migrate(),
        ElementsAre(
            "drf_messages.0002_message_session_key",
            "drf_messages_server.0001_indexes",
            "drf_messages_server.0002_index_for_prune"
        )
    );

    EXPECT_EQ(catalogue(*connection), recorded_catalogue());
    EXPECT_THAT(
        test::rows(
            *connection,
            "SELECT m.id, view, message, level, read_at, session_id, user_id, session_key, t.text"
            " FROM drf_messages_message m JOIN drf_messages_messagetag t ON t.message_id = m.id",
            9
        ),
        ElementsAre("1|demo|Größe|30|NULL|k1|1|NULL|x")
    );
    const sql::Statement next = {
        "next",
        "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
        " VALUES ('', 'new', 20, '2024-01-01 00:00:00', 1)"};
    EXPECT_EQ(connection->insert(next, {}), 2);
}

TEST_P(MigrationsOnServer, RunOnceWhenManyServersStartAtTheSameTime) {
    std::atomic<std::size_t> steps = 0;
    std::atomic<int> failures = 0;
    {
        std::vector<std::jthread> servers;
        for (int server = 0; server < 3; ++server) {
            servers.emplace_back([&] {
                try {
                    steps += migrate().size();
                } catch (const std::exception&) {
                    ++failures;
                }
            });
        }
    }
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(steps, test::usual_migrations());
    EXPECT_EQ(catalogue(*connection), recorded_catalogue());
}

/// A server that starts beside them looks at its privileges first, and waits for no lock there.
TEST_P(MigrationsOnServer, AreWaitedForOncePrivilegesWereLookedAt) {
    migrate();
    const std::vector<schema::Need> needs{{"django_migrations", schema::Privilege::select, {}}};
    EXPECT_FALSE(schema::find_refusal(*connection, needs));
    EXPECT_FALSE(schema::find_write_refusal(*connection));

    const bool postgresql = connection->dialect() == sql::Dialect::postgresql;
    const auto other = open();
    other->begin();
    other->run_script(
        {"change a table",
         postgresql ? "LOCK TABLE django_migrations" : "LOCK TABLES django_migrations WRITE"}
    );
    auto state = std::async(std::launch::async, [&] { return schema::inspect(*connection); });
    const auto watch = open();
    const std::string_view waiting =
        postgresql ? "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                     " AND wait_event_type = 'Lock'"
                   : "SELECT id FROM information_schema.processlist WHERE db = DATABASE()"
                     " AND state LIKE '%metadata lock%'";
    while (state.wait_for(1ms) != std::future_status::ready &&
           test::rows(*watch, waiting, 1).empty()) {
    }
    if (postgresql) {
        other->rollback();
    } else {
        other->run_script({"let others in", "UNLOCK TABLES"});
    }
    EXPECT_EQ(state.get(), schema::State::ready);
}

TEST_P(MigrationsOnServer, GoOnWhereverTheyWereInterrupted) {
    // On PostgreSQL what was interrupted begins anew, so each attempt must get further.
    const bool begins_anew = connection->dialect() == sql::Dialect::postgresql;
    int deaths = 0;
    const auto dying = [&] {
        return std::make_unique<DyingConnection>(open(), begins_anew ? deaths : 1);
    };
    for (bool finished = false; !finished && deaths < 100;) {
        try {
            schema::migrate(dying, [] { return test::a_monday_morning; }, {}, {});
            finished = true;
        } catch (const sql::Error& error) {
            ASSERT_EQ(error.kind(), sql::ErrorKind::connection_lost) << error.what();
            ++deaths;
        }
    }
    EXPECT_GT(deaths, 5);
    EXPECT_EQ(catalogue(*connection), recorded_catalogue());
    EXPECT_EQ(test::number(*connection, "SELECT COUNT(*) FROM auth_permission"), 36);
}

TEST_P(MigrationsOnServer, MakeAnInvalidIndexAgain) {
    if (connection->dialect() != sql::Dialect::postgresql) {
        return; // an index is there or not elsewhere
    }
    migrate();
    connection->run_script({"as an interrupted CREATE INDEX CONCURRENTLY leaves it", R"sql(
        UPDATE pg_index SET indisvalid = false
            WHERE indexrelid = 'drf_messages_server_message_newest'::regclass;
        DELETE FROM django_migrations WHERE name = '0001_indexes';
    )sql"});
    EXPECT_THAT(migrate(), ElementsAre("drf_messages_server.0001_indexes"));
    EXPECT_EQ(
        test::number(
            *connection,
            "SELECT COUNT(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname LIKE 'drf_messages_server_message%' AND indisvalid"
        ),
        4
    );
}

TEST_P(MigrationsOnServer, LeaveTheTableInUseWhileTheyMakeAnIndex) {
    if (connection->dialect() != sql::Dialect::postgresql) {
        return; // MariaDB waits for open transactions with the table locked, whatever it is told
    }
    test::migrate_all(open, "drf_messages");
    const auto writer = open();
    constexpr const char* insert =
        "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email,"
        " is_staff, is_active, date_joined) VALUES ('!', false, 'ann', '', '', '', false, true, "
        "now())";
    test::run(*writer, insert);
    const auto store_message = [](sql::Connection& through) {
        test::run(
            through,
            "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
            " SELECT '', 'hi', 20, now(), id FROM auth_user"
        );
    };
    sql::ScopedTransaction open_transaction(*writer);
    store_message(*writer);
    // The index waits for this transaction. Were the table locked for it, the next writer would
    // too.
    auto migrating = std::async(std::launch::async, [this] { return migrate(); });
    while (test::number(
               *connection,
               "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
               " AND query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'"
           ) == 0) {
        std::this_thread::sleep_for(10ms);
    }
    test::run(*connection, "SET lock_timeout = '2s'");
    store_message(*connection);
    open_transaction.commit();
    EXPECT_THAT(migrating.get(), Contains(HasSubstr("0001_indexes")));
}

TEST_P(MigrationsOnServer, MakeAnIndexWhileAnotherServerThatAsksForTheLockIsSlow) {
    if (connection->dialect() != sql::Dialect::postgresql) {
        return; // only CREATE INDEX CONCURRENTLY waits for transactions that have nothing to do
    }
    test::migrate_all(open, "drf_messages");
    std::promise<void> asked;
    std::promise<void> go_on;
    std::once_flag first_answer;
    const auto slow = [&] {
        return std::make_unique<PausingConnection>(open(), [&] {
            std::call_once(first_answer, [&] {
                asked.set_value();
                go_on.get_future().wait();
            });
        });
    };
    std::future<std::vector<std::string>> other;
    int opened = 0;
    // Whoever has the lock opens the second connection.
    const auto with_another_server = [&] {
        if (++opened == 2) {
            other = std::async(std::launch::async, [&] { return migrate(slow); });
            asked.get_future().wait();
        }
        return open();
    };
    auto migrating = std::async(std::launch::async, [&] { return migrate(with_another_server); });
    while (migrating.wait_for(10ms) == std::future_status::timeout &&
           test::number(
               *connection,
               "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
               " AND query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'"
           ) == 0) {
    }
    go_on.set_value();
    const bool done = migrating.wait_for(5min) == std::future_status::ready;
    EXPECT_TRUE(done) << "the index waits for the server that waits for the lock";
    if (!done) {
        test::run(
            *connection,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        );
        return;
    }
    EXPECT_THAT(migrating.get(), Contains(HasSubstr("0001_indexes")));
    EXPECT_THAT(other.get(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Databases,
    MigrationsOnServer,
    testing::ValuesIn(test::started_servers()),
    [](const auto& url) { return url.param.substr(0, url.param.find(':')); }
);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MigrationsOnServer);

} // namespace
} // namespace drf_messages
