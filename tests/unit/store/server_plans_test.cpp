// SPDX-License-Identifier: MIT
// The plans of every statement on the way of a request, on a table of a million messages of a
// thousand users. With DRF_MESSAGES_PLANS=FOLDER they are written there, for docs/scaling.md.
#include "schema/migrations.hpp"
#include "sql/sqlite/factory.hpp"
#include "store/admin_messages.hpp"
#include "store/message_store.hpp"
#include "store/session_store.hpp"
#include "store/user_store.hpp"
#include "support/database.hpp"
#include "support/server_database.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using sql::Dialect;
using test::RecordingConnection;
using test::ServerDatabase;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* fill_postgresql = R"sql(
SET session_replication_role = replica;
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    SELECT i, '!', false, 'user' || i, '', '', '', false, true, now() FROM generate_series(1, 1000) i;
INSERT INTO authtoken_token (key, created, user_id) SELECT 'token' || i, now(), i FROM generate_series(1, 1000) i;
INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT 'session' || i, 'data', timestamptz '2024-01-01' + (i - 100) * interval '1 minute' FROM generate_series(1, 20000) i;
INSERT INTO drf_messages_message (id, view, message, level, read_at, created, session_id, user_id, session_key)
    SELECT i, 'demo:index', 'Message number ' || i, (1 + (i / 1000) % 5) * 10,
        CASE WHEN (i / 1000) % 10 < 7 THEN timestamptz '2024-01-01' + i * interval '1 second' END,
        timestamptz '2024-01-01' + i * interval '1 second',
        CASE WHEN i % 2 = 0 THEN 'session' || (1 + i % 20000) END, 1 + i % 1000, 'session' || (1 + i % 20000)
    FROM generate_series(1, 1000000) i;
INSERT INTO drf_messages_messagetag (text, message_id) SELECT 'tag' || (i / 1000) % 10, i FROM generate_series(1, 1000000, 3) i;
)sql";

constexpr const char* fill_unevenly = R"sql(
SET session_replication_role = replica;
INSERT INTO drf_messages_message (view, message, level, read_at, created, user_id)
    SELECT '', 'Message number ' || i, 20, now(), timestamptz '2024-01-01' + i * interval '1 second', 1 + LEAST(i / 10, 10000)
    FROM generate_series(0, 199999) i;
ANALYZE drf_messages_message;
)sql";

constexpr const char* fill_mariadb = R"sql(
SET FOREIGN_KEY_CHECKS = 0, UNIQUE_CHECKS = 0;
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    SELECT seq, '!', 0, CONCAT('user', seq), '', '', '', 0, 1, NOW() FROM seq_1_to_1000;
INSERT INTO authtoken_token (`key`, created, user_id) SELECT CONCAT('token', seq), NOW(), seq FROM seq_1_to_1000;
INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT CONCAT('session', seq), 'data', TIMESTAMP '2024-01-01 00:00:00' + INTERVAL (CAST(seq AS SIGNED) - 100) MINUTE
    FROM seq_1_to_20000;
INSERT INTO drf_messages_message (id, view, message, level, read_at, created, session_id, user_id, session_key)
    SELECT seq, 'demo:index', CONCAT('Message number ', seq), (1 + (seq DIV 1000) % 5) * 10,
        CASE WHEN (seq DIV 1000) % 10 < 7 THEN TIMESTAMP '2024-01-01 00:00:00' + INTERVAL seq SECOND END,
        TIMESTAMP '2024-01-01 00:00:00' + INTERVAL seq SECOND,
        CASE WHEN seq % 2 = 0 THEN CONCAT('session', 1 + seq % 20000) END, 1 + seq % 1000, CONCAT('session', 1 + seq % 20000)
    FROM seq_1_to_1000000;
INSERT INTO drf_messages_messagetag (text, message_id) SELECT CONCAT('tag', (seq DIV 1000) % 10), seq FROM seq_1_to_1000000 WHERE seq % 3 = 1;
)sql";

constexpr const char* fill_sqlite = R"sql(
PRAGMA foreign_keys = OFF;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    SELECT i, '!', 0, 'user' || i, '', '', '', 0, 1, '2024-01-01 00:00:00' FROM n;
INSERT INTO authtoken_token (key, created, user_id) SELECT 'token' || id, '2024-01-01 00:00:00', id FROM auth_user;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT 'session' || i, 'data', datetime('2024-01-01', (i - 100) || ' minutes') FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
INSERT INTO drf_messages_message (id, view, message, level, read_at, created, session_id, user_id, session_key)
    SELECT i, 'demo:index', 'Message number ' || i, (1 + (i / 1000) % 5) * 10,
        CASE WHEN (i / 1000) % 10 < 7 THEN datetime(1704067200 + i, 'unixepoch') END,
        datetime(1704067200 + i, 'unixepoch'),
        CASE WHEN i % 2 = 0 THEN 'session' || (1 + i % 20000) END, 1 + i % 1000, 'session' || (1 + i % 20000)
    FROM n;
INSERT INTO drf_messages_messagetag (text, message_id)
    SELECT 'tag' || (id / 1000) % 10, id FROM drf_messages_message WHERE id % 3 = 1;
COMMIT;
PRAGMA foreign_keys = ON;
ANALYZE;
)sql";

/// A database with that many rows, made once a program and server.
class Million {
public:
    static Million& on(const std::string& url) { return all().try_emplace(url, url).first->second; }
    static void forget() { all().clear(); }

    explicit Million(const std::string& url) {
        if (url == "sqlite") {
            open = sql::sqlite_connections(test::sqlite_file(folder_ / "db", true));
        } else {
            database_.emplace(ServerDatabase::Content::nothing, url);
            open = database_->connections();
        }
        connection = open();
        const Clock clock = [] { return test::a_monday_morning; };
        // The indexes of our own later, as that is faster.
        schema::migrate(open, clock, "drf_messages", {});
        schema::migrate(open, clock, "authtoken", {});
        const Dialect dialect = connection->dialect();
        run(dialect == Dialect::sqlite       ? fill_sqlite
            : dialect == Dialect::postgresql ? fill_postgresql
                                             : fill_mariadb);
        schema::migrate(open, clock, {}, {});
        connection = open();
        if (dialect == Dialect::postgresql) {
            run("VACUUM ANALYZE");
        } else if (dialect == Dialect::mariadb) {
            connection->query(
                {"analyze",
                 "ANALYZE TABLE drf_messages_message, drf_messages_messagetag, django_session,"
                 " auth_user, authtoken_token"},
                {},
                [](const sql::Row&) {}
            );
        }
    }

private:
    static std::map<std::string, Million>& all() {
        static std::map<std::string, Million> databases;
        return databases;
    }
    void run(const char* script) { connection->run_script({"fill", script}); }

    test::TempFolder folder_;
    std::optional<ServerDatabase> database_;

public:
    sql::ConnectionFactory open;
    std::unique_ptr<sql::Connection> connection;
};

class Plans : public testing::TestWithParam<std::string> {
public:
    static void TearDownTestSuite() { Million::forget(); }

protected:
    /// What `work` sends, all of it undone again.
    std::vector<RecordingConnection::Sent>
    statements(const std::function<void(sql::Connection&)>& work) {
        RecordingConnection recording(connection);
        connection.begin();
        work(recording);
        connection.rollback();
        return std::move(recording.sent);
    }

    /// The plan, one line a step, "name: ...".
    std::vector<std::string> plan(const RecordingConnection::Sent& sent) {
        std::vector<std::string> lines;
        const char* explain =
            connection.dialect() == Dialect::sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ";
        const std::string text = explain + sent.text;
        connection.query({"plan", text}, sent.values(), [&](const sql::Row& row) {
            lines.push_back(step(row));
        });
        return lines;
    }

    /// PostgreSQL's plan without a look at the parameters, which it may choose after some
    /// executions.
    std::vector<std::string>
    generic_plan(const RecordingConnection::Sent& sent, const sql::ConnectionFactory& open) {
        std::string numbered;
        int parameter = 0;
        for (const char c : sent.text) {
            numbered += c == '?' ? "$" + std::to_string(++parameter) : std::string(1, c);
        }
        std::string nulls;
        for (int i = 0; i < parameter; ++i) {
            nulls += i == 0 ? "(NULL" : ", NULL";
        }
        const std::string prepare =
            "DEALLOCATE ALL; SET plan_cache_mode = force_generic_plan; PREPARE it AS " + numbered;
        const auto own = open();
        own->run_script({"prepare", prepare});
        const std::string text = "EXPLAIN EXECUTE it" + nulls + (parameter > 0 ? ")" : "");
        std::vector<std::string> lines;
        own->query({"plan", text}, {}, [&](const sql::Row& row) {
            lines.emplace_back(row.text(0));
        });
        return lines;
    }

    std::string step(const sql::Row& row) const {
        switch (connection.dialect()) {
        case Dialect::sqlite:
            return std::string(row.text(3));
        case Dialect::postgresql:
            return std::string(row.text(0));
        case Dialect::mariadb:
            break;
        }
        std::string line;
        for (int column : {2, 3, 5, 8, 9}) { // table, type, key, rows, Extra
            line += line.empty() ? "" : " | ";
            line += row.is_null(column) ? std::string_view("-") : row.text(column);
        }
        return line;
    }

    /// The steps that read a table, or all of an index, from end to end.
    std::vector<std::string> full_scans(const std::vector<std::string>& plan) const {
        std::vector<std::string> scans;
        for (const std::string& line : plan) {
            bool full = false;
            switch (connection.dialect()) {
            case Dialect::sqlite:
                // "SCAN m" is the page that a subquery has made, "SCAN (subquery-2)" another one;
                // json_each reads a parameter.
                full = line.starts_with("SCAN ") && line != "SCAN m" &&
                       !line.starts_with("SCAN (subquery-") && !line.starts_with("SCAN json_each ");
                break;
            case Dialect::postgresql:
                full = line.find("Seq Scan on drf_messages_") != line.npos ||
                       line.find("Seq Scan on django_session") != line.npos ||
                       line.find("Seq Scan on auth") != line.npos;
                break;
            case Dialect::mariadb:
                full = !line.starts_with("<") && (line.find(" | ALL | ") != line.npos ||
                                                  line.find(" | index | ") != line.npos);
                break;
            }
            if (full) {
                scans.push_back(line);
            }
        }
        return scans;
    }

    void
    expect_indexes(const std::string& title, const std::function<void(sql::Connection&)>& work) {
        for (const auto& sent : statements(work)) {
            if (sent.text.starts_with("INSERT ") || sent.name == "select_permissions") {
                continue; // it reads nothing, or tables of a few rows
            }
            const auto chosen = plan(sent);
            EXPECT_FALSE(chosen.empty()) << sent.text;
            EXPECT_THAT(full_scans(chosen), IsEmpty()) << title << ": " << sent.text << "\n"
                                                       << testing::PrintToString(chosen);
            write(title, sent, chosen);
            if (connection.dialect() == Dialect::postgresql) {
                const auto generic = generic_plan(sent, million.open);
                EXPECT_THAT(full_scans(generic), IsEmpty()) << title << ": " << sent.text << "\n"
                                                            << testing::PrintToString(generic);
            }
        }
    }

    void write(
        const std::string& title,
        const RecordingConnection::Sent& sent,
        const std::vector<std::string>& lines
    ) const {
        const char* folder = std::getenv("DRF_MESSAGES_PLANS");
        if (!folder) {
            return;
        }
        const std::string database = GetParam().substr(0, GetParam().find(':'));
        std::ofstream out(std::string(folder) + "/" + database + ".txt", std::ios::app);
        out << "== " << title << "\n" << sent.text << "\n";
        for (const std::string& line : lines) {
            out << "    " << line << "\n";
        }
    }

    Million& million = Million::on(GetParam());
    sql::Connection& connection = *million.connection;
    const UserId user{std::int64_t{18}};
    const store::MessageScope scope{user, false, {}};
    const store::MessageScope session_scope{user, true, "session1018"};
    const Timestamp now = test::a_monday_morning + 24h * 30;
};

Condition unread() {
    return Condition::compare(Field::read_at, Lookup::isnull, true);
}

MessageQuery page(Condition where) {
    MessageQuery query;
    query.where = std::move(where);
    query.order = {{Field::created, true}};
    query.limit = 10;
    return query;
}

TEST_P(Plans, OfPeek) {
    expect_indexes("peek", [&](sql::Connection& on) { store::summarize_unread(on, scope); });
    expect_indexes("peek of a session", [&](sql::Connection& on) {
        store::summarize_unread(on, session_scope);
    });
}

TEST_P(Plans, OfTheAdmin) {
    const store::UserStore users;
    const std::vector<UserId> some_users = {user, UserId{std::int64_t{19}}};
    std::vector<MessageId> messages;
    for (std::int64_t id = 500'001; id <= 500'100; ++id) {
        messages.push_back({id});
    }
    const MessageId one = messages.front();
    expect_indexes("admin, users", [&](sql::Connection& on) {
        store::select_user_names(on, users, some_users);
        store::search_users(on, users, "user99", 10);
        store::next_active_users(on, users, UserId{std::int64_t{990}}, 10);
    });
    expect_indexes("admin, a message", [&](sql::Connection& on) {
        store::lock_any_message(on, users, one);
        store::update_message_fields(on, one, {user, {}, "", "changed", 20, now});
        store::update_tag(on, one, {1}, "changed");
        store::delete_tag(on, one, {1});
    });
    expect_indexes("admin, many messages", [&](sql::Connection& on) {
        store::last_message_id(on);
        store::select_batch(on, unread(), {500'000}, {1'000'000}, 100);
        store::lock_batch(on, unread(), messages);
        store::count_tags(on, messages);
        store::set_read_at(on, messages, now);
        store::set_read_at(on, messages, std::nullopt);
        store::delete_messages_by_id(on, messages);
    });
}

TEST_P(Plans, OfTheList) {
    const auto list = [&](const std::string& title, const MessageQuery& query) {
        expect_indexes(title, [&](sql::Connection& on) {
            store::select_messages(on, scope, query);
            store::count_messages(on, scope, query);
        });
    };
    list("list", page({}));
    list("list, unread", page(unread()));
    list("list, by level", page(Condition::compare(Field::level, Lookup::gte, std::int64_t{30})));
    list("list, by tag", page(Condition::compare(Field::tag_text, Lookup::exact, "tag3")));
    list("list, by text", page(Condition::compare(Field::message, Lookup::icontains, "99")));

    MessageQuery all = page({});
    all.limit.reset();
    list("list without pages", all);

    MessageQuery next = page({});
    next.beyond = test::a_monday_morning + 24h * 5;
    list("list, from a cursor", next);

    std::vector<OrderKey> keys;
    MessageQuery exact = page({});
    exact.keys = &keys;
    store::select_messages(connection, scope, exact);
    exact.behind = keys.back().values;
    list("list, from a cursor of ours", exact);

    MessageQuery keeping_place = page(unread());
    keeping_place.unread_as_of = now;
    keeping_place.offset = 10;
    list("list, unread, next page", keeping_place);

    expect_indexes("list of a session", [&](sql::Connection& on) {
        store::select_messages(on, session_scope, page({}));
    });
}

TEST_P(Plans, OfTheFirstPageIsMadeOnce) {
    if (connection.dialect() != Dialect::postgresql) {
        return; // the others plan when a statement is prepared
    }
    constexpr int before_postgresql_decides = 5;
    connection.begin(); // on one connection
    for (int i = 0; i < 2 * before_postgresql_decides; ++i) {
        store::select_messages(connection, scope, page({}));
    }
    const auto made = sql::query_one(
        connection,
        {"custom plans",
         "SELECT MAX(custom_plans) FROM pg_prepared_statements"
         " WHERE statement LIKE 'SELECT m.id%LIMIT 32) m%'"},
        {},
        [](const sql::Row& row) { return row.integer(0); }
    );
    connection.rollback();
    EXPECT_EQ(made, before_postgresql_decides);
}

/// Where users have ten messages, and one has a hundred thousand, user after user in the table.
TEST_P(Plans, OfTheFirstPageReadsNoMoreThanThePage) {
    if (connection.dialect() != Dialect::postgresql) {
        return;
    }
    const ServerDatabase uneven(ServerDatabase::Content::tables, GetParam());
    const auto on = uneven.connections()();
    on->run_script({"fill", fill_unevenly});
    for (const std::uint64_t limit : {1U, 10U, 32U}) {
        MessageQuery query = page({});
        query.limit = limit;
        RecordingConnection recording(*on);
        store::select_messages(recording, scope, query);
        const auto plan = generic_plan(recording.sent.front(), uneven.connections());
        EXPECT_THAT(plan, Contains(HasSubstr("drf_messages_server_message_newest")));
        EXPECT_THAT(plan, Not(Contains(HasSubstr("drf_messages_message_user_id"))));
    }
}

TEST_P(Plans, OfOneMessage) {
    const MessageId id{17};
    expect_indexes("retrieve", [&](sql::Connection& on) {
        store::select_message(on, scope, id, {});
    });
    expect_indexes("delete", [&](sql::Connection& on) {
        store::lock_message(on, scope, id, {});
        store::delete_message(on, id);
    });
    expect_indexes("any", [&](sql::Connection& on) {
        store::any_message(on, scope, Condition::compare(Field::message, Lookup::exact, "Hello"));
    });
}

TEST_P(Plans, OfMarking) {
    std::vector<MessageId> ids;
    for (std::int64_t i = 0; i < 500; ++i) {
        ids.push_back({17 + 1000 * i});
    }
    expect_indexes("mark a page", [&](sql::Connection& on) {
        store::mark_read(on, scope, std::span(ids).first(10), now);
    });
    expect_indexes("mark 500", [&](sql::Connection& on) { store::mark_read(on, scope, ids, now); });
    expect_indexes("mark all", [&](sql::Connection& on) {
        store::mark_read(on, scope, Condition(), now);
    });
}

TEST_P(Plans, OfDeletingMany) {
    expect_indexes("delete, by tag", [&](sql::Connection& on) {
        store::delete_messages(
            on, scope, Condition::compare(Field::tag_text, Lookup::exact, "tag3")
        );
    });
    expect_indexes("delete a session", [&](sql::Connection& on) {
        store::delete_session(on, "session18");
    });
    expect_indexes("clearsessions", [&](sql::Connection& on) {
        store::delete_expired_sessions(on, test::a_monday_morning - 9h, 10);
    });
    expect_indexes("prune", [&](sql::Connection& on) {
        store::OldMessages old{test::a_monday_morning + 24h, true};
        store::delete_old_messages(on, old, 100);
        store::delete_old_messages(on, old, 100);
    });
}

TEST_P(Plans, OfFindingTheUser) {
    expect_indexes("session", [&](sql::Connection& on) {
        store::select_session(on, "session1018", now);
    });
    const store::UserStore users({}, connection.dialect());
    expect_indexes("user", [&](sql::Connection& on) {
        users.select_user(on, user);
        users.select_user_by_name(on, "user18");
        users.select_user_by_token(on, "token18");
    });
}

std::vector<std::string> databases() {
    std::vector<std::string> all = test::started_servers();
    all.insert(all.begin(), "sqlite");
    return all;
}

INSTANTIATE_TEST_SUITE_P(Databases, Plans, testing::ValuesIn(databases()), [](const auto& url) {
    return url.param.substr(0, url.param.find(':'));
});

} // namespace
} // namespace drf_messages
