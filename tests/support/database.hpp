// SPDX-License-Identifier: MIT
#pragma once

#include "schema/migrations.hpp"
#include "sql/pool.hpp"
#include "sql/sqlite/factory.hpp"
#include "support/server_database.hpp"
#include "support/temp_folder.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::test {

/// 2024-01-01T10:00:00Z, where a test's clock stands unless it is moved.
inline constexpr Timestamp a_monday_morning =
    std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) + std::chrono::hours(10);

/// Options of a SQLite file with a timeout that fits a test.
inline sql::SqliteOptions sqlite_file(const std::filesystem::path& path, bool create = false) {
    sql::SqliteOptions options;
    options.path = path.string();
    options.create = create;
    return options;
}

/// Runs one statement and returns how many rows it changed.
inline std::int64_t
run(sql::Connection& connection,
    std::string_view text,
    std::initializer_list<sql::Value> values = {}) {
    return connection.execute(
        {"test", text}, std::span<const sql::Value>(values.begin(), values.size())
    );
}

/// A column as text, moments as SQLite has them: PostgreSQL shows their offset.
inline std::string column_text(sql::Dialect dialect, std::string_view text) {
    const bool moment = text.size() >= 19 && text[4] == '-' && text[10] == ' ' && text[13] == ':';
    if (moment && dialect == sql::Dialect::postgresql && text.ends_with("+00")) {
        text.remove_suffix(3);
    }
    return std::string(text);
}

/// The rows of a query as text, columns joined by `|`; null is "NULL".
inline std::vector<std::string> rows(
    sql::Connection& connection,
    std::string_view text,
    int columns,
    std::initializer_list<sql::Value> values = {}
) {
    std::vector<std::string> lines;
    connection.query(
        {"test", text},
        std::span<const sql::Value>(values.begin(), values.size()),
        [&](const sql::Row& row) {
            std::string line;
            for (int column = 0; column < columns; ++column) {
                line += column == 0 ? "" : "|";
                line += row.is_null(column) ? "NULL"
                                            : column_text(connection.dialect(), row.text(column));
            }
            lines.push_back(line);
        }
    );
    return lines;
}

/// The first column of the first row as a number. Throws when there is no row.
inline std::int64_t number(
    sql::Connection& connection,
    std::string_view text,
    std::initializer_list<sql::Value> values = {}
) {
    return sql::query_one(
               connection,
               {"test", text},
               std::span<const sql::Value>(values.begin(), values.size()),
               [](const sql::Row& row) { return row.integer(0); }
    ).value();
}

/// A migrated SQLite file in a folder of its own, or with DRF_MESSAGES_TEST_DATABASE a migrated
/// database on that server; a pool on it, and rows that read aloud:
/// `given.user("ann")`, `given.message(ann, "hi").level(30).unread().tag("x")`. Each call stores at
/// once. The clock is `now`: move it by assignment.
class Given {
public:
    class UserBuilder;
    class MessageBuilder;

    explicit Given(std::size_t pool_size = 4)
        : open(factory()), pool(open, pool_size, std::chrono::seconds(20)), connection_(open()) {}

    /// A user whose password is unusable until set.
    UserBuilder user(std::string_view name);

    /// Stores a token, 40 characters made from the user's id unless given, and returns it.
    std::string token(const UserId& user, std::string key = {});

    /// A message of level INFO, unread, created now.
    MessageBuilder message(const UserId& user, std::string_view text);

    /// A row of django_session; returns the key.
    std::string session(std::string_view key, std::string_view data, Timestamp expire) {
        execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)",
            {key, data, expire}
        );
        return std::string(key);
    }

    /// The connection on which the rows are made, one of the pool's; for looking at the outcome
    /// too.
    sql::Connection& connection() { return *connection_; }

    /// DATABASES.default of a site on this database.
    DatabaseSettings database_settings() const {
        if (server_) {
            return server_->settings();
        }
        DatabaseSettings settings;
        settings.name = path();
        return settings;
    }
    Clock clock() {
        return [this] { return now; };
    }

    TempFolder folder;
    Timestamp now = a_monday_morning;

private:
    static std::int64_t id_of(const UserId& user) { return std::get<std::int64_t>(user.value); }

    std::int64_t insert(std::string_view text, std::initializer_list<sql::Value> values) {
        return connection_->insert(
            {"given", text}, std::span<const sql::Value>(values.begin(), values.size())
        );
    }
    void execute(std::string_view text, std::initializer_list<sql::Value> values) {
        connection_->execute(
            {"given", text}, std::span<const sql::Value>(values.begin(), values.size())
        );
    }

    /// The bytes of a migrated database, made once a test program.
    static const std::string& migrated_file() {
        static const std::string content = [] {
            const TempFolder once;
            const auto connections = sql::sqlite_connections(sqlite_file(once / "db", true));
            schema::migrate(connections, [] { return a_monday_morning; }, {}, {}, {.admin = true});
            std::ifstream file(once / "db", std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(file), {});
        }();
        return content;
    }

    std::string path() const { return (folder / "db.sqlite3").string(); }

    sql::ConnectionFactory factory() {
        if (on_server()) {
            server_ = std::make_unique<ServerDatabase>(ServerDatabase::Content::tables);
            return server_->connections();
        }
        std::ofstream(path(), std::ios::binary) << migrated_file();
        return sql::sqlite_connections(sqlite_file(path()));
    }

    std::unique_ptr<ServerDatabase> server_; ///< given back after the connections are closed

public:
    sql::ConnectionFactory open; ///< of the connections of the pool, and of further ones
    sql::Pool pool;

private:
    std::unique_ptr<sql::Connection> connection_;
};

class Given::UserBuilder {
public:
    UserBuilder(Given& given, std::int64_t id) : given_(given), id_{id} {}

    /// - encoded: as the column has it, "pbkdf2_sha256$...".
    UserBuilder& password(std::string_view encoded) { return set("password", encoded); }
    UserBuilder& email(std::string_view address) { return set("email", address); }
    UserBuilder& staff() { return set("is_staff", true); }
    UserBuilder& superuser() { return set("is_superuser", true); }
    UserBuilder& inactive() { return set("is_active", false); }
    /// - name: app.codename, as "drf_messages.view_message".
    UserBuilder& permission(std::string_view name) {
        const std::size_t dot = name.find('.');
        given_.insert(
            "INSERT INTO auth_user_user_permissions (user_id, permission_id) "
            "SELECT ?, auth_permission.id FROM auth_permission JOIN django_content_type "
            "ON django_content_type.id = content_type_id WHERE app_label = ? AND codename = ?",
            {number(), name.substr(0, dot), name.substr(dot + 1)}
        );
        return *this;
    }

    UserId id() const { return id_; }
    std::int64_t number() const { return id_of(id_); }
    operator UserId() const { return id_; }

private:
    UserBuilder& set(const std::string& column, sql::Value value) {
        given_.execute("UPDATE auth_user SET " + column + " = ? WHERE id = ?", {value, number()});
        return *this;
    }

    Given& given_;
    UserId id_;
};

class Given::MessageBuilder {
public:
    MessageBuilder(Given& given, std::int64_t id) : given_(given), id_{id} {}

    MessageBuilder& level(std::int64_t value) { return set("level", value); }
    MessageBuilder& view(std::string_view name) { return set("view", name); }
    MessageBuilder& created(Timestamp at) { return set("created", at); }
    MessageBuilder& unread() { return set("read_at", std::monostate()); }
    MessageBuilder& read(Timestamp at) { return set("read_at", at); }
    MessageBuilder& read() { return read(given_.now); }
    MessageBuilder& tag(std::string_view text) {
        given_.insert(
            "INSERT INTO drf_messages_messagetag (text, message_id) VALUES (?, ?)",
            {text, id_.value}
        );
        return *this;
    }
    /// Left in that session; the foreign key is set too when django_session has it.
    MessageBuilder& session(std::string_view key) {
        given_.execute(
            "UPDATE drf_messages_message SET session_key = ?, session_id = "
            "(SELECT session_key FROM django_session WHERE session_key = ?) WHERE id = ?",
            {key, key, id_.value}
        );
        return *this;
    }

    MessageId id() const { return id_; }
    std::int64_t number() const { return id_.value; }
    operator MessageId() const { return id_; }

private:
    MessageBuilder& set(const std::string& column, sql::Value value) {
        given_.execute(
            "UPDATE drf_messages_message SET " + column + " = ? WHERE id = ?", {value, id_.value}
        );
        return *this;
    }

    Given& given_;
    MessageId id_;
};

inline Given::UserBuilder Given::user(std::string_view name) {
    return {
        *this,
        insert(
            "INSERT INTO auth_user (password, last_login, is_superuser, username, last_name, "
            "email, is_staff, is_active, date_joined, first_name) "
            "VALUES ('!', NULL, ?, ?, '', '', ?, ?, ?, '')",
            {false, name, false, true, now}
        )};
}

inline std::string Given::token(const UserId& user, std::string key) {
    if (key.empty()) {
        key = std::to_string(id_of(user));
        key.insert(0, 40 - key.size(), '0');
    }
    execute(
        "INSERT INTO authtoken_token (\"key\", created, user_id) VALUES (?, ?, ?)",
        {std::string_view(key), now, id_of(user)}
    );
    return key;
}

inline Given::MessageBuilder Given::message(const UserId& user, std::string_view text) {
    return {
        *this,
        insert(
            "INSERT INTO drf_messages_message (view, message, level, read_at, created, "
            "session_id, user_id, session_key) VALUES ('', ?, 20, NULL, ?, NULL, ?, NULL)",
            {text, now, id_of(user)}
        )};
}

} // namespace drf_messages::test
