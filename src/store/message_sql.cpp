// SPDX-License-Identifier: MIT
#include "store/message_sql.hpp"

#include "sql/sql_timestamp.hpp"
#include "store/message_columns.hpp"
#include "store/message_predicate.hpp"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
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

bool ignores_case(Lookup lookup) {
    return lookup == Lookup::iexact || lookup == Lookup::icontains ||
           lookup == Lookup::istartswith || lookup == Lookup::iendswith;
}

/// Django: DatabaseOperations.prep_for_like_query.
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

void MessageSql::scope(const MessageScope& scope) {
    if (scope.everybody) {
        sql_ << always_true;
        return;
    }
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
    sql_ << " AND ";
    print(normalise(condition));
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
    case Lookup::icontains:
    case Lookup::startswith:
    case Lookup::istartswith:
    case Lookup::endswith:
    case Lookup::iendswith:
        like(condition);
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
    std::vector<sql::Value> wanted;
    wanted.reserve(condition.values.size());
    for (const FieldValue& value : condition.values) {
        if (!is_null(value) && can_hold(condition.field, value)) {
            wanted.push_back(sql_value(value));
        }
    }
    if (wanted.empty()) {
        sql_ << never_true;
        return;
    }
    const char* separator = "(";
    in_batches(wanted, [&](std::span<const sql::Value> batch) {
        sql_ << std::exchange(separator, " OR ");
        column(condition.field);
        sql_ << " IN ";
        sql_.in_list(batch);
    });
    sql_ << ")";
}

void MessageSql::like(const Condition& condition) {
    std::string number;
    std::string_view text;
    if (const auto* string = std::get_if<std::string>(&condition.values.front())) {
        text = *string;
    } else if (const auto* integer = std::get_if<std::int64_t>(&condition.values.front())) {
        number = std::to_string(*integer);
        text = number;
    } else {
        sql_ << never_true;
        return;
    }
    std::string pattern = like_pattern(condition.lookup, text);
    if (pattern.size() > like_pattern_limit_bytes ||
        !can_hold(condition.field, condition.values.front())) {
        sql_ << never_true;
        return;
    }
    const bool ignore_case = ignores_case(condition.lookup);
    switch (sql_.dialect()) {
    case sql::Dialect::sqlite:
        column(condition.field);
        sql_ << " LIKE ";
        sql_.bind_owned(std::move(pattern)) << R"( ESCAPE '\')";
        break;
    case sql::Dialect::postgresql:
        if (condition.lookup == Lookup::iexact) {
            sql_ << "UPPER(CAST(";
            column(condition.field);
            sql_ << " AS text)) = UPPER(";
            sql_.bind_owned(std::string(text)) << ")";
            break;
        }
        sql_ << (ignore_case ? "UPPER(CAST(" : "CAST(");
        column(condition.field);
        sql_ << (ignore_case ? " AS text)) LIKE UPPER(" : " AS text) LIKE ");
        sql_.bind_owned(std::move(pattern)) << (ignore_case ? ")" : "");
        break;
    case sql::Dialect::mariadb:
        // Django's LIKE BINARY compares bytes, which are others in a column that is not UTF-8.
        column(condition.field);
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
