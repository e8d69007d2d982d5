// SPDX-License-Identifier: MIT
#include "store/admin_users.hpp"

#include "sql/error.hpp"
#include "sql/statement_limit.hpp"
#include "store/message_row.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>

namespace drf_messages::store {
namespace {

constexpr std::chrono::seconds longest_search{1};

/// Behind every text that begins with the one before it, where texts are compared by their bytes.
constexpr std::string_view last_character = "\xF4\x8F\xBF\xBF";

/// A statement about the table of users, whose key and name are written as it has them.
class UserSql {
public:
    UserSql(sql::Connection& connection, const UserStore& users)
        : text(connection), key(quoted_name(users.table().primary_key, connection.dialect())),
          name(quoted_name(users.table().username_field, connection.dialect())), users_(users) {}

    /// `SELECT key, name FROM users WHERE `.
    SqlText& select_names() {
        return text << "SELECT " << key << ", " << name << " FROM " << table() << " WHERE ";
    }

    std::string table() const { return quoted_name(users_.table().name, text.dialect()); }

    std::vector<UserName> names(std::string_view statement) {
        std::vector<UserName> found;
        text.connection()
            .query(text.statement(statement), text.parameters(), [&](const sql::Row& row) {
                found.emplace_back(
                    user_of(row, 0, users_.table().has_text_keys()),
                    row.is_null(1) ? std::string_view() : row.text(1)
                );
            });
        return found;
    }

    SqlText text;
    const std::string key;
    const std::string name;

private:
    const UserStore& users_;
};

/// The names that begin with a text, in the order of an index that has them.
void select_beginning(UserSql& user, std::string_view beginning) {
    SqlText& sql = user.select_names();
    const std::string_view order = user.name;
    switch (sql.dialect()) {
    case sql::Dialect::sqlite:
        sql << order << " >= ";
        sql.bind(beginning) << " AND " << order << " < ";
        sql.bind_owned(std::string(beginning).append(last_character)) << " ORDER BY " << order;
        return;
    case sql::Dialect::postgresql:
        // As Django's index for LIKE compares them, whatever the database's collation is.
        sql << order << " ~>=~ ";
        sql.bind(beginning) << " AND " << order << " ~<~ ";
        sql.bind_owned(std::string(beginning).append(last_character))
            << " ORDER BY " << order << " USING ~<~";
        return;
    case sql::Dialect::mariadb:
        sql << order << " LIKE ";
        sql.bind_owned(like_pattern(Lookup::istartswith, beginning)) << " ORDER BY " << order;
        return;
    }
}

} // namespace

std::vector<UserName> select_user_names(
    sql::Connection& connection, const UserStore& users, std::span<const UserId> ids
) {
    std::vector<sql::Value> keys;
    keys.reserve(ids.size());
    std::transform(ids.begin(), ids.end(), std::back_inserter(keys), user_value);
    std::vector<UserName> found;
    in_batches(keys, [&](std::span<const sql::Value> batch) {
        UserSql user(connection, users);
        user.select_names() << user.key << " IN ";
        user.text.in_list(batch);
        const auto some = user.names("select_user_names");
        found.insert(found.end(), some.begin(), some.end());
    });
    return found;
}

std::vector<UserName> search_users(
    sql::Connection& connection, const UserStore& users, std::string_view beginning, int most
) {
    if (!connection.can_hold(users.table().name, users.table().username_field, beginning)) {
        return {};
    }
    UserSql user(connection, users);
    select_beginning(user, beginning);
    user.text << " LIMIT ";
    user.text.bind(std::int64_t{most});
    const sql::StatementLimit limit(connection, longest_search);
    try {
        return user.names("search_users");
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::timed_out) {
            throw;
        }
        return {};
    }
}

std::vector<UserName> first_users(sql::Connection& connection, const UserStore& users, int most) {
    UserSql user(connection, users);
    user.select_names() << always_true << " ORDER BY " << user.key << " LIMIT ";
    user.text.bind(std::int64_t{most});
    return user.names("first_users");
}

std::vector<UserId> next_active_users(
    sql::Connection& connection,
    const UserStore& users,
    const std::optional<UserId>& after,
    int most
) {
    const UserTable& table = users.table();
    UserSql user(connection, users);
    user.text << "SELECT " << user.key << " FROM " << user.table() << " WHERE "
              << (table.is_active.empty() ? std::string(always_true)
                                          : quoted_name(table.is_active, connection.dialect()));
    if (after) {
        user.text << " AND " << user.key << " > ";
        user.text.bind(*after);
    }
    user.text << " ORDER BY " << user.key << " LIMIT ";
    user.text.bind(std::int64_t{most});
    std::vector<UserId> found;
    connection.query(
        user.text.statement("next_active_users"),
        user.text.parameters(),
        [&](const sql::Row& row) {
            found.push_back(user_of(row, 0, users.table().has_text_keys()));
        }
    );
    return found;
}

} // namespace drf_messages::store
