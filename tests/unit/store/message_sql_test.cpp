// SPDX-License-Identifier: MIT
// The texts that conditions become, kept in message_sql.txt: databases cache plans by them, and the
// plans that query_plan_test.cpp and server_plans_test.cpp look at are theirs.
#include "store/message_store.hpp"
#include "support/repository.hpp"
#include "unit/store/recording_connection.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages {
namespace {

using sql::Dialect;
using test::RecordingConnection;

constexpr Timestamp noon =
    std::chrono::sys_days(std::chrono::year(2021) / 5 / 6) + std::chrono::hours(12);

Condition compare(Field field, Lookup lookup, FieldValue value) {
    return Condition::compare(field, lookup, std::move(value));
}
Condition level(std::int64_t value) {
    return compare(Field::level, Lookup::exact, value);
}
Condition tag(std::string text) {
    return compare(Field::tag_text, Lookup::exact, std::move(text));
}
Condition tag_is_null(bool wanted) {
    return compare(Field::tag_text, Lookup::isnull, wanted);
}
Condition read_before_noon() {
    return compare(Field::read_at, Lookup::lt, noon);
}
std::vector<FieldValue> numbers(std::int64_t count) {
    std::vector<FieldValue> values;
    for (std::int64_t i = 0; i < count; ++i) {
        values.emplace_back(i);
    }
    return values;
}

struct Named {
    std::string name;
    Condition condition;
};

std::vector<Named> lookups() {
    const std::vector<std::pair<std::string, Lookup>> named = {
        {"exact", Lookup::exact},
        {"iexact", Lookup::iexact},
        {"gt", Lookup::gt},
        {"gte", Lookup::gte},
        {"lt", Lookup::lt},
        {"lte", Lookup::lte},
        {"in", Lookup::in},
        {"isnull", Lookup::isnull},
        {"contains", Lookup::contains},
        {"icontains", Lookup::icontains},
        {"startswith", Lookup::startswith},
        {"istartswith", Lookup::istartswith},
        {"endswith", Lookup::endswith},
        {"iendswith", Lookup::iendswith},
    };
    std::vector<Named> all;
    for (const auto& [name, lookup] : named) {
        all.push_back({"message " + name, compare(Field::message, lookup, R"(50%_\a)")});
        all.push_back({"session_key " + name, compare(Field::session_key, lookup, "key")});
        all.push_back({"not session_key " + name, !compare(Field::session_key, lookup, "key")});
        all.push_back({"read_at " + name, compare(Field::read_at, lookup, noon)});
        all.push_back({"tag " + name, compare(Field::tag_text, lookup, "a")});
        all.push_back({"level " + name, compare(Field::level, lookup, std::int64_t{25})});
        all.push_back({"level " + name + " null", compare(Field::level, lookup, {})});
    }
    return all;
}

std::vector<Named> joined() {
    return {
        {"nothing", Condition::nothing()},
        {"not nothing", !Condition::nothing()},
        {"any of none", Condition::any_of({})},
        {"not all of none", !Condition::all_of({})},
        {"both", level(10) && level(20)},
        {"one of three", level(10) || level(20) || level(30)},
        {"five", Condition::all_of({level(1), level(2), level(3), level(4), level(5)})},
        {"one alone", Condition::all_of({Condition::any_of({level(10)})})},
        {"not both", !(level(10) && read_before_noon())},
        {"not not read", !!read_before_noon()},
        {"not both of which one is not", !(level(10) && !read_before_noon())},
        {"all of none beside another", Condition::all_of({level(1), Condition::all_of({})})},
        {"isnull without a value",
         Condition{Condition::Kind::comparison, Field::read_at, Lookup::isnull, {}, {}}},
        {"isnull false", compare(Field::read_at, Lookup::isnull, false)},
        {"not isnull", !compare(Field::read_at, Lookup::isnull, true)},
        {"contains a boolean", compare(Field::message, Lookup::contains, true)},
        {"contains too much", compare(Field::message, Lookup::contains, std::string(50'000, 'a'))},
    };
}

std::vector<Named> lists() {
    std::vector<FieldValue> some_null = numbers(3);
    some_null.emplace_back();
    return {
        {"in none", Condition::in(Field::level, {})},
        {"in one", Condition::in(Field::level, numbers(1))},
        {"in three", Condition::in(Field::level, numbers(3))},
        {"in three and null", Condition::in(Field::level, some_null)},
        {"in nulls", Condition::in(Field::level, {FieldValue(), FieldValue()})},
        {"read_at in", Condition::in(Field::read_at, {noon, noon, noon})},
        {"not session in", !Condition::in(Field::session, {"a", "b"})},
        {"tag in", Condition::in(Field::tag_text, {"a", "b", "c"})},
        {"in 17", Condition::in(Field::id, numbers(17))},
        {"in 501", Condition::in(Field::id, numbers(501))},
    };
}

std::vector<Named> tags() {
    const auto one = [](Condition condition) {
        return Condition::of_one_tag(std::move(condition));
    };
    return {
        {"not a tag", !tag("a")},
        {"tags of two", tag("a") && tag("b")},
        {"no tag", tag_is_null(true)},
        {"some tag", tag_is_null(false)},
        {"tag is null", compare(Field::tag_text, Lookup::exact, {})},
        {"one tag of one", one(tag("a"))},
        {"one tag of two", one(tag("a") && tag("b"))},
        {"one tag and a level", one(level(1) && tag("a"))},
        {"one tag of two and a level", one(tag("a") && level(1) && tag("b"))},
        {"one tag of two and two levels", one(level(1) && tag("a") && level(2) && tag("b"))},
        {"one tag of three", one(tag("a") && tag("b") && tag("c"))},
        {"one tag or none", one(tag("a") && tag_is_null(true))},
        {"none at all", one(tag_is_null(true) && tag_is_null(true))},
        {"some one tag", one(tag_is_null(false) && tag_is_null(false))},
        {"one tag of either", one((tag("a") || tag("b")) && (tag("c") || level(1)))},
        {"one tag or absent of either", one((tag("a") || level(2)) && (tag("c") || level(1)))},
        {"one tag, not another", one(tag("a") && !tag("b"))},
        {"one tag of two, not another", one(tag("a") && tag("c") && !tag("b"))},
        {"one tag of two with a negation within",
         one((tag("a") || !tag("x")) && (tag("c") || !read_before_noon()))},
        {"one tag within either", one((tag("a") && tag("b")) || (tag("c") && tag("d")))},
        {"one tag within one tag", one(tag("a") && one(tag("b") && tag("c")))},
        {"one tag of a list and text",
         one(Condition::in(Field::tag_text, {"a", "b"}) &&
             compare(Field::tag_text, Lookup::icontains, "x"))},
        {"not of one tag", !one(tag("a") && tag("b"))},
        {"not of one tag and read", !one(tag("a") && tag("b") && read_before_noon())},
        {"not of one tag or read", !one((tag("a") && tag("b")) || read_before_noon())},
        {"not not of one tag", !!one(tag("a") && tag("b"))},
        {"one tag of nested both",
         one(Condition::all_of({Condition::all_of({tag("a"), level(1)}), level(2)}))},
        {"one tag of nested two",
         one(Condition::all_of({Condition::all_of({tag("a"), tag("b")}), level(2)}))},
        {"one tag and nothing", one(tag("a") && tag("b") && Condition::nothing())},
        {"one tag or nothing", one(tag("a") && (tag("b") || Condition::nothing()))},
        {"two filters of one tag each", one(tag("a") && tag("b")) && one(tag("c") && tag("d"))},
        {"one tag, values null", one(tag("a") && Condition::in(Field::tag_text, {FieldValue()}))},
    };
}

std::string shown(const sql::Value& value) {
    return std::visit(
        [](const auto& held) -> std::string {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, std::monostate>) {
                return "null";
            } else if constexpr (std::is_same_v<Held, Timestamp>) {
                return fmt::format("{:%H:%M}", held.time_since_epoch() % std::chrono::days(1));
            } else if constexpr (std::is_same_v<Held, std::string_view>) {
                return fmt::format("'{}'", held.substr(0, 20));
            } else {
                return fmt::format("{}", held);
            }
        },
        value
    );
}

/// The statement, each question mark with its parameter.
std::string shown(const RecordingConnection::Sent& sent) {
    std::string text;
    const std::vector<sql::Value> values = sent.values();
    std::size_t used = 0;
    for (const char c : sent.text) {
        if (c == '?') {
            text += "?" + shown(values.at(used++));
        } else {
            text += c;
        }
    }
    EXPECT_EQ(used, values.size());
    return text;
}

constexpr std::pair<Dialect, std::string_view> dialects[] = {
    {Dialect::sqlite, "sqlite"},
    {Dialect::postgresql, "postgresql"},
    {Dialect::mariadb, "mariadb"}};

const store::MessageScope ann = {UserId{std::int64_t{7}}, false, {}};

/// A line for each text, with the dialects whose text it is, unless it is everyone's.
class Lines {
public:
    template<class Send>
    void add(const std::string& name, Send send) {
        std::vector<std::pair<std::string, std::string>> texts;
        for (const auto& [dialect, dialect_name] : dialects) {
            RecordingConnection connection(dialect);
            send(connection);
            const std::string text = without_beginning(shown(connection.sent.at(0)));
            const auto same = std::find_if(texts.begin(), texts.end(), [&](const auto& other) {
                return other.first == text;
            });
            if (same == texts.end()) {
                texts.emplace_back(text, dialect_name);
            } else {
                same->second.append(", ").append(dialect_name);
            }
        }
        for (const auto& [text, whose] : texts) {
            out_ << name << (texts.size() > 1 ? " (" + whose + ")" : "") << ": " << text << "\n";
        }
    }
    std::string text() const { return out_.str(); }

private:
    static std::string without_beginning(std::string text) {
        constexpr std::string_view counted =
            "SELECT COUNT(*) FROM drf_messages_message m WHERE m.user_id = ?7 AND ";
        return text.starts_with(counted) ? text.substr(counted.size()) : text;
    }

    std::ostringstream out_;
};

void add_conditions(Lines& lines) {
    for (const auto& group : {lookups(), joined(), lists(), tags()}) {
        for (const auto& [name, condition] : group) {
            lines.add(name, [&, &where = condition](sql::Connection& connection) {
                MessageQuery query;
                query.where = where;
                store::count_messages(connection, ann, query);
            });
        }
    }
    for (const Condition& where :
         {read_before_noon(),
          !read_before_noon(),
          compare(Field::read_at, Lookup::isnull, true),
          Condition::in(Field::read_at, {noon, noon, noon})}) {
        lines.add("unread as of", [&](sql::Connection& connection) {
            MessageQuery query;
            query.where = where;
            query.unread_as_of = noon;
            store::count_messages(connection, ann, query);
        });
    }
}

void add_scopes(Lines& lines) {
    const std::vector<std::pair<std::string, store::MessageScope>> scopes = {
        {"of a user", ann},
        {"of a session", {ann.user, true, "key"}},
        {"of no session", {ann.user, true, {}}},
        {"of everybody", {{}, false, {}, true}},
        {"of everybody with text keys", {{}, false, {}, true, true}},
    };
    for (const auto& [name, rows] : scopes) {
        const store::MessageScope& scope = rows;
        lines.add("list " + name, [&](sql::Connection& connection) {
            store::select_messages(connection, scope, {});
        });
        lines.add("page " + name, [&](sql::Connection& connection) {
            MessageQuery query;
            query.limit = 5;
            store::select_messages(connection, scope, query);
        });
        lines.add("second page " + name, [&](sql::Connection& connection) {
            MessageQuery query;
            query.where = level(10);
            query.order = {{Field::level, false}, {Field::tag_text, true}, {Field::read_at, true}};
            query.offset = 5;
            store::select_messages(connection, scope, query);
        });
        lines.add("message " + name, [&](sql::Connection& connection) {
            store::select_message(connection, scope, {1}, tag("a"));
        });
        lines.add("unread " + name, [&](sql::Connection& connection) {
            store::summarize_unread(connection, scope);
        });
        lines.add("any beyond " + name, [&](sql::Connection& connection) {
            store::any_message(connection, scope, level(10), 3);
        });
    }
}

void add_beginnings(Lines& lines) {
    for (const Field field : {Field::read_at, Field::created}) {
        for (const bool descending : {false, true}) {
            for (const FieldValue& position : {FieldValue(), FieldValue(noon)}) {
                const std::string name = fmt::format(
                    "{} {}",
                    field == Field::read_at ? "read_at" : "created",
                    descending ? "descending" : "ascending"
                );
                if (!std::holds_alternative<std::monostate>(position)) {
                    lines.add("beyond " + name, [&](sql::Connection& connection) {
                        MessageQuery query;
                        query.order = {{field, descending}};
                        query.beyond = position;
                        query.limit = 5;
                        store::select_messages(connection, ann, query);
                    });
                }
                std::vector<OrderKey> keys;
                lines.add("behind " + name, [&](sql::Connection& connection) {
                    MessageQuery query;
                    query.order = {{field, descending}, {Field::session_key, !descending}};
                    query.limit = 5;
                    query.behind = {position, "key", std::int64_t{3}};
                    query.keys = &keys;
                    store::select_messages(connection, ann, query);
                });
                lines.add("behind null " + name, [&](sql::Connection& connection) {
                    MessageQuery query;
                    query.order = {{Field::level, true}, {field, descending}};
                    query.limit = 5;
                    query.unread_as_of = noon;
                    query.behind = {std::int64_t{10}, position, std::int64_t{3}};
                    query.keys = &keys;
                    store::select_messages(connection, ann, query);
                });
            }
        }
    }
    lines.add("keys of everybody", [&](sql::Connection& connection) {
        std::vector<OrderKey> keys;
        MessageQuery query;
        query.keys = &keys;
        store::select_messages(connection, {{}, false, {}, true}, query);
    });
}

TEST(MessageSql, WritesTheTextsThatPlansAreCachedFor) {
    Lines lines;
    add_conditions(lines);
    add_scopes(lines);
    add_beginnings(lines);
    std::istringstream written(lines.text());
    std::ifstream kept(test::repository_path("tests/unit/store/message_sql.txt"));
    ASSERT_TRUE(kept);
    std::string line;
    std::string expected;
    while (std::getline(kept, expected)) {
        ASSERT_TRUE(std::getline(written, line)) << "not written any more: " << expected;
        EXPECT_EQ(line, expected);
    }
    EXPECT_FALSE(std::getline(written, line)) << "not kept: " << line;
}

} // namespace
} // namespace drf_messages
