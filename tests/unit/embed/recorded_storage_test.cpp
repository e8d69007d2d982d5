// SPDX-License-Identifier: MIT
// Plays tests/contract/storage.json, which holds what drf-messages 1.1.1 does on SQLite, call by
// call, through the interface of an application: results, the `used` flag, errors in the log, and
// what is in the tables afterwards; with its variants on other databases.
#include "recorded_tables.hpp"
#include "sql/sql_timestamp.hpp"
#include "store/session_store.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/session_data.hpp>
#include <drf_messages/site.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

namespace json = boost::json;
using test::find;
using test::Given;
using test::string_of;

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
    {"fallback-with-no-session", 9},
    {"iterate-no-session-attribute", 9},
    {"mark_read-no-session-attribute", 9},
    {"model-mark_read-no-session-attribute", 9},
    {"update-no-session-attribute", 9},
    {"visibility-off-no-session", 9},
};

/// Cases that cannot be put to an interface in C++, and why.
const std::map<std::string, std::string> not_in_cpp = {
    {"add-level-as-text", "a level is a number"},
    {"add-level-float", "a level is an integer"},
    {"add-level-garbage", "a level is a number"},
    {"add-low-level-as-text", "a level is a number"},
    {"add-none-text", "text is never None"},
    {"add-int-text", "text is no number"},
    {"fallback-add-none-and-int", "text is never None, and no number"},
    {"index-text", "an index is a number"},
    {"set-level-text", "a level is a number"},
    {"contains-list", "there is no contains() of a list"},
    {"contains-none", "there is no contains() of nothing"},
    {"contains-float", "there is no contains() of a fraction"},
    {"contains-bytes", "bytes are text"},
    {"contains-dict", "there is no contains() of a table"},
    {"contains-model-instance",
     "a message of a query set can be looked for, it has text and level"},
    {"model-mark_read-of-other-user", "a message belongs to the request that it was read in"},
};

/// What SQLite stores and the other databases refuse, we refuse on each.
const std::set<std::string> refused_everywhere = {"add-long-tag", "add-long-text", "add-long-view"};

/// A session that has no key yet, as new ones do.
class NewSession final : public SessionData {
public:
    std::optional<std::string> session_key() const override { return std::nullopt; }
    std::optional<std::string> get(std::string_view /*name*/) override { return std::nullopt; }
    void set(std::string_view /*name*/, std::string_view /*value*/) override {}
    void erase(std::string_view /*name*/) override {}
};

const json::object& recorded() {
    static const json::object content = test::recording("storage.json");
    return content;
}

/// A step as it was recorded on this database. Where the original fails there alone (slices on
/// MariaDB, difference 2), we do what we do elsewhere.
json::object variant(const json::object& step, sql::Dialect dialect, bool refused) {
    json::object result = step;
    const auto* variants = find(step, "variants");
    const char* database = dialect == sql::Dialect::postgresql || refused ? "postgresql"
                           : dialect == sql::Dialect::mariadb             ? "mariadb"
                                                                          : "sqlite";
    const auto* own = variants ? find(variants->as_object(), database) : nullptr;
    if (own && (refused || !own->as_object().contains("error"))) {
        for (const auto& [key, value] : own->as_object()) {
            result[key] = value;
        }
    }
    return result;
}

std::string text_of(const auto& value) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

json::value text_or_null(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

json::object shown(const DjangoMessage& message) {
    return {
        {"message", message.message},
        {"level", message.level},
        {"extra_tags", message.extra_tags},
        {"level_tag", message.level_tag},
        {"tags", message.tags()},
        {"str", text_of(message)}};
}

json::array shown(const std::vector<DjangoMessage>& messages) {
    json::array list;
    for (const DjangoMessage& message : messages) {
        list.push_back(shown(message));
    }
    return list;
}

json::object shown(const Message& message) {
    return {
        {"id", message.id.value},
        {"message", message.message},
        {"level", message.level},
        {"level_tag", message.level_tag()},
        {"view", message.view},
        {"session_id", text_or_null(message.session)},
        {"session_key", text_or_null(message.session_key)},
        {"read", message.read_at.has_value()},
        {"str", text_of(message)},
        {"repr", text_of(message)}};
}

json::array ids(const MessageQuerySet& set) {
    json::array list;
    for (const Message& message : set) {
        list.push_back(message.id.value);
    }
    return list;
}

MessageQuerySet filtered(const MessageQuerySet& set, const json::object& step) {
    const auto* filters = find(step, "filter");
    if (!filters) {
        return set;
    }
    const auto& [name, value] = *filters->as_object().begin();
    if (name == "level") {
        return set.filter(field::level == static_cast<Level>(value.as_int64()));
    }
    if (name == "level__gte") {
        return set.filter(field::level >= static_cast<Level>(value.as_int64()));
    }
    if (name == "read_at__isnull") {
        return set.filter(field::read_at.is_null(value.as_bool()));
    }
    if (name == "extra_tags__text") {
        return set.filter(field::extra_tags == string_of(value));
    }
    throw std::runtime_error("a filter that no case had");
}

std::string tag_text(const json::value& tag) {
    return tag.is_string() ? string_of(tag) : json::serialize(tag);
}

/// Python makes text of each tag, and no tag of what is false.
ExtraTags tags(const json::value* value) {
    if (!value || value->is_null()) {
        return {};
    }
    if (!value->is_array()) {
        return tag_text(*value);
    }
    std::vector<std::string> list;
    for (const json::value& tag : value->as_array()) {
        list.push_back(tag_text(tag));
    }
    return list;
}

std::optional<std::int64_t> bound(const json::object& step, std::string_view key) {
    const auto* value = find(step, key);
    return value && value->is_int64() ? std::optional(value->as_int64()) : std::nullopt;
}

/// One case: its tables, its site and request, and one call after another.
class Play {
public:
    explicit Play(const json::object& recording) : case_(recording) {
        given.now += std::chrono::hours(24 * 365);
        test::load_tables(
            given.connection(),
            recorded().at("fixtures").at(string_of(case_.at("fixture"))).as_object()
        );
        settings_of(case_.at("settings").as_object());
        const auto& request = case_.at("request").as_object();
        if (request.contains("no_messages_middleware")) {
            std::erase(settings.middleware, "django.contrib.messages.middleware.MessageMiddleware");
        }
        const auto* user = find(request, "user");
        if (user && *user != "anonymous") {
            context.user = UserId{user_number(string_of(*user))};
        }
        if (const auto* key = find(request, "session_key")) {
            if (key->is_string()) {
                context.session_key = string_of(*key);
            } else {
                context.session = &new_session;
            }
        }
        const auto* view = find(request, "view_name");
        context.view_name = view && view->is_string() ? string_of(*view) : std::string();
    }

    void run() {
        SiteOptions options;
        options.clock = given.clock();
        options.log = [this](LogLevel level, std::string_view line) {
            if (level == LogLevel::error) {
                errors.emplace_back(line);
            }
        };
        Site site(settings, std::move(options));
        Request request(site, context);
        MessageStorage storage = messages::get_messages(request);
        const bool refused = refused_everywhere.contains(string_of(case_.at("name")));
        for (const json::value& step : case_.at("steps").as_array()) {
            const json::object recording =
                variant(step.as_object(), given.connection().dialect(), refused);
            SCOPED_TRACE(json::serialize(recording.at("op")));
            if (recording.at("op") == "contains" && recording.at("value").is_array()) {
                continue; // Python's TypeErrors are the compiler's.
            }
            // Later rows are newer, as on a clock that runs.
            given.now += std::chrono::seconds(1);
            errors.clear();
            const json::array before = refused ? ids(MessageManager(site).all()) : json::array();
            play(site, request, storage, recording);
            EXPECT_EQ(storage.used(), recording.at("used").as_bool());
            check_log(recording);
            if (refused) {
                // The original keeps a message whose tag was refused.
                EXPECT_EQ(ids(MessageManager(site).all()), before);
                continue;
            }
            check_state(recording.at("state").as_object());
        }
    }

private:
    void
    play(Site& site, Request& request, MessageStorage& storage, const json::object& recording) {
        const auto* error = find(recording, "error");
        try {
            const json::value result = call(site, request, storage, recording);
            EXPECT_FALSE(error) << json::serialize(result);
            if (const auto* expected = find(recording, "result"); expected && !error) {
                EXPECT_EQ(json::serialize(result), json::serialize(comparable(*expected)));
            }
        } catch (const std::invalid_argument& refusal) {
            EXPECT_TRUE(error) << refusal.what();
        } catch (const std::out_of_range& refusal) {
            EXPECT_TRUE(error) << refusal.what();
        } catch (const MessageFailure& failure) {
            ASSERT_TRUE(error) << failure.what();
            EXPECT_EQ(error->at("type"), "MessageFailure");
            EXPECT_EQ(error->at("message"), failure.what());
        }
    }

    /// Of a deletion, how many messages went: Django counts tags with them.
    static json::value comparable(const json::value& result) {
        const auto* list = result.if_array();
        if (list && list->size() == 2 && list->at(1).is_object() && list->at(0).is_int64()) {
            const auto* count = list->at(1).as_object().if_contains("drf_messages.Message");
            return count ? *count : json::value(0);
        }
        return result;
    }

    json::value
    call(Site& site, Request& request, MessageStorage& storage, const json::object& step);
    json::value call_on_message(MessageStorage& storage, const json::object& step);
    json::value create(Site& site, Request& request, const json::object& step);
    static json::value iterate(MessageStorage& storage, std::size_t most);
    static json::value with(MessageStorage& storage, const json::object& step);
    static json::value contains(MessageStorage& storage, const json::value& value);
    static json::value api(Request& request, const json::object& step);

    void settings_of(const json::object& changed);
    void check_log(const json::object& recording);
    void check_state(const json::object& state);
    void check_new_message(const json::value& row);
    std::int64_t user_number(const std::string& name) {
        return test::number(
            given.connection(),
            "SELECT id FROM auth_user WHERE username = ?",
            {std::string_view(name)}
        );
    }

    const json::object& case_;
    Given given;
    Settings settings;
    NewSession new_session;
    RequestContext context;
    std::vector<std::string> errors;
};

void Play::settings_of(const json::object& changed) {
    settings.database = given.database_settings();
    settings.secret_key = "a-key-of-the-tests";
    const auto flag = [&](const char* name, bool& setting) {
        if (const auto* value = find(changed, name)) {
            setting = value->as_bool();
        }
    };
    flag("MESSAGES_DELETE_READ", settings.messages_delete_read);
    flag("MESSAGES_USE_SESSIONS", settings.messages_use_sessions);
    if (const auto* changed_tags = find(changed, "MESSAGE_TAGS")) {
        for (const auto& [level, tag] : changed_tags->as_object()) {
            settings.level_tags.emplace_back(
                static_cast<Level>(std::stoi(std::string(level))), string_of(tag)
            );
        }
    }
    if (const auto* level = find(changed, "MESSAGE_LEVEL")) {
        settings.message_level = static_cast<Level>(level->as_int64());
    }
}

void Play::check_log(const json::object& recording) {
    std::vector<std::string> expected;
    if (const auto* log = find(recording, "log")) {
        for (const json::value& line : log->as_array()) {
            if (line.at(0) == "ERROR") {
                expected.push_back(string_of(line.at(1)));
            }
        }
    }
    EXPECT_EQ(errors, expected);
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
    for (const json::value& tag : state.at("tags").as_array()) {
        expected.push_back(
            json::serialize(tag.at(0)) + "|" + json::serialize(tag.at(1)) + "|" +
            string_of(tag.at(2))
        );
    }
    const std::vector<std::string> actual = test::rows(
        given.connection(), "SELECT id, message_id, text FROM drf_messages_messagetag", 3
    );
    EXPECT_THAT(actual, testing::UnorderedElementsAreArray(expected));
    if (const auto* rows = find(state, "new_messages")) {
        for (const json::value& row : rows->as_array()) {
            check_new_message(row);
        }
    }
}

void Play::check_new_message(const json::value& row) {
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
            text("view") + "|" + text("message") + "|" + text("level") + "|" + text("session_id") +
            "|" + text("user_id") + "|" + text("session_key")
        )
    );
}

json::value Play::iterate(MessageStorage& storage, std::size_t most) {
    json::array list;
    for (const DjangoMessage& message : storage) {
        list.push_back(shown(message));
        if (list.size() == most) {
            break;
        }
    }
    return list;
}

json::value Play::with(MessageStorage& storage, const json::object& step) {
    json::object result;
    try {
        const MessageStorage::MarkReadScope scope = storage.mark_read_on_exit();
        result["len_inside"] = storage.size();
        if (step.contains("raise")) {
            throw std::runtime_error("out of the block");
        }
    } catch (const std::runtime_error&) {
        result["exception_propagated"] = true;
    }
    return result;
}

json::value Play::contains(MessageStorage& storage, const json::value& value) {
    if (value.is_string()) {
        return storage.contains(string_of(value));
    }
    if (value.is_int64()) {
        return storage.contains(static_cast<Level>(value.as_int64()));
    }
    if (value.is_bool()) {
        return storage.contains(static_cast<Level>(value.as_bool()));
    }
    const auto* extra_tags = find(value.as_object(), "extra_tags");
    return storage.contains(DjangoMessage{
        static_cast<Level>(value.at("level").as_int64()),
        string_of(value.at("message")),
        extra_tags ? string_of(*extra_tags) : std::string()});
}

json::value Play::api(Request& request, const json::object& step) {
    json::array args = step.at("args").as_array();
    const std::string name = string_of(step.at("name"));
    std::optional<Level> level;
    if (name == "add_message") {
        level = static_cast<Level>(args.at(0).as_int64());
        args.erase(args.begin());
    }
    const auto* keywords = find(step, "kwargs");
    const auto* given_tags = keywords ? find(keywords->as_object(), "extra_tags") : nullptr;
    const auto* silently = keywords ? find(keywords->as_object(), "fail_silently") : nullptr;
    const ExtraTags extra_tags = tags(args.size() > 1 ? &args.at(1) : given_tags);
    const bool fail_silently = silently && silently->as_bool();
    const std::string text = string_of(args.at(0));
    if (level) {
        messages::add_message(request, *level, text, extra_tags, fail_silently);
        return nullptr;
    }
    using Function = void (*)(Request&, std::string_view, const ExtraTags&, bool);
    static const std::map<std::string, Function> functions = {
        {"debug", messages::debug},
        {"info", messages::info},
        {"success", messages::success},
        {"warning", messages::warning},
        {"error", messages::error}};
    functions.at(name)(request, text, extra_tags, fail_silently);
    return nullptr;
}

json::value Play::create(Site& site, Request& request, const json::object& step) {
    const auto& args = step.at("args").as_array();
    const auto* keywords = find(step, "kwargs");
    const ExtraTags extra_tags =
        tags(keywords ? find(keywords->as_object(), "extra_tags") : args.if_contains(2));
    MessageManager manager(site);
    const std::string text = string_of(args.at(0));
    const auto level = static_cast<Level>(args.at(1).as_int64());
    return shown(
        step.at("op") == "create_message"
            ? manager.create_message(request, text, level, extra_tags)
            : manager.create_user_message(
                  UserId{step.at("user").as_int64()}, text, level, extra_tags
              )
    );
}

json::value Play::call_on_message(MessageStorage& storage, const json::object& step) {
    const std::string op = string_of(step.at("op"));
    Message message = storage.get_queryset().get(MessageId{step.at("id").as_int64()}).value();
    if (op == "model_mark_read") {
        message.mark_read();
        return nullptr;
    }
    if (op == "model_add_tag") {
        const auto& text = step.at("text");
        if (text.is_string()) {
            message.add_tag(string_of(text));
        } else {
            message.add_tag(tags(&text).list());
        }
        return nullptr;
    }
    if (op == "model_delete") {
        return message.remove() ? 1 : 0;
    }
    if (op == "model_django_message") {
        return shown(message.get_django_message());
    }
    if (op == "model_show") {
        return shown(message);
    }
    throw std::runtime_error("an operation that no case had: " + op);
}

json::value
Play::call(Site& site, Request& request, MessageStorage& storage, const json::object& step) {
    const std::string op = string_of(step.at("op"));
    if (op == "iterate") {
        return iterate(storage, SIZE_MAX);
    }
    if (op == "iterate_partial") {
        return iterate(storage, static_cast<std::size_t>(step.at("n").as_int64()));
    }
    if (op == "index") {
        return shown(storage[step.at("i").as_int64()]);
    }
    if (op == "slice") {
        return shown(storage.slice(bound(step, "start"), bound(step, "stop"), bound(step, "step")));
    }
    if (op == "len") {
        return storage.size();
    }
    if (op == "bool") {
        return static_cast<bool>(storage);
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
    if (op == "queryset") {
        return ids(storage.get_queryset());
    }
    if (op == "with_context") {
        return ids(MessageManager(site).with_context(request));
    }
    if (op == "unread_queryset") {
        return ids(storage.get_unread_queryset());
    }
    if (op == "level") {
        return storage.level();
    }
    if (op == "get_level") {
        return messages::get_level(request);
    }
    if (op == "set_level") {
        const auto& level = step.at("level");
        return messages::set_level(
            request,
            level.is_null() ? std::nullopt : std::optional(static_cast<Level>(level.as_int64()))
        );
    }
    if (op == "mark_read") {
        return filtered(storage.get_queryset(), step).mark_read();
    }
    if (op == "queryset_delete") {
        return filtered(storage.get_queryset(), step).remove();
    }
    if (op == "with") {
        return with(storage, step);
    }
    if (op == "api") {
        return api(request, step);
    }
    if (op == "create_message" || op == "create_user_message") {
        return create(site, request, step);
    }
    if (op == "add") {
        storage.add(
            static_cast<Level>(step.at("level").as_int64()),
            string_of(step.at("message")),
            tags(find(step, "extra_tags"))
        );
    } else if (op == "set_used") {
        storage.set_used(step.at("value").as_bool());
    } else if (op == "update") {
        http::Response response;
        storage.update(response);
    } else if (op == "delete_session") {
        store::delete_session(given.connection(), string_of(step.at("key")));
        return comparable(step.at("result"));
    } else if (op == "delete_user") {
        site.users().remove(UserId{step.at("user").as_int64()});
        return comparable(step.at("result"));
    } else if (op == "clearsessions") {
        EXPECT_EQ(site.clear_sessions(), 1);
    } else {
        return call_on_message(storage, step);
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
        if (different.contains(name) || not_in_cpp.contains(name)) {
            continue;
        }
        SCOPED_TRACE(name);
        Play(recording).run();
        ++played;
    }
    EXPECT_EQ(names.size(), 173U);
    EXPECT_EQ(played, 173 - different.size() - not_in_cpp.size());
    for (const auto& [name, number] : different) {
        EXPECT_TRUE(names.contains(name)) << name << ", difference " << number;
    }
    for (const auto& [name, reason] : not_in_cpp) {
        EXPECT_TRUE(names.contains(name)) << name << ", " << reason;
    }
}

} // namespace
} // namespace drf_messages
