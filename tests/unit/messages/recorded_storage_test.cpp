// SPDX-License-Identifier: MIT
// Plays tests/contract/storage.json, which holds what drf-messages 1.1.1 does on SQLite, call by
// call: results, the `used` flag, and what is in the tables afterwards; with its variants on other
// databases.
#include "messages/db_storage.hpp"
#include "messages/new_message.hpp"
#include "sql/sql_timestamp.hpp"
#include "sql/transaction.hpp"
#include "store/session_store.hpp"
#include "store/user_store.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

namespace json = boost::json;
using messages::DBStorage;
using test::Given;

/// Cases where we differ, with the number of the deliberate difference (docs/differences.md).
const std::map<std::string, int> different = {
    {"iterate-message-added-during-iteration-is-marked-read", 1},
    {"slice-first-two", 2},
    {"slice-from-two", 2},
    {"slice-middle", 2},
    {"slice-all", 2},
    {"slice-step", 2},
    {"slice-step-stop", 2},
    {"slice-negative-step", 2},
    {"slice-twice", 2},
    {"create_user_message-visible-with-sessions", 5},
    {"update-sessions", 5},
    {"visibility-on-no-key", 5},
    {"visibility-on-session-1", 5},
    {"visibility-on-session-2", 5},
    {"visibility-on-unknown-session", 5},
    {"model-mark_read", 7},
    {"fallback-level-and-empty-not-checked", 8},
    {"use-sessions-anonymous-add", 8},
    {"use-sessions-no-user-add", 8},
    {"visibility-on-anonymous-in-session-1", 8},
    {"visibility-on-no-user-in-session-1", 8},
    {"fallback-mark-read-no-session", 9},
    {"iterate-no-session-attribute", 9},
    {"mark_read-no-session-attribute", 9},
    {"model-mark_read-no-session-attribute", 9},
    {"update-no-session-attribute", 9},
    {"visibility-off-no-session", 9},
};

/// Cases that C++ can not put to the storage: Python's types and attributes, a session without a
/// user table's row; and too long texts, which SQLite alone accepts there.
const std::set<std::string> not_asked = {
    "add-int-tag",
    "add-level-as-text",
    "add-level-float",
    "add-level-garbage",
    "add-list-tags",
    "add-long-tag",
    "add-long-text",
    "add-long-view",
    "add-low-level-as-text",
    "add-none-text",
    "add-int-text",
    "fallback-add-none-and-int",
    "index-text",
    "mark_read-no-messages-middleware",
    "model-mark_read-no-messages-middleware",
    "model-mark_read-of-other-user",
    "set-level-text",
};

const json::object& recorded() {
    static const json::value content = [] {
        std::ifstream file(std::string(DRF_MESSAGES_SOURCE_DIR) + "/tests/contract/storage.json");
        return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    return content.as_object();
}

const json::value* find(const json::object& object, std::string_view key) {
    return object.if_contains(key);
}

std::string string_of(const json::value& value) {
    return std::string(value.as_string());
}

/// "2024-01-01T12:00:00.500000Z" as Django's SQLite column has it.
std::string column_time(std::string time) {
    time[time.find('T')] = ' ';
    time.pop_back();
    return time;
}

/// A step as it was recorded on this database. Where the original fails there alone (slices on
/// MariaDB, difference 2), we do what we do elsewhere.
json::object variant(const json::object& step, sql::Dialect dialect) {
    json::object result = step;
    const auto* variants = find(step, "variants");
    const char* database = dialect == sql::Dialect::postgresql ? "postgresql"
                           : dialect == sql::Dialect::mariadb  ? "mariadb"
                                                               : "sqlite";
    const auto* own = variants ? find(variants->as_object(), database) : nullptr;
    if (own && !own->as_object().contains("error")) {
        for (const auto& [key, value] : own->as_object()) {
            result[key] = value;
        }
    }
    return result;
}

/// One case: its tables, its storage, and one call after another.
class Play {
public:
    explicit Play(const json::object& recording) : case_(recording) {
        given.now += std::chrono::hours(24 * 365);
        load(recorded().at("fixtures").at(string_of(case_.at("fixture"))).as_object());
        settings_of(case_.at("settings").as_object());
        const auto& request = case_.at("request").as_object();
        const auto* user = find(request, "user");
        if (user && *user != "anonymous") {
            viewer.user = UserId{user_number(string_of(*user))};
        }
        const auto* key = find(request, "session_key");
        viewer.has_session = key != nullptr;
        if (key && key->is_string()) {
            viewer.session_key = string_of(*key);
        }
        const auto* view = find(request, "view_name");
        view_name = view && view->is_string() ? string_of(*view) : std::string();
    }

    void run() {
        test::ConnectionAccess database(given.connection(), settings, given.clock());
        DBStorage storage(database, viewer, view_name);
        EXPECT_EQ(storage.fallback(), case_.at("fallback").as_bool());
        for (const json::value& step : case_.at("steps").as_array()) {
            const json::object recording = variant(step.as_object(), given.connection().dialect());
            SCOPED_TRACE(json::serialize(recording.at("op")));
            // Later rows are newer, as on a clock that runs.
            given.now += std::chrono::seconds(1);
            const auto* error = find(recording, "error");
            try {
                const json::value result = call(storage, recording);
                if (error) {
                    EXPECT_EQ(result, json::value(nullptr));
                } else if (const auto* expected = find(recording, "result"); expected && asked_) {
                    EXPECT_EQ(json::serialize(result), json::serialize(comparable(*expected)));
                }
            } catch (const std::invalid_argument&) {
                EXPECT_TRUE(error);
            }
            EXPECT_EQ(storage.used, recording.at("used").as_bool());
            check_state(recording.at("state").as_object());
        }
    }

private:
    json::value call(DBStorage& storage, const json::object& step);
    json::value contains(DBStorage& storage, const json::value& value);
    void add(DBStorage& storage, const json::object& step);

    void load(const json::object& tables);
    void settings_of(const json::object& changed);
    void check_state(const json::object& state);

    /// The parts of a recorded result that our values have too.
    static json::value comparable(const json::value& result);
    static json::value shown(const DjangoMessage& message) {
        return {
            {"message", message.message},
            {"level", message.level},
            {"extra_tags", message.extra_tags}};
    }
    static json::value shown(const std::vector<DjangoMessage>& messages) {
        json::array list;
        for (const DjangoMessage& message : messages) {
            list.push_back(shown(message));
        }
        return list;
    }
    json::value ids(DBStorage& storage, const Condition& where) {
        MessageQuery query;
        query.where = where;
        json::array list;
        for (const Message& message : storage.fetch(query, false)) {
            list.push_back(message.id.value);
        }
        return list;
    }
    std::int64_t user_number(const std::string& name) {
        return test::number(
            given.connection(),
            "SELECT id FROM auth_user WHERE username = ?",
            {std::string_view(name)}
        );
    }

    static Condition filter(const json::object& step);
    static std::vector<std::string> tags(const json::value* value);
    static std::optional<std::int64_t> bound(const json::object& step, std::string_view key) {
        const auto* value = find(step, key);
        return value && value->is_int64() ? std::optional(value->as_int64()) : std::nullopt;
    }

    const json::object& case_;
    Given given;
    Settings settings;
    Viewer viewer;
    std::string view_name;
    bool asked_ = true;
};

void Play::load(const json::object& tables) {
    sql::Transaction transaction(given.connection());
    for (const auto& [table, rows] : tables) {
        for (const json::value& row : rows.as_array()) {
            std::string names;
            std::string marks;
            std::deque<std::string> texts;
            std::vector<sql::Value> values;
            for (const auto& [column, value] : row.as_object()) {
                names += (names.empty() ? "\"" : ", \"") + std::string(column) + "\"";
                marks += marks.empty() ? "?" : ", ?";
                if (value.is_string()) {
                    const bool time = column == "created" || column == "read_at" ||
                                      column == "date_joined" || column == "expire_date";
                    texts.push_back(time ? column_time(string_of(value)) : string_of(value));
                    values.emplace_back(std::string_view(texts.back()));
                } else if (value.is_bool()) {
                    values.emplace_back(value.as_bool());
                } else if (value.is_null()) {
                    values.emplace_back();
                } else {
                    values.emplace_back(value.as_int64());
                }
            }
            const std::string text =
                "INSERT INTO " + std::string(table) + " (" + names + ") VALUES (" + marks + ")";
            given.connection().execute({"fixture", text}, values);
        }
    }
    if (given.connection().dialect() == sql::Dialect::postgresql) {
        // Rows that bring their id do not count there.
        for (const char* table : {"drf_messages_message", "drf_messages_messagetag"}) {
            const std::string text = fmt::format(
                "SELECT setval('{0}_id_seq', (SELECT COALESCE(MAX(id), 0) + 1 FROM {0}), false)",
                table
            );
            given.connection().query({"fixture", text}, {}, [](const sql::Row&) {});
        }
    }
    transaction.commit();
}

void Play::settings_of(const json::object& changed) {
    const auto flag = [&](const char* name, bool& setting) {
        if (const auto* value = find(changed, name)) {
            setting = value->as_bool();
        }
    };
    flag("MESSAGES_DELETE_READ", settings.messages_delete_read);
    flag("MESSAGES_USE_SESSIONS", settings.messages_use_sessions);
    if (const auto* level = find(changed, "MESSAGE_LEVEL")) {
        settings.message_level = static_cast<Level>(level->as_int64());
    }
}

void Play::check_state(const json::object& state) {
    const Timestamp recent = std::chrono::sys_days(std::chrono::year(2024) / 12 / 31);
    const auto time = [&](const json::value& recording) {
        return recording == "<now>" ? recent : sql::parse_timestamp(string_of(recording)).value();
    };
    std::map<std::int64_t, std::optional<Timestamp>> read;
    for (const auto& [id, read_at] : state.at("read_at").as_object()) {
        read[std::stoll(std::string(id))] =
            read_at.is_null() ? std::nullopt : std::optional(time(read_at));
    }
    std::map<std::int64_t, std::optional<Timestamp>> actually_read;
    given.connection().query(
        {"state", "SELECT id, read_at FROM drf_messages_message"},
        {},
        [&](const sql::Row& row) {
            actually_read[row.integer(0)] =
                row.is_null(1) ? std::nullopt : std::optional(std::min(row.timestamp(1), recent));
        }
    );
    EXPECT_EQ(actually_read, read);

    std::vector<std::string> expected;
    std::vector<std::string> actual;
    for (const json::value& tag : state.at("tags").as_array()) {
        expected.push_back(
            json::serialize(tag.at(0)) + "|" + json::serialize(tag.at(1)) + "|" +
            string_of(tag.at(2))
        );
    }
    actual = test::rows(
        given.connection(), "SELECT id, message_id, text FROM drf_messages_messagetag", 3
    );
    EXPECT_THAT(actual, testing::UnorderedElementsAreArray(expected));

    if (const auto* rows = find(state, "new_messages")) {
        for (const json::value& row : rows->as_array()) {
            const auto text = [&](const char* column) {
                const json::value& value = row.at(column);
                return value.is_null()     ? std::string("NULL")
                       : value.is_string() ? string_of(value)
                                           : json::serialize(value);
            };
            EXPECT_THAT(
                test::rows(
                    given.connection(),
                    "SELECT view, message, level, session_id, user_id, session_key"
                    " FROM drf_messages_message WHERE id = ?",
                    6,
                    {row.at("id").as_int64()}
                ),
                testing::ElementsAre(
                    text("view") + "|" + text("message") + "|" + text("level") + "|" +
                    text("session_id") + "|" + text("user_id") + "|" + text("session_key")
                )
            );
        }
    }
}

json::value Play::comparable(const json::value& result) {
    if (result.is_array()) {
        json::array list;
        for (const json::value& item : result.as_array()) {
            list.push_back(comparable(item));
        }
        return list;
    }
    if (result.is_object()) {
        json::object part;
        for (const char* key : {"message", "level", "extra_tags"}) {
            part[key] = result.at(key);
        }
        return part;
    }
    return result;
}

Condition Play::filter(const json::object& step) {
    const auto* filters = find(step, "filter");
    if (!filters) {
        return {};
    }
    const auto& [name, value] = *filters->as_object().begin();
    if (name == "level") {
        return Condition::compare(Field::level, Lookup::exact, value.as_int64());
    }
    if (name == "level__gte") {
        return Condition::compare(Field::level, Lookup::gte, value.as_int64());
    }
    if (name == "read_at__isnull") {
        return Condition::compare(Field::read_at, Lookup::isnull, value.as_bool());
    }
    if (name == "extra_tags__text") {
        return Condition::compare(Field::tag_text, Lookup::exact, string_of(value));
    }
    throw std::logic_error("a filter that no case had");
}

std::vector<std::string> Play::tags(const json::value* value) {
    std::vector<std::string> list;
    if (value && value->is_string() && !value->as_string().empty()) {
        list.push_back(string_of(*value));
    } else if (value && value->is_array()) {
        for (const json::value& tag : value->as_array()) {
            list.push_back(string_of(tag));
        }
    }
    return list;
}

void Play::add(DBStorage& storage, const json::object& step) {
    const auto* args = find(step, "args");
    if (!args) {
        storage
            .add(
                static_cast<Level>(step.at("level").as_int64()),
                string_of(step.at("message")),
                tags(find(step, "extra_tags"))
            )
            .value();
        return;
    }
    // django.contrib.messages: add_message takes the level, the others have one.
    static const std::map<std::string, Level> levels = {
        {"debug", 10}, {"info", 20}, {"success", 25}, {"warning", 30}, {"error", 40}};
    json::array rest = args->as_array();
    Level level = 0;
    if (const auto known = levels.find(string_of(step.at("name"))); known != levels.end()) {
        level = known->second;
    } else {
        level = static_cast<Level>(rest.at(0).as_int64());
        rest.erase(rest.begin());
    }
    const json::value* extra_tags = rest.size() > 1 ? &rest.at(1) : nullptr;
    if (const auto* keywords = find(step, "kwargs")) {
        extra_tags = find(keywords->as_object(), "extra_tags");
    }
    storage.add(level, string_of(rest.at(0)), tags(extra_tags)).value();
}

json::value Play::contains(DBStorage& storage, const json::value& value) {
    if (value.is_string() && value != "<float>" && value != "<bytes>" &&
        value != "<model instance>") {
        return storage.contains(std::string_view(value.as_string()));
    }
    if (value.is_int64()) {
        return storage.contains(static_cast<Level>(value.as_int64()));
    }
    if (value.is_bool()) {
        return storage.contains(static_cast<Level>(value.as_bool()));
    }
    if (value.is_object() && value.as_object().contains("message")) {
        const auto* extra_tags = find(value.as_object(), "extra_tags");
        return storage.contains(DjangoMessage{
            static_cast<Level>(value.at("level").as_int64()),
            string_of(value.at("message")),
            extra_tags ? string_of(*extra_tags) : std::string()});
    }
    // What Python finds out when it runs, the compiler refuses.
    return nullptr;
}

json::value Play::call(DBStorage& storage, const json::object& step) {
    asked_ = true;
    auto& connection = given.connection();
    const std::string op = string_of(step.at("op"));
    const Condition unread = Condition::compare(Field::read_at, Lookup::isnull, true);
    if (op == "iterate") {
        const messages::Reading reading = storage.read();
        storage.finish_reading(reading);
        return shown(reading.messages);
    }
    if (op == "index") {
        const auto message = storage.at(step.at("i").as_int64());
        return message ? shown(*message) : json::value(nullptr);
    }
    if (op == "slice") {
        return shown(storage.slice(bound(step, "start"), bound(step, "stop"), bound(step, "step")));
    }
    if (op == "len") {
        return storage.size();
    }
    if (op == "bool") {
        return !storage.empty();
    }
    if (op == "contains") {
        return contains(storage, step.at("value"));
    }
    if (op == "str") {
        return json::value(storage.str());
    }
    if (op == "repr") {
        return json::value(storage.repr());
    }
    if (op == "queryset" || op == "with_context") {
        return ids(storage, {});
    }
    if (op == "unread_queryset") {
        return ids(storage, unread);
    }
    if (op == "level" || op == "get_level") {
        return storage.level();
    }
    if (op == "mark_read") {
        return storage.mark_read(filter(step));
    }
    // The others are known by what they leave in the tables.
    asked_ = false;
    if (op == "add" || op == "api") {
        add(storage, step);
    } else if (op == "with") {
        storage.mark_read();
    } else if (op == "set_level") {
        const auto& level = step.at("level");
        storage.set_level(
            level.is_null() ? std::nullopt : std::optional(static_cast<Level>(level.as_int64()))
        );
    } else if (op == "set_used") {
        storage.used = step.at("value").as_bool();
    } else if (op == "update") {
        storage.update();
    } else if (op == "delete_session") {
        store::delete_session(connection, string_of(step.at("key")));
    } else if (op == "delete_user") {
        store::UserStore().delete_user(connection, UserId{step.at("user").as_int64()});
    } else if (op == "clearsessions") {
        EXPECT_EQ(store::delete_expired_sessions(connection, given.now, 100), 1);
    } else if (op == "model_mark_read") {
        storage.fetch_one({step.at("id").as_int64()}, {}, true);
    } else if (op == "model_add_tag") {
        const auto& text = step.at("text");
        const std::vector<std::string> added =
            text.is_string() ? std::vector{string_of(text)} : tags(&text);
        store::insert_tags(connection, {step.at("id").as_int64()}, added);
    } else if (op == "model_delete") {
        EXPECT_TRUE(storage.remove({step.at("id").as_int64()}, {}, true).has_value());
    } else if (op == "queryset_delete") {
        const auto scope = store::message_scope(viewer, settings.messages_use_sessions);
        store::delete_messages(connection, scope.value(), filter(step));
    } else if (op == "create_message" || op == "create_user_message") {
        const auto& args = step.at("args").as_array();
        const auto* keywords = find(step, "kwargs");
        const std::vector<std::string> extra_tags =
            keywords          ? tags(find(keywords->as_object(), "extra_tags"))
            : args.size() > 2 ? tags(&args.at(2))
                              : std::vector<std::string>();
        test::ConnectionAccess database(connection, settings, given.clock());
        const std::string text = string_of(args.at(0));
        const auto level = static_cast<Level>(args.at(1).as_int64());
        const auto created =
            op == "create_message"
                ? messages::create_message(database, viewer, view_name, text, level, extra_tags)
                : messages::create_message(
                      database,
                      {UserId{step.at("user").as_int64()}, false, {}},
                      {},
                      text,
                      level,
                      extra_tags
                  );
        EXPECT_EQ(created.has_value(), !step.contains("error"));
    } else if (op != "iterate_partial" && op != "model_django_message" && op != "model_show") {
        // Those three belong to values and iterators of the public interface.
        throw std::logic_error("an operation that no case had: " + op);
    }
    return nullptr;
}

TEST(RecordedStorage, DoesWhatTheOriginalDid) {
    std::size_t played = 0;
    std::set<std::string> names;
    for (const json::value& value : recorded().at("cases").as_array()) {
        const auto& recording = value.as_object();
        const std::string name = string_of(recording.at("name"));
        names.insert(name);
        if (different.contains(name) || not_asked.contains(name) ||
            recording.at("request").as_object().contains("no_messages_middleware")) {
            continue;
        }
        SCOPED_TRACE(name);
        Play(recording).run();
        ++played;
    }
    EXPECT_EQ(played, 128U);
    for (const auto& [name, number] : different) {
        EXPECT_TRUE(names.contains(name)) << name << ", difference " << number;
    }
}

} // namespace
} // namespace drf_messages
