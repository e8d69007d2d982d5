// SPDX-License-Identifier: MIT
// Tables as sites have them from the time when Django's manual said CHARACTER SET utf8.
#include "schema/narrow_columns.hpp"
#include "store/message_store.hpp"
#include "store/session_store.hpp"
#include "unit/mariadb/mariadb_server.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages {
namespace {

using test::a_monday_morning;
using test::number;
using test::rows;
using test::run;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Charset {
    std::string name;
    std::string holds;
    std::vector<std::string> lacks;
};

const std::vector<Charset> charsets = {
    {"utf8mb3", "日本 é", {"🔥", "a🔥", "\xF0\x9F"}},
    {"latin1", "é €", {"日本", "Ā", "a🔥", "é日", "\xC3"}},
    {"cp1251", "Жук", {"é", "日", "🔥"}},
    {"sjis", "日本 かな", {"é", "🔥"}},
    {"gbk", "漢字", {"🔥", "é한"}},
    {"ucs2", "日本 é", {"🔥"}},
    {"ascii", "plain", {"é", "日", "🔥"}},
    {"utf8mb4", "日本 é 🔥", {}},
    {"utf32", "日本 é 🔥", {}},
};

class MariadbCharsets : public test::MariadbTest {
protected:
    /// The tables of messages with one message, anew.
    void create_messages(const Charset& charset) {
        connection->run_script(
            {"create",
             "DROP TABLE IF EXISTS drf_messages_message, drf_messages_messagetag, django_session;"
             "CREATE TABLE drf_messages_message (id integer NOT NULL AUTO_INCREMENT PRIMARY KEY,"
             " view varchar(64) NOT NULL, message varchar(1024) NOT NULL, level integer NOT NULL,"
             " read_at datetime(6), created datetime(6) NOT NULL, session_id varchar(40),"
             " user_id integer NOT NULL, session_key varchar(40), INDEX (session_key))"
             " CHARACTER SET " +
                 charset.name +
                 "; CREATE TABLE drf_messages_messagetag (id integer NOT NULL AUTO_INCREMENT"
                 " PRIMARY KEY, text varchar(128) NOT NULL, message_id integer NOT NULL)"
                 " CHARACTER SET " +
                 charset.name +
                 "; CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY,"
                 " session_data longtext NOT NULL, expire_date datetime(6) NOT NULL)"
                 " CHARACTER SET " +
                 charset.name}
        );
        connection = connect_supervised();
        const std::vector<std::string> tags = {charset.holds, "?"};
        store::insert_message(
            *connection,
            {.user = UserId{std::int64_t{1}},
             .session_key = std::nullopt,
             .session_in_table = false,
             .view = "?",
             .message = charset.holds,
             .level = 20,
             .created = a_monday_morning,
             .extra_tags = tags}
        );
        store::insert_message(
            *connection,
            {.user = UserId{std::int64_t{1}},
             .session_key = std::nullopt,
             .session_in_table = false,
             .view = "?",
             .message = "? ??",
             .level = 20,
             .created = a_monday_morning,
             .extra_tags = {}}
        );
    }

    std::int64_t count(Condition condition) {
        MessageQuery query;
        query.where = std::move(condition);
        return store::count_messages(*connection, {UserId{std::int64_t{1}}, false, {}}, query);
    }

    std::unique_ptr<sql::Connection> connection = connect_supervised();
};

constexpr Lookup text_lookups[] = {
    Lookup::exact,
    Lookup::iexact,
    Lookup::gt,
    Lookup::gte,
    Lookup::lt,
    Lookup::lte,
    Lookup::contains,
    Lookup::icontains,
    Lookup::startswith,
    Lookup::istartswith,
    Lookup::endswith,
    Lookup::iendswith};

TEST_F(MariadbCharsets, MatchNothingWithWhatTheyCannotHold) {
    for (const Charset& charset : charsets) {
        create_messages(charset);
        for (const Field field :
             {Field::message, Field::view, Field::tag_text, Field::session_key}) {
            for (const std::string& text : charset.lacks) {
                for (const Lookup lookup : text_lookups) {
                    const auto condition = Condition::compare(field, lookup, text);
                    EXPECT_EQ(count(condition), 0) << charset.name << ' ' << text;
                    EXPECT_EQ(count(!condition), 2) << charset.name << ' ' << text;
                }
                EXPECT_EQ(count(Condition::in(field, {text})), 0);
                EXPECT_EQ(count(!Condition::in(field, {text, text})), 2);
            }
        }
        EXPECT_EQ(count(Condition::compare(Field::message, Lookup::contains, "?")), 1);
    }
}

TEST_F(MariadbCharsets, FindWhatTheyHold) {
    for (const Charset& charset : charsets) {
        create_messages(charset);
        for (const Lookup lookup : text_lookups) {
            const bool found = lookup != Lookup::gt && lookup != Lookup::lt;
            EXPECT_EQ(
                count(
                    Condition::compare(Field::message, lookup, charset.holds) &&
                    Condition::compare(Field::tag_text, Lookup::contains, charset.holds)
                ),
                found
            ) << charset.name;
        }
        std::vector<FieldValue> some(charset.lacks.begin(), charset.lacks.end());
        some.emplace_back(charset.holds);
        EXPECT_EQ(count(Condition::in(Field::message, some)), 1) << charset.name;
        EXPECT_EQ(count(!Condition::in(Field::message, some)), 1) << charset.name;
        EXPECT_EQ(
            count(
                Condition::compare(Field::message, Lookup::contains, "🔥") ||
                Condition::compare(Field::message, Lookup::contains, charset.holds)
            ),
            1
        ) << charset.name;
    }
}

TEST_F(MariadbCharsets, KnowNoSessionByAKeyThatTheyCannotHold) {
    for (const Charset& charset : charsets) {
        create_messages(charset);
        for (const std::string& key : charset.lacks) {
            EXPECT_FALSE(store::session_exists(*connection, key));
            EXPECT_FALSE(store::select_session(*connection, key, a_monday_morning));
            EXPECT_FALSE(store::select_stored_session(*connection, key, a_monday_morning));
            EXPECT_FALSE(store::update_session(*connection, key, "data", a_monday_morning));
            store::delete_session(*connection, key);
            const store::MessageScope scope{UserId{std::int64_t{1}}, true, key};
            EXPECT_EQ(store::count_messages(*connection, scope, {}), 2);
        }
    }
}

TEST_F(MariadbCharsets, RefuseToStoreWhatTheyLackAndSayWhichCharacterOfWhichColumn) {
    create_messages(charsets[0]);
    const sql::Error fire = error_of([&] {
        run(*connection, "UPDATE drf_messages_message SET message = ?", {"it's 'x' 🔥 secret"});
    });
    EXPECT_EQ(fire.kind(), sql::ErrorKind::charset);
    EXPECT_EQ(static_cast<const DatabaseError&>(fire).kind(), DatabaseErrorKind::charset);
    EXPECT_STREQ(
        fire.what(),
        "test: column drf_messages_message.message cannot hold the character U+1F525 (1366)"
    );
    EXPECT_FALSE(fire.retryable());

    create_messages(charsets[1]);
    const sql::Error day = error_of([&] {
        run(*connection, "UPDATE drf_messages_messagetag SET text = ?", {"é日本語 secret"});
    });
    EXPECT_STREQ(
        day.what(),
        "test: column drf_messages_messagetag.text cannot hold the character U+65E5 (1366)"
    );
    EXPECT_EQ(count(Condition::compare(Field::message, Lookup::exact, charsets[1].holds)), 1);
    EXPECT_TRUE(connection->usable());
}

TEST_F(MariadbCharsets, AreAskedForOnceByAllConnections) {
    create_messages(charsets[7]);
    const auto open = sql::mariadb_connections(options);
    const auto first = open();
    const auto second = open();
    const auto questions = [](sql::Connection& of, std::string_view text) {
        const auto before = of.statement_count();
        EXPECT_TRUE(of.can_hold("drf_messages_message", "message", text));
        return of.statement_count() - before;
    };
    EXPECT_EQ(questions(*first, "plain"), 0U);
    EXPECT_EQ(questions(*first, "é"), 1U);
    EXPECT_EQ(questions(*first, "🔥 日本"), 0U);
    EXPECT_EQ(questions(*second, "é🔥"), 0U);
}

TEST_F(MariadbCharsets, AreAskedForAnewOnceAComparisonIsRefused) {
    create_messages(charsets[7]);
    const auto condition = Condition::compare(Field::message, Lookup::exact, "🔥");
    EXPECT_EQ(count(condition), 0);
    run(*connection, "DELETE FROM drf_messages_message");
    run(*connection,
        "ALTER TABLE drf_messages_message MODIFY message varchar(9) CHARACTER SET latin1");
    const sql::Error error = error_of([&] { count(condition); });
    EXPECT_EQ(error.kind(), sql::ErrorKind::charset) << error.what();
    EXPECT_EQ(count(condition), 0);
}

TEST_F(MariadbCharsets, OfColumnsThatAreNoTextOrUnknownHoldEverything) {
    run(*connection, "CREATE TABLE t (b varbinary(9), n integer) CHARACTER SET latin1");
    for (const std::string_view column : {"b", "n", "none"}) {
        EXPECT_TRUE(connection->can_hold("t", column, "🔥"));
    }
    EXPECT_TRUE(connection->can_hold("none", "none", "🔥"));
}

class NarrowColumns : public MariadbCharsets {
protected:
    std::vector<schema::NarrowColumns> narrow(std::vector<std::string_view> columns) {
        const schema::WordColumns wanted[] = {{"t", std::move(columns)}};
        return schema::narrow_columns(*connection, wanted);
    }

    std::vector<std::string> described() {
        return rows(
            *connection,
            "SELECT column_name, column_type, is_nullable, column_default, column_comment,"
            " collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            " AND table_name = 't' ORDER BY ordinal_position",
            6
        );
    }
};

TEST_F(NarrowColumns, AreMendedAndElseKeptAsTheyAre) {
    connection->run_script(
        {"create",
         "CREATE TABLE t (a varchar(9) NOT NULL DEFAULT 'it''s' COMMENT 'what''s \"it\"',"
         " b varchar(9) COLLATE latin1_german2_ci, c text COLLATE latin1_general_cs NOT NULL,"
         " d varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci DEFAULT NULL,"
         " e varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin DEFAULT (concat('a', 'b')),"
         " f varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_uca1400_ai_ci,"
         " w varchar(9) CHARACTER SET utf8mb4, other varchar(9), `wh``y` varchar(9),"
         " UNIQUE (a)) CHARACTER SET latin1; INSERT INTO t (a, c) VALUES ('é', 'ü')"}
    );
    const auto found = narrow({"a", "b", "c", "d", "e", "f", "w", "wh`y"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].columns, ElementsAre("a", "b", "c", "d", "e", "f", "wh`y"));
    EXPECT_EQ(found[0].charset, "latin1");
    run(*connection, found[0].mend);
    EXPECT_THAT(
        described(),
        ElementsAre(
            "a|varchar(9)|NO|'it''s'|what's \"it\"|utf8mb4_swedish_ci",
            "b|varchar(9)|YES|NULL||utf8mb4_german2_ci",
            "c|text|NO|NULL||utf8mb4_bin",
            "d|varchar(9)|YES|NULL||utf8mb4_unicode_ci",
            "e|varchar(9)|YES|concat('a','b')||utf8mb4_bin",
            "f|varchar(9)|YES|NULL||utf8mb4_uca1400_ai_ci",
            "w|varchar(9)|YES|NULL||utf8mb4_general_ci",
            "other|varchar(9)|YES|NULL||latin1_swedish_ci",
            "wh`y|varchar(9)|YES|NULL||utf8mb4_swedish_ci"
        )
    );
    EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE a = 'é' AND c = 'ü'"), 1);
    EXPECT_THAT(narrow({"a", "b", "c", "d", "e", "f", "w", "wh`y"}), IsEmpty());
}

TEST_F(NarrowColumns, ThatAForeignKeyHasAreNotMendedAlone) {
    connection->run_script(
        {"create",
         "CREATE TABLE t (a varchar(9) PRIMARY KEY, b varchar(9)) CHARACTER SET latin1;"
         "CREATE TABLE u (a varchar(9) CHARACTER SET latin1, FOREIGN KEY (a) REFERENCES t (a))"}
    );
    EXPECT_EQ(narrow({"a"}).at(0).mend, "");
    EXPECT_THAT(narrow({"b"}).at(0).mend, Not(HasSubstr("`a`")));
}

} // namespace
} // namespace drf_messages
