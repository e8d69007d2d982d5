// SPDX-License-Identifier: MIT
#include "sql/transaction.hpp"
#include "store/feed.hpp"
#include "store/feed_query.hpp"
#include "store/feed_upkeep.hpp"
#include "store/message_row.hpp"
#include "store/sql_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace drf_messages::store {
namespace {

/// Of one user in a round; what is more becomes one row, for whoever follows would rather list
/// again. Created ones are told one by one, however many.
constexpr std::size_t most_of_user = 200;

/// A user's message: one that gets another user is another one to both. The user's key as text,
/// whatever the type of the column.
using Subject = std::pair<std::string, std::int64_t>;

/// A row of the queue.
struct Waiting {
    std::int64_t id = 0;
    ChangeKind kind = ChangeKind::changed;
    std::optional<Subject> subject;
    std::optional<std::string> session_key;
};

/// What a round says of one.
struct Folded {
    std::int64_t created = 0; ///< the row's id; 0: there is none
    std::int64_t changed = 0;
    std::int64_t deleted = 0;
    std::optional<std::string> session_key;
    bool is_in_several_sessions = false;

    /// The row that stands for all of them.
    std::int64_t row() const { return deleted != 0 ? deleted : created != 0 ? created : changed; }
};

/// The rows that go into the feed, by their ids in the queue.
struct Round {
    std::vector<std::int64_t> taken; ///< all that are done with
    std::vector<std::int64_t> kept;
    std::vector<std::int64_t> any_session; ///< of these, without a session
    std::vector<std::int64_t> many;        ///< of these, without a message too
    bool is_everything = false;
};

constexpr std::string_view lock_info =
    "SELECT i.epoch, i.position FROM drf_messages_server_info i FOR UPDATE";

std::string_view text_type(sql::Dialect dialect) {
    return dialect == sql::Dialect::postgresql ? "text" : "CHAR";
}

/// Where a row may say of a message only which one it is: MariaDB's triggers for tags.
constexpr std::string_view of_message =
    " LEFT JOIN drf_messages_message m ON c.user_id IS NULL AND m.id = c.message_id";
constexpr std::string_view user_of_message = "COALESCE(c.user_id, m.user_id)";
constexpr std::string_view session_of_message =
    "CASE WHEN c.user_id IS NULL THEN m.session_key ELSE c.session_key END";

bool may_be_incomplete(const sql::Connection& connection) {
    return connection.dialect() == sql::Dialect::mariadb;
}

std::vector<Waiting> select_waiting(sql::Connection& connection, std::size_t most) {
    const bool is_joined = may_be_incomplete(connection);
    SqlText sql(connection);
    sql << "SELECT c.id, c.kind, c.message_id, CAST(" << (is_joined ? user_of_message : "c.user_id")
        << " AS " << text_type(sql.dialect()) << "), "
        << (is_joined ? session_of_message : "c.session_key")
        << " FROM drf_messages_server_change c" << (is_joined ? of_message : "")
        << " ORDER BY c.id LIMIT ";
    sql.bind(row_number(most));
    std::vector<Waiting> found;
    connection.query(sql.statement("select_changes"), sql.parameters(), [&](const sql::Row& row) {
        Waiting& waiting = found.emplace_back();
        waiting.id = row.integer(0);
        waiting.kind = static_cast<ChangeKind>(row.integer(1));
        if (row.is_null(2) || row.is_null(3)) {
            return; // of everything, or of a message that has been reported as deleted
        }
        waiting.subject = {std::string(row.text(3)), row.integer(2)};
        if (!row.is_null(4)) {
            waiting.session_key = row.text(4);
        }
    });
    return found;
}

/// Those messages of a round that are there. A primary key may come back: Django's save() inserts
/// the row of an object that was deleted meanwhile.
std::set<Subject>
select_living(sql::Connection& connection, const std::vector<sql::Value>& messages) {
    std::set<Subject> living;
    in_batches(messages, [&](std::span<const sql::Value> some) {
        SqlText sql(connection);
        sql << "SELECT CAST(m.user_id AS " << text_type(sql.dialect())
            << "), m.id FROM drf_messages_message m WHERE m.id IN ";
        sql.in_list(some);
        connection.query(
            sql.statement("select_living"),
            sql.parameters(),
            [&](const sql::Row& row) { living.emplace(row.text(0), row.integer(1)); }
        );
    });
    return living;
}

std::map<Subject, Folded> fold(const std::vector<Waiting>& rows) {
    std::map<Subject, Folded> folded;
    for (const Waiting& row : rows) {
        if (!row.subject) {
            continue;
        }
        const auto [found, is_first] = folded.try_emplace(*row.subject);
        Folded& subject = found->second;
        if (is_first) {
            subject.session_key = row.session_key;
        } else if (subject.session_key != row.session_key) {
            subject.is_in_several_sessions = true;
        }
        (row.kind == ChangeKind::created   ? subject.created
         : row.kind == ChangeKind::deleted ? subject.deleted
                                           : subject.changed) = row.id;
    }
    return folded;
}

/// The order of ids is not always that of the commits (Galera gives them by node), so that what is
/// there decides between a message that was deleted after it was created and one that came back.
void forget_what_came_back(sql::Connection& connection, std::map<Subject, Folded>& folded) {
    std::vector<sql::Value> doubtful;
    for (const auto& [subject, rows] : folded) {
        if (rows.created != 0 && rows.deleted != 0) {
            doubtful.emplace_back(subject.second);
        }
    }
    if (doubtful.empty()) {
        return;
    }
    for (const Subject& subject : select_living(connection, doubtful)) {
        const auto found = folded.find(subject);
        if (found != folded.end() && found->second.created != 0) {
            found->second.deleted = 0;
        }
    }
}

Round make_round(sql::Connection& connection, const std::vector<Waiting>& rows) {
    Round round;
    for (const Waiting& row : rows) {
        round.taken.push_back(row.id);
        round.is_everything = round.is_everything || row.kind == ChangeKind::everything;
    }
    std::map<Subject, Folded> folded = fold(rows);
    forget_what_came_back(connection, folded);
    std::map<std::string_view, std::size_t> others; // than created ones, by user
    for (const auto& [subject, one] : folded) {
        others[subject.first] += one.row() == one.created ? 0 : 1;
    }
    std::set<std::string_view> told;
    for (const auto& [subject, one] : folded) {
        const bool is_one_of_many =
            one.row() != one.created && others[subject.first] > most_of_user;
        if (is_one_of_many && !told.insert(subject.first).second) {
            continue;
        }
        round.kept.push_back(one.row());
        if (is_one_of_many) {
            round.many.push_back(one.row());
        }
        if (is_one_of_many || one.is_in_several_sessions) {
            round.any_session.push_back(one.row());
        }
    }
    return round;
}

/// `expression`, but `otherwise` for these rows.
std::string unless_in(
    const std::vector<std::int64_t>& ids, std::string_view expression, std::string_view otherwise
) {
    return ids.empty() ? std::string(expression)
                       : fmt::format(
                             "CASE WHEN c.id IN ({}) THEN {} ELSE {} END",
                             fmt::join(ids, ","),
                             otherwise,
                             expression
                         );
}

/// Deletes these rows of the queue, and looks at no others. MariaDB takes `IN` for a reason to read
/// a short table from its beginning, and so waits for rows that others have not committed.
std::string delete_taken(const sql::Connection& connection, const std::vector<std::int64_t>& ids) {
    return connection.dialect() == sql::Dialect::mariadb
               ? fmt::format(
                     "DELETE c FROM (SELECT 0 AS id UNION ALL SELECT {}) taken STRAIGHT_JOIN"
                     " drf_messages_server_change c FORCE INDEX FOR JOIN (PRIMARY)"
                     " ON c.id = taken.id;",
                     fmt::join(ids, " UNION ALL SELECT ")
                 )
               : fmt::format(
                     "DELETE FROM drf_messages_server_change WHERE id IN ({});", fmt::join(ids, ",")
                 );
}

/// The texts are others each time and hold numbers alone, so that nothing is prepared.
void write_round(
    sql::Connection& connection, const Round& round, std::int64_t position, std::string_view epoch
) {
    std::string script;
    auto out = std::back_inserter(script);
    if (!round.kept.empty()) {
        const bool is_joined = may_be_incomplete(connection);
        const std::string_view user = is_joined ? user_of_message : "c.user_id";
        fmt::format_to(
            out,
            "INSERT INTO drf_messages_server_feed"
            " (position, user_id, session_key, message_id, kind, at)"
            " SELECT {} + ROW_NUMBER() OVER (ORDER BY c.id), {}, {}, {}, {}, c.at"
            " FROM drf_messages_server_change c{} WHERE c.id IN ({}) AND {} IS NOT NULL;",
            position,
            user,
            unless_in(round.any_session, is_joined ? session_of_message : "c.session_key", "NULL"),
            unless_in(round.many, "c.message_id", "NULL"),
            unless_in(round.many, "c.kind", "2"),
            is_joined ? of_message : "",
            fmt::join(round.kept, ","),
            user
        );
    }
    fmt::format_to(
        out,
        "{}UPDATE drf_messages_server_info SET position = {}, epoch = '{}'",
        delete_taken(connection, round.taken),
        position + row_number(round.kept.size()),
        round.is_everything ? new_epoch() : std::string(epoch)
    );
    connection.run_script({"number_changes", script});
}

std::size_t number_on_server(sql::Connection& connection, std::size_t most) {
    if (connection.dialect() == sql::Dialect::postgresql) {
        // Each statement sees what was committed before it, so also what was while it waited for
        // the lock.
        connection.run_script({"read_committed", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"});
    }
    const auto info = query_info(connection, {"lock_feed", lock_info}, {}, [](const sql::Row& row) {
        return std::pair(std::string(row.text(0)), row.integer(1));
    });
    if (!info) {
        return 0;
    }
    const std::vector<Waiting> rows = select_waiting(connection, most);
    if (!rows.empty()) {
        write_round(connection, make_round(connection, rows), info->second, info->first);
    }
    return rows.size();
}

// SQLite has one writer, whose triggers number; but those of tags do not know their message's user.
constexpr sql::Statement select_waiting_tags = {
    "select_changes", "SELECT c.id FROM drf_messages_server_change c ORDER BY c.id LIMIT ?"};

constexpr sql::Statement insert_tag_changes = {
    "insert_tag_changes",
    "INSERT INTO drf_messages_server_feed (user_id, session_key, message_id, kind)"
    " SELECT m.user_id, m.session_key, m.id, 2 FROM drf_messages_message m WHERE m.id IN"
    " (SELECT c.message_id FROM drf_messages_server_change c WHERE c.id <= ?)"};

constexpr sql::Statement delete_tag_changes = {
    "delete_tag_changes", "DELETE FROM drf_messages_server_change WHERE id <= ?"};

std::size_t number_on_sqlite(sql::Connection& connection, std::size_t most) {
    std::size_t count = 0;
    std::int64_t last = 0;
    const std::array<sql::Value, 1> limit = {row_number(most)};
    connection.query(select_waiting_tags, limit, [&](const sql::Row& row) {
        last = row.integer(0);
        ++count;
    });
    if (count > 0) {
        const std::array<sql::Value, 1> until = {last};
        connection.execute(insert_tag_changes, until);
        connection.execute(delete_tag_changes, until);
    }
    return count;
}

} // namespace

std::size_t number_changes(sql::Connection& connection, std::size_t most) {
    if (connection.dialect() != sql::Dialect::sqlite) {
        return sql::transact(connection, [&] { return number_on_server(connection, most); });
    }
    // To begin a transaction would wait for whoever writes.
    return count_waiting(connection) == 0
               ? 0
               : sql::transact(connection, [&] { return number_on_sqlite(connection, most); });
}

} // namespace drf_messages::store
