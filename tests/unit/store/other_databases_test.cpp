// SPDX-License-Identifier: MIT
// What is sent to databases other than SQLite, as text: their own tests run it.
#include "sql/error.hpp"
#include "store/message_store.hpp"
#include "store/session_store.hpp"
#include "store/user_store.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using sql::Dialect;
using test::RecordingConnection;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const store::MessageScope ann = {UserId{std::int64_t{1}}, false, {}};

std::string selected(Dialect dialect, const MessageQuery& query) {
    RecordingConnection connection(dialect);
    store::select_messages(connection, ann, query);
    return connection.sent.at(0).text;
}

std::string selected(Dialect dialect, Lookup lookup) {
    MessageQuery query;
    query.where = Condition::compare(Field::message, lookup, "a");
    return selected(dialect, query);
}

std::string begun(Dialect dialect, MessageQuery query, bool descending) {
    query.order = {{Field::read_at, descending}};
    const std::string text = selected(dialect, query);
    const std::string_view owner = "m.user_id = ?";
    const auto begin = text.find(owner) + owner.size();
    return text.substr(begin, text.find(" ORDER BY") - begin);
}

TEST(OtherDatabases, LookForTextAsDjangoDoesThere) {
    EXPECT_THAT(
        selected(Dialect::postgresql, Lookup::contains), HasSubstr("CAST(m.message AS text) LIKE ?")
    );
    EXPECT_THAT(
        selected(Dialect::postgresql, Lookup::icontains),
        HasSubstr("UPPER(CAST(m.message AS text)) LIKE (SELECT UPPER(CAST(? AS text)))")
    );
    EXPECT_THAT(
        selected(Dialect::mariadb, Lookup::startswith),
        HasSubstr("m.message LIKE ? COLLATE utf8mb4_bin")
    );
    EXPECT_THAT(selected(Dialect::mariadb, Lookup::icontains), HasSubstr("m.message LIKE ?"));
    EXPECT_THAT(selected(Dialect::mariadb, Lookup::icontains), Not(HasSubstr("ESCAPE")));
    EXPECT_THAT(
        selected(Dialect::postgresql, Lookup::iexact),
        HasSubstr("UPPER(CAST(m.message AS text)) = (SELECT UPPER(CAST(? AS text)))")
    );
    for (const Lookup lookup : {Lookup::istartswith, Lookup::iendswith}) {
        EXPECT_THAT(
            selected(Dialect::postgresql, lookup),
            HasSubstr("UPPER(CAST(m.message AS text)) LIKE (SELECT UPPER(CAST(? AS text)))")
        );
        EXPECT_THAT(selected(Dialect::mariadb, lookup), HasSubstr("m.message LIKE ?"));
    }
    EXPECT_THAT(selected(Dialect::mariadb, Lookup::iexact), HasSubstr("m.message LIKE ?"));
    EXPECT_THAT(
        selected(Dialect::mariadb, Lookup::endswith),
        HasSubstr("m.message LIKE ? COLLATE utf8mb4_bin")
    );
}

TEST(OtherDatabases, AreAskedForTheTextsThatManyOrLongWordsAreLookedForInOnPostgresql) {
    using Words = std::vector<FieldValue>;
    const auto look_for = [](Dialect dialect, Field field, Words words, bool everybody) {
        MessageQuery query;
        query.where = Condition::compare(field, Lookup::icontains, "w");
        query.where.values = std::move(words);
        RecordingConnection connection(dialect);
        store::count_messages(connection, {ann.user, false, {}, everybody}, query);
        return connection.sent;
    };
    const auto sent = [&](Dialect dialect, Field field, std::size_t words, bool everybody) {
        return look_for(dialect, field, Words(words, "w"), everybody);
    };
    const auto statements = sent(Dialect::postgresql, Field::message, 17, false);
    ASSERT_EQ(statements.size(), 3U);
    EXPECT_EQ(statements[0].text, "SELECT UPPER(w) FROM unnest(CAST(? AS text[])) AS w");
    EXPECT_THAT(statements[1].text, HasSubstr(" THEN UPPER(CAST(m.message AS text)) END FROM "));
    EXPECT_THAT(statements[1].text, EndsWith(" WHERE m.user_id = ? LIMIT ?"));
    EXPECT_THAT(statements[2].text, EndsWith(" AND 1 = 0")) << "no message was among those";

    EXPECT_EQ(sent(Dialect::postgresql, Field::message, 16, false).size(), 1U);
    EXPECT_EQ(sent(Dialect::postgresql, Field::message, 17, true).size(), 1U);
    EXPECT_EQ(sent(Dialect::postgresql, Field::view, 17, false).size(), 1U);
    EXPECT_EQ(sent(Dialect::mariadb, Field::message, 17, false).size(), 1U);

    const FieldValue long_word = "aaaaaaaabbbbbbbb";
    const auto postgresql = Dialect::postgresql;
    EXPECT_EQ(look_for(postgresql, Field::message, {long_word}, false).size(), 1U);
    EXPECT_EQ(look_for(postgresql, Field::message, {long_word, "w"}, false).size(), 3U);
    const FieldValue longer_word = std::string(17, 'a');
    EXPECT_EQ(look_for(postgresql, Field::message, {longer_word}, false).size(), 3U);
    EXPECT_EQ(look_for(postgresql, Field::message, {longer_word}, true).size(), 1U);
    EXPECT_EQ(look_for(postgresql, Field::view, {longer_word}, false).size(), 1U);
    EXPECT_EQ(look_for(Dialect::mariadb, Field::message, {longer_word}, false).size(), 1U);
}

TEST(OtherDatabases, BeginWhereTheDatabaseSortsNulls) {
    MessageQuery beyond;
    beyond.beyond = Timestamp{};
    MessageQuery behind_null;
    behind_null.behind = {FieldValue(), std::int64_t{7}};
    const std::string tie = " OR (m.read_at IS NULL AND (m.id ";
    for (const Dialect dialect : {Dialect::sqlite, Dialect::mariadb}) {
        EXPECT_EQ(begun(dialect, beyond, false), " AND m.read_at > ?");
        EXPECT_EQ(begun(dialect, beyond, true), " AND (m.read_at < ? OR m.read_at IS NULL)");
        EXPECT_EQ(
            begun(dialect, behind_null, false), " AND (m.read_at IS NOT NULL" + tie + "> ?)))"
        );
        EXPECT_EQ(begun(dialect, behind_null, true), " AND (1 = 0" + tie + "> ?)))");
    }
    const auto postgresql = Dialect::postgresql;
    EXPECT_EQ(begun(postgresql, beyond, false), " AND (m.read_at > ? OR m.read_at IS NULL)");
    EXPECT_EQ(begun(postgresql, beyond, true), " AND m.read_at < ?");
    EXPECT_EQ(begun(postgresql, behind_null, false), " AND (1 = 0" + tie + "> ?)))");
    EXPECT_EQ(begun(postgresql, behind_null, true), " AND (m.read_at IS NOT NULL" + tie + "> ?)))");
}

TEST(OtherDatabases, CompareSessionKeysByteForByteOnMariaDb) {
    RecordingConnection connection(Dialect::mariadb);
    store::summarize_unread(connection, {ann.user, true, "key"});
    store::update_session(connection, "key", "data", {});
    store::delete_session(connection, "key");
    for (const char* column : {"m.session_key", "m.session_id"}) {
        const std::string exact = std::string(column) + " = ? AND BINARY " + column + " = ?";
        EXPECT_THAT(connection.sent.at(0).text, HasSubstr(exact));
    }
    EXPECT_THAT(connection.sent.at(1).text, EndsWith("session_key = ? AND BINARY session_key = ?"));
    EXPECT_THAT(
        connection.sent.back().text, EndsWith("session_key = ? AND BINARY session_key = ?")
    );
}

TEST(OtherDatabases, LockWhatTheyAreAboutToDelete) {
    for (const Dialect dialect : {Dialect::postgresql, Dialect::mariadb}) {
        RecordingConnection connection(dialect);
        store::lock_message(connection, ann, {1}, {});
        store::delete_messages(connection, ann, {});
        store::OldMessages old{{}, true};
        store::delete_old_messages(connection, old, 5);
        store::delete_expired_sessions(connection, {}, 5);
        for (const auto& sent : connection.sent) {
            EXPECT_THAT(sent.text, EndsWith(" FOR UPDATE"));
        }
    }
}

TEST(OtherDatabases, GetAParameterForEachQuestionMark) {
    for (const Dialect dialect : {Dialect::sqlite, Dialect::postgresql, Dialect::mariadb}) {
        RecordingConnection connection(dialect);
        MessageQuery query;
        query.where = Condition::any_of(
            {Condition::compare(Field::tag_text, Lookup::icontains, "a"),
             Condition::negation(Condition::compare(Field::read_at, Lookup::lt, Timestamp())),
             Condition::in(Field::level, {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}})}
        );
        query.order = {{Field::read_at, true}, {Field::level, false}};
        std::vector<OrderKey> keys;
        query.keys = &keys;
        query.beyond = Timestamp();
        query.behind = {FieldValue(), std::int64_t{20}, std::int64_t{7}};
        query.limit = 3;
        query.unread_as_of = Timestamp();
        const store::MessageScope scope = {ann.user, true, "key"};
        store::select_messages(connection, scope, query);
        store::count_messages(connection, scope, query);
        store::mark_read(connection, scope, query.where, {});
        store::mark_read(connection, scope, std::vector{MessageId{1}, MessageId{2}}, {});
        store::delete_message(connection, {1});
        store::update_session(connection, "key", "data", {});
        const store::UserStore users;
        users.replace_password(connection, ann.user, "old", "new");
        // The row that it looks for afterwards is not there either.
        EXPECT_THROW(users.get_or_insert_token(connection, ann.user, "key", {}), sql::Error);
        users.insert_user(connection, {}, {}).value();
        for (const auto& sent : connection.sent) {
            EXPECT_EQ(
                std::count(sent.text.begin(), sent.text.end(), '?'),
                static_cast<std::ptrdiff_t>(sent.parameters)
            ) << sent.text;
        }
    }
}

} // namespace
} // namespace drf_messages
