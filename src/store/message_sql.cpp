// SPDX-License-Identifier: MIT
#include "store/message_sql.hpp"

#include "sql/sql_timestamp.hpp"
#include "store/message_columns.hpp"
#include "store/message_predicate.hpp"
#include "store/message_search.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::store {
namespace {

// SQLite refuses longer ones (SQLITE_MAX_LIKE_PATTERN_LENGTH); no stored text of ours is that long.
constexpr std::size_t like_pattern_limit_bytes = 50'000;

bool ignores_case(Lookup lookup) {
    return lookup == Lookup::iexact || lookup == Lookup::icontains ||
           lookup == Lookup::istartswith || lookup == Lookup::iendswith;
}

sql::Value sql_value(const FieldValue& value) {
    return std::visit(
        [](const auto& held) -> sql::Value {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
                return std::string_view(held);
            } else {
                return held;
            }
        },
        value
    );
}

/// The text that LIKE compares with.
std::optional<std::string> text_of(const FieldValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return *text;
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    return std::nullopt;
}

/// What PostgreSQL calls an array of the values, where they can be one: all integers, or all texts
/// in a column that holds texts whatever the application's users are.
std::optional<std::string_view> array_type(Field field, std::span<const sql::Value> values) {
    const auto all = [values](auto holds) {
        return std::all_of(values.begin(), values.end(), holds);
    };
    switch (field) {
    case Field::id:
    case Field::level:
        return all([](const sql::Value& value) {
            return std::holds_alternative<std::int64_t>(value);
        })
                   ? std::optional<std::string_view>("bigint[]")
                   : std::nullopt;
    case Field::session:
    case Field::session_key:
    case Field::view:
    case Field::message:
    case Field::tag_text:
        return all([](const sql::Value& value) {
            return std::holds_alternative<std::string_view>(value);
        })
                   ? std::optional<std::string_view>("text[]")
                   : std::nullopt;
    case Field::user:
    case Field::read_at:
    case Field::created:
        break;
    }
    return std::nullopt;
}

std::string joined_by_nul(const std::vector<std::string>& words) {
    std::string joined;
    for (const std::string& word : words) {
        if (&word != &words.front()) {
            joined += '\0';
        }
        joined += word;
    }
    return joined;
}

/// A list of tags has as many values as this, or in_list_limit.
constexpr std::size_t few_values = 16;

/// Repeats the shortest of the values, until there are `size` of them or a multiple of it.
void pad(std::vector<sql::Value>& values, std::size_t size) {
    const auto bytes = [](const sql::Value& value) {
        const auto* text = std::get_if<std::string_view>(&value);
        return text == nullptr ? 0 : text->size();
    };
    const sql::Value shortest =
        *std::min_element(values.begin(), values.end(), [&](const auto& a, const auto& b) {
            return bytes(a) < bytes(b);
        });
    values.resize((values.size() + size - 1) / size * size, shortest);
}

/// As many words as a statement for that many has: one of few numbers.
std::size_t rounded_word_count(std::size_t count) {
    constexpr std::size_t few = 8;
    constexpr std::size_t many = 300;
    return count <= few ? few : (count + many - 1) / many * many;
}

/// Whether SQLite keeps numbers as such in the column, whoever wrote them.
bool holds_numbers(sql::Dialect dialect, Field field) {
    return dialect == sql::Dialect::sqlite &&
           (field == Field::created || field == Field::read_at || field == Field::level);
}

/// The floating-point number that an order_value is the text of.
std::optional<double> real_number(const FieldValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    // Not of "infinity", which is a text there.
    if (text == nullptr || text->find_first_not_of("0123456789.e+-") != std::string::npos) {
        return std::nullopt;
    }
    double number = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

} // namespace

std::string_view operator_of(Lookup lookup) {
    switch (lookup) {
    case Lookup::gt:
        return " > ";
    case Lookup::gte:
        return " >= ";
    case Lookup::lt:
        return " < ";
    case Lookup::lte:
        return " <= ";
    default:
        return " = ";
    }
}

std::string like_pattern(Lookup lookup, std::string_view text) {
    const bool whole = lookup == Lookup::iexact;
    const bool from_begin = lookup == Lookup::startswith || lookup == Lookup::istartswith;
    const bool to_end = lookup == Lookup::endswith || lookup == Lookup::iendswith;
    std::string pattern;
    pattern.reserve(text.size() + 2);
    if (!whole && !from_begin) {
        pattern += '%';
    }
    for (const char c : text) {
        if (c == '\\' || c == '%' || c == '_') {
            pattern += '\\';
        }
        pattern += c;
    }
    if (!whole && !to_end) {
        pattern += '%';
    }
    return pattern;
}

void MessageSql::scope(const MessageScope& scope) {
    if (scope.everybody) {
        sql_ << always_true;
        return;
    }
    one_user_ = &scope;
    sql_ << "m.user_id = ";
    sql_.bind(scope.user);
    if (!scope.by_session) {
        return;
    }
    if (scope.session_key) {
        sql_ << " AND ((";
        sql_.exactly(message_table, "m.session_key", *scope.session_key);
        sql_ << ") OR (";
        sql_.exactly(message_table, "m.session_id", *scope.session_key);
        sql_ << ") OR (m.session_key IS NULL AND m.session_id IS NULL))";
    } else {
        sql_ << " AND m.session_key IS NULL AND m.session_id IS NULL";
    }
}

void MessageSql::and_condition(const Condition& condition) {
    if (condition.kind == Condition::Kind::all_of && condition.operands.empty()) {
        return;
    }
    const Predicate predicate = normalise(condition);
    if (predicate.kind != Predicate::Kind::always) {
        sql_ << " AND ";
        print(predicate);
    }
}

void MessageSql::print(const Predicate& predicate) {
    switch (predicate.kind) {
    case Predicate::Kind::always:
        sql_ << always_true;
        break;
    case Predicate::Kind::never:
        sql_ << never_true;
        break;
    case Predicate::Kind::is_null:
        column(predicate.comparison->field);
        sql_ << " IS NULL";
        break;
    case Predicate::Kind::is_not_null:
        column(predicate.comparison->field);
        sql_ << " IS NOT NULL";
        break;
    case Predicate::Kind::compares:
        compare(*predicate.comparison);
        break;
    case Predicate::Kind::all_of:
        sql_ << "(";
        join(predicate.operands, " AND ");
        sql_ << ")";
        break;
    case Predicate::Kind::any_of:
        sql_ << "(";
        join(predicate.operands, " OR ");
        sql_ << ")";
        break;
    case Predicate::Kind::negation:
        sql_ << "NOT (";
        print(predicate.operands.front());
        sql_ << ")";
        break;
    case Predicate::Kind::tag_exists:
        tag("EXISTS", predicate.operands);
        break;
    case Predicate::Kind::tag_absent:
        tag("NOT EXISTS", {});
        break;
    }
}

void MessageSql::join(std::span<const Predicate> operands, std::string_view word) {
    // By halves: a search for a thousand words would otherwise nest deeper than SQLite allows.
    const auto print_half = [&](std::span<const Predicate> half) {
        const bool several = half.size() > 1;
        sql_ << (several ? "(" : "");
        join(half, word);
        sql_ << (several ? ")" : "");
    };
    if (operands.size() == 1) {
        print(operands.front());
        return;
    }
    const std::size_t middle = operands.size() / 2;
    print_half(operands.first(middle));
    sql_ << word;
    print_half(operands.subspan(middle));
}

void MessageSql::tag(std::string_view exists, std::span<const Predicate> operands) {
    sql_ << exists << " (SELECT 1 FROM drf_messages_messagetag x WHERE x.message_id = m.id";
    if (!operands.empty()) {
        sql_ << " AND ";
        join(operands, " AND ");
    }
    if (sql_.dialect() == sql::Dialect::postgresql) {
        // Without it this becomes a join that reads every tag of every user.
        sql_ << " OFFSET 0";
    }
    sql_ << ")";
}

void MessageSql::compare(const Condition& condition) {
    switch (condition.lookup) {
    case Lookup::iexact:
    case Lookup::contains:
    case Lookup::startswith:
    case Lookup::istartswith:
    case Lookup::endswith:
    case Lookup::iendswith:
        like(condition);
        break;
    case Lookup::icontains:
        contains_all(condition);
        break;
    case Lookup::in:
        in(condition);
        break;
    default:
        compare(condition.field, condition.lookup, condition.values.front());
        break;
    }
}

void MessageSql::compare(Field field, Lookup lookup, const FieldValue& value) {
    // What stands beyond the ends of the calendar is shown as these: infinity, 0000-00-00.
    const auto* moment = std::get_if<Timestamp>(&value);
    const bool is_first = moment != nullptr && *moment <= sql::first_moment;
    const bool is_last = moment != nullptr && *moment >= sql::last_moment;
    if ((is_first && lookup == Lookup::gte) || (is_last && lookup == Lookup::lte)) {
        column(field);
        sql_ << " IS NOT NULL";
        return;
    }
    if ((is_first && lookup == Lookup::lt) || (is_last && lookup == Lookup::gt)) {
        sql_ << never_true;
        return;
    }
    if (lookup == Lookup::exact && (is_first || is_last)) {
        lookup = is_first ? Lookup::lte : Lookup::gte;
    }
    if (!can_hold(field, value)) {
        sql_ << never_true;
        return;
    }
    column(field);
    sql_ << operator_of(lookup);
    sql_.bind(sql_value(value));
}

void MessageSql::in(const Condition& condition) {
    const Field field = condition.field;
    std::vector<sql::Value> wanted;
    wanted.reserve(condition.values.size());
    for (const FieldValue& value : condition.values) {
        if (!is_null(value) && can_hold(field, value)) {
            wanted.push_back(sql_value(value));
        }
    }
    if (wanted.empty()) {
        sql_ << never_true;
        return;
    }
    const auto type = array_type(field, wanted);
    switch (sql_.dialect()) {
    case sql::Dialect::sqlite:
        if (type) {
            column(field);
            sql_ << " IN (SELECT value FROM json_each(";
            sql_.bind_owned(joined_values(wanted, "[]")) << "))";
            return;
        }
        break;
    case sql::Dialect::postgresql:
        if (type) {
            column(field);
            sql_ << " = ANY (CAST(";
            sql_.bind_owned(joined_values(wanted, "{}")) << " AS " << *type << "))";
            return;
        }
        break;
    case sql::Dialect::mariadb:
        // MariaDB 10.5 has nothing that makes rows of one parameter, and levels have no index.
        if (type && field == Field::level) {
            sql_ << "FIND_IN_SET(";
            column(field);
            sql_ << ", ";
            sql_.bind_owned(joined_values(wanted, {})) << ") > 0";
            return;
        }
        break;
    }
    in_list(field, std::move(wanted));
}

void MessageSql::in_list(Field field, std::vector<sql::Value> values) {
    if (field == Field::tag_text) {
        pad(values, values.size() <= few_values ? few_values : in_list_limit);
    }
    const char* separator = "(";
    in_batches(values, [&](std::span<const sql::Value> batch) {
        sql_ << std::exchange(separator, " OR ");
        column(field);
        sql_ << " IN ";
        sql_.in_list(batch);
    });
    sql_ << ")";
}

/// Each of the values is in the column's text.
void MessageSql::contains_all(const Condition& condition) {
    const Field field = condition.field;
    std::vector<std::string> words;
    words.reserve(condition.values.size());
    for (const FieldValue& value : condition.values) {
        auto word = text_of(value);
        if (!word || !can_hold(field, value)) {
            sql_ << never_true;
            return;
        }
        words.push_back(*std::move(word));
    }
    if (sql_.dialect() == sql::Dialect::sqlite) {
        // Of the driver: LIKE takes a time that grows with each word, and for one like "aaab" with
        // its length times that of the text.
        sql_ << "contains_all(";
        column(field);
        sql_ << ", ";
        sql_.bind_owned(joined_by_nul(words)) << ")";
        return;
    }
    if (field == Field::message && one_user_ != nullptr) {
        if (auto ids = ids_with_all(sql_.connection(), *one_user_, words)) {
            in(Condition::in(Field::id, *std::move(ids)));
            return;
        }
    }
    if (words.size() == 1) {
        like(field, condition.lookup, words.front());
        return;
    }
    if (sql_.dialect() == sql::Dialect::postgresql) {
        std::vector<std::string> patterns;
        patterns.reserve(words.size());
        for (const std::string& word : words) {
            patterns.push_back(like_pattern(condition.lookup, word));
        }
        const std::vector<sql::Value> values(patterns.begin(), patterns.end());
        // Read once for the statement, not once for each row.
        sql_ << "UPPER(CAST(";
        column(field);
        sql_ << " AS text)) LIKE ALL (ARRAY(SELECT UPPER(w) FROM unnest(CAST(";
        sql_.bind_owned(joined_values(values, "{}")) << " AS text[])) AS w))";
        return;
    }
    // Few numbers of words, so that few texts exist; the empty one is everywhere.
    words.resize(rounded_word_count(words.size()));
    const char* separator = "(";
    for (const std::string& word : words) {
        sql_ << std::exchange(separator, " AND ");
        like(field, condition.lookup, word);
    }
    sql_ << ")";
}

void MessageSql::like(const Condition& condition) {
    const auto text = text_of(condition.values.front());
    if (!text || !can_hold(condition.field, condition.values.front())) {
        sql_ << never_true;
        return;
    }
    like(condition.field, condition.lookup, *text);
}

void MessageSql::like(Field field, Lookup lookup, std::string_view text) {
    std::string pattern = like_pattern(lookup, text);
    if (pattern.size() > like_pattern_limit_bytes) {
        sql_ << never_true;
        return;
    }
    const bool ignore_case = ignores_case(lookup);
    switch (sql_.dialect()) {
    case sql::Dialect::sqlite:
        column(field);
        sql_ << " LIKE ";
        sql_.bind_owned(std::move(pattern)) << R"( ESCAPE '\')";
        break;
    case sql::Dialect::postgresql:
        // In capitals once for the statement, not once for each row.
        if (lookup == Lookup::iexact) {
            sql_ << "UPPER(CAST(";
            column(field);
            sql_ << " AS text)) = (SELECT UPPER(CAST(";
            sql_.bind_owned(std::string(text)) << " AS text)))";
            break;
        }
        sql_ << (ignore_case ? "UPPER(CAST(" : "CAST(");
        column(field);
        sql_ << (ignore_case ? " AS text)) LIKE (SELECT UPPER(CAST(" : " AS text) LIKE ");
        sql_.bind_owned(std::move(pattern)) << (ignore_case ? " AS text)))" : "");
        break;
    case sql::Dialect::mariadb:
        // Django's LIKE BINARY compares bytes, which are others in a column that is not UTF-8.
        column(field);
        sql_ << " LIKE ";
        sql_.bind_owned(std::move(pattern)) << (ignore_case ? "" : " COLLATE utf8mb4_bin");
        break;
    }
}

void MessageSql::column(Field field) {
    if (field == Field::read_at && unread_as_of_) {
        // Nobody goes through pages for a year: reading them has not set a later time.
        constexpr std::chrono::days longest_walk{365};
        sql_ << "CASE WHEN m.read_at >= ";
        sql_.bind(*unread_as_of_) << " AND m.read_at < ";
        sql_.bind(*unread_as_of_ + longest_walk) << " THEN NULL ELSE m.read_at END";
        return;
    }
    sql_ << column_name(field);
}

void MessageSql::order_value(Field field) {
    if (!holds_numbers(sql_.dialect(), field)) {
        column(field);
        return;
    }
    // SQLite shortens a floating-point number that is read as text.
    sql_ << "CASE typeof(";
    column(field);
    sql_ << ") WHEN 'real' THEN quote(";
    column(field);
    sql_ << ") ELSE ";
    column(field);
    sql_ << " END";
}

void MessageSql::bind(Field field, const FieldValue& value) {
    const auto number = holds_numbers(sql_.dialect(), field) ? real_number(value) : std::nullopt;
    if (number) {
        // An expression, unlike a column, is not compared with a text as with the number in it.
        sql_.bind(*number);
        return;
    }
    sql_.bind(can_hold(field, value) ? sql_value(value) : sql::Value());
}

bool MessageSql::can_hold(Field field, const FieldValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ||
           sql_.connection().can_hold(table_name(field), column_name(field).substr(2), *text);
}

void MessageSql::order_by(const std::vector<OrderBy>& order) {
    const char* separator = " ORDER BY ";
    for (const OrderBy& by : order) {
        sql_ << std::exchange(separator, ", ");
        column(by.field);
        if (by.descending) {
            sql_ << " DESC";
        }
    }
}

} // namespace drf_messages::store
