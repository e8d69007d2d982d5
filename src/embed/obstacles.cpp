// SPDX-License-Identifier: MIT
#include "embed/obstacles.hpp"

#include "embed/admin_use.hpp"
#include "embed/token_use.hpp"
#include "model/session_place.hpp"
#include "schema/access.hpp"
#include "schema/feed.hpp"
#include "sql/error.hpp"
#include "store/user_table.hpp"
#include "urls/url_conf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace drf_messages::embed {
namespace {

using schema::Need;
using schema::Privilege;
using Columns = std::vector<std::string>;
using Needs = std::vector<Need>;

const char* const messages = "drf_messages_message";
const char* const tags = "drf_messages_messagetag";
const char* const sessions = "django_session";
const char* const tokens = "authtoken_token";
const char* const migrations = "django_migrations";
const char* const admin_log = "django_admin_log";

Columns user_columns(const Settings& settings) {
    // Of another model only this one is known without asking.
    return store::is_auth_user(settings)
               ? Columns{"id", "username", "password", "is_active", "is_staff", "is_superuser"}
               : Columns{"password"};
}

/// What lists and single messages need.
void add_requests(Needs& needs, const Settings& settings) {
    needs.push_back(
        {messages,
         Privilege::select,
         {"id",
          "message",
          "level",
          "view",
          "read_at",
          "created",
          "user_id",
          "session_id",
          "session_key"}}
    );
    needs.push_back({messages, Privilege::update, {"read_at"}});
    needs.push_back({tags, Privilege::select, {"id", "text", "message_id"}});
    needs.push_back({store::user_table_name(settings), Privilege::select, user_columns(settings)});
    if (settings.messages_delete_read) {
        needs.push_back({messages, Privilege::remove, {}});
        needs.push_back({tags, Privilege::remove, {}});
    }
    if (keeps_sessions_in_the_table(settings.session_engine)) {
        needs.push_back(
            {sessions, Privilege::select, {"session_key", "session_data", "expire_date"}}
        );
    }
    if (takes_tokens_by_default(settings)) {
        needs.push_back({tokens, Privilege::select, {"key", "user_id"}});
    }
}

/// What sending, deleting and logging in need beside that.
void add_others(Needs& needs, const Settings& settings) {
    needs.push_back(
        {messages,
         Privilege::insert,
         {"message", "level", "view", "read_at", "created", "user_id", "session_id", "session_key"}}
    );
    needs.push_back({tags, Privilege::insert, {"text", "message_id"}});
    if (!settings.messages_delete_read) {
        needs.push_back({messages, Privilege::remove, {}});
        needs.push_back({tags, Privilege::remove, {}});
    }
    if (keeps_sessions_in_the_table(settings.session_engine)) {
        const Columns columns{"session_key", "session_data", "expire_date"};
        needs.push_back({sessions, Privilege::insert, columns});
        needs.push_back({sessions, Privilege::update, {"session_data", "expire_date"}});
        needs.push_back({sessions, Privilege::remove, {}});
    }
    if (urls::has_login(settings) && store::is_auth_user(settings)) {
        needs.push_back(
            {store::user_table_name(settings), Privilege::update, {"password", "last_login"}}
        );
    }
    if (gives_tokens(settings)) {
        needs.push_back({tokens, Privilege::insert, {"key", "created", "user_id"}});
    }
}

/// What the admin's pages change, and write into its log.
void add_admin(Needs& needs) {
    const Columns entry{
        "action_time",
        "object_id",
        "object_repr",
        "action_flag",
        "change_message",
        "content_type_id",
        "user_id"};
    needs.push_back(
        {messages,
         Privilege::update,
         {"user_id", "session_key", "view", "message", "level", "read_at"}}
    );
    needs.push_back({tags, Privilege::update, {"text"}});
    needs.push_back({admin_log, Privilege::select, entry});
    needs.push_back({admin_log, Privilege::insert, entry});
}

Needs needs_of(const Settings& settings, Work work) {
    Needs needs;
    if (work != Work::requests) {
        needs.push_back({migrations, Privilege::select, {"id", "app", "name"}});
    }
    if (work != Work::reading) {
        add_requests(needs, settings);
    }
    if (work == Work::all) {
        add_others(needs, settings);
        if (uses_admin(settings)) {
            add_admin(needs);
        }
    }
    return needs;
}

std::string advice_of(const Settings& settings, const schema::Refusal& refusal) {
    const std::string subject =
        refusal.subject.empty() ? "database " + settings.database.name : refusal.subject;
    return fmt::format(
        "{} {}{}{}",
        subject,
        refusal.what,
        refusal.remedy.empty() ? "" : "; mend it with: ",
        refusal.remedy
    );
}

void add(
    std::vector<Obstacle>& obstacles,
    const Settings& settings,
    const std::optional<schema::Refusal>& refusal
) {
    if (refusal) {
        obstacles.push_back(
            {fmt::format(
                 "{} {}", refusal->subject.empty() ? "the database" : "its account", refusal->what
             ),
             advice_of(settings, *refusal)}
        );
    }
}

/// A question that the database cannot answer keeps nobody from his work; `check` shows the error.
std::vector<Obstacle> known_obstacles(const Settings& settings, sql::Connection& connection) {
    try {
        return find_obstacles(settings, connection, Work::requests);
    } catch (const sql::Error& error) {
        if (error.kind() == sql::ErrorKind::connection_lost ||
            error.kind() == sql::ErrorKind::too_many_connections ||
            error.kind() == sql::ErrorKind::busy || error.kind() == sql::ErrorKind::timed_out) {
            throw;
        }
        return {};
    }
}

/// What was said last, shared by the copies of a function.
struct Said {
    std::string last;
};

} // namespace

std::vector<Obstacle>
find_obstacles(const Settings& settings, sql::Connection& connection, Work work) {
    std::vector<Obstacle> obstacles;
    if (work != Work::reading) {
        obstacles = file_obstacles(settings);
        add(obstacles, settings, schema::find_write_refusal(connection));
    }
    add(obstacles, settings, schema::find_refusal(connection, needs_of(settings, work)));
    return obstacles;
}

std::optional<std::string> feed_obstacle(const Settings& settings, sql::Connection& connection) {
    const std::string change(schema::change_table);
    const std::string feed(schema::feed_table);
    const std::string info(schema::info_table);
    const Needs needs = {
        {change, Privilege::select, {"id", "user_id", "session_key", "message_id", "kind", "at"}},
        {change, Privilege::remove, {}},
        {feed,
         Privilege::select,
         {"position", "user_id", "session_key", "message_id", "kind", "at"}},
        {feed,
         Privilege::insert,
         {"position", "user_id", "session_key", "message_id", "kind", "at"}},
        {feed, Privilege::remove, {}},
        {info, Privilege::select, {"epoch", "position", "trimmed_to", "holder", "held_until"}},
        {info, Privilege::update, {"epoch", "position", "trimmed_to", "holder", "held_until"}},
    };
    const auto refusal = schema::find_refusal(connection, needs);
    return refusal ? std::optional(advice_of(settings, *refusal)) : std::nullopt;
}

std::string advice_about(const Settings& settings, const std::string& error) {
    const DatabaseSettings& database = settings.database;
    const auto refusal = schema::refused_database(error, database.name, database.user);
    return refusal ? advice_of(settings, *refusal)
                   : fmt::format("database {}: {}", database.name, error);
}

std::function<std::string(sql::Connection&)> readiness(const Settings& settings, LogSink log) {
    return [settings,
            log = std::move(log),
            said = std::make_shared<Said>()](sql::Connection& connection) {
        const auto obstacles = known_obstacles(settings, connection);
        std::string advice;
        for (const Obstacle& obstacle : obstacles) {
            advice += (advice.empty() ? "" : "; ") + obstacle.advice;
        }
        if (advice != said->last) {
            if (advice.empty()) {
                log(LogLevel::info, "the database lets messages be read and marked again");
            } else {
                log(LogLevel::warning, "lists and single messages fail: " + advice);
            }
            said->last = advice;
        }
        return obstacles.empty() ? std::string() : obstacles.front().reason;
    };
}

} // namespace drf_messages::embed
