// SPDX-License-Identifier: MIT
#include "store/message_sql.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

namespace drf_messages::store {
namespace {

constexpr std::string_view always = "1 = 1";
constexpr std::string_view never = "1 = 0";

// SQLite refuses longer ones (SQLITE_MAX_LIKE_PATTERN_LENGTH); no stored text of ours is that long.
constexpr std::size_t like_pattern_limit_bytes = 50'000;

bool is_nullable(Field field) {
    return field == Field::read_at || field == Field::session || field == Field::session_key;
}

bool is_null(const FieldValue& value) {
    return std::holds_alternative<std::monostate>(value);
}

/// Whether `isnull` asks for null, or for something.
bool wants_null(const Condition& condition) {
    if (condition.lookup == Lookup::exact || condition.values.empty()) {
        return true;
    }
    const auto* wanted = std::get_if<bool>(&condition.values.front());
    return wanted == nullptr || *wanted;
}

bool asks_for_null(const Condition& condition) {
    return condition.lookup == Lookup::isnull ||
           (condition.lookup == Lookup::exact && !condition.values.empty() &&
            is_null(condition.values.front()));
}

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

bool is_about_tags(const Condition& condition) {
    return condition.kind == Condition::Kind::comparison && condition.field == Field::tag_text;
}

/// Whether a comparison with a tag stands in it outside of every negation.
bool names_a_tag(const Condition& condition) {
    return is_about_tags(condition) ||
           (condition.kind != Condition::Kind::negation &&
            std::any_of(condition.operands.begin(), condition.operands.end(), names_a_tag));
}

/// Whether it may hold for a message without tags.
bool holds_without_tags(const Condition& condition) {
    const auto holds = [](const Condition& operand) { return holds_without_tags(operand); };
    switch (condition.kind) {
    case Condition::Kind::comparison:
        return !is_about_tags(condition) || (asks_for_null(condition) && wants_null(condition));
    case Condition::Kind::all_of:
    case Condition::Kind::of_one_tag:
        return std::all_of(condition.operands.begin(), condition.operands.end(), holds);
    case Condition::Kind::any_of:
        return std::any_of(condition.operands.begin(), condition.operands.end(), holds);
    case Condition::Kind::negation:
        return true;
    case Condition::Kind::nothing:
        return false;
    }
    return true;
}

} // namespace

std::string_view column_name(Field field) {
    switch (field) {
    case Field::id:
        return "m.id";
    case Field::user:
        return "m.user_id";
    case Field::session:
        return "m.session_id";
    case Field::session_key:
        return "m.session_key";
    case Field::view:
        return "m.view";
    case Field::message:
        return "m.message";
    case Field::level:
        return "m.level";
    case Field::read_at:
        return "m.read_at";
    case Field::created:
        return "m.created";
    case Field::tag_text:
        return "x.text";
    }
    return "m.id";
}

std::vector<OrderBy> total_order(const std::vector<OrderBy>& order) {
    std::vector<OrderBy> total;
    total.reserve(order.size() + 1);
    for (const OrderBy& by : order) {
        if (by.field == Field::tag_text) {
            continue;
        }
        total.push_back(by);
        if (by.field == Field::id) {
            return total;
        }
    }
    total.push_back({Field::id, false});
    return total;
}

void MessageSql::scope(const MessageScope& scope) {
    if (scope.everybody) {
        sql_ << always;
        return;
    }
    sql_ << "m.user_id = ";
    sql_.bind(scope.user);
    if (!scope.by_session) {
        return;
    }
    if (scope.session_key) {
        sql_ << " AND ((";
        sql_.exactly("m.session_key", *scope.session_key);
        sql_ << ") OR (";
        sql_.exactly("m.session_id", *scope.session_key);
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
    this->condition(condition, false);
}

void MessageSql::condition(const Condition& condition, bool negated) {
    const Condition* first = condition.operands.data();
    const Condition* last = first + condition.operands.size();
    switch (condition.kind) {
    case Condition::Kind::comparison:
        comparison(condition, negated);
        break;
    case Condition::Kind::all_of:
        first == last ? void(sql_ << always) : all_of(condition, negated);
        break;
    case Condition::Kind::any_of:
        first == last ? void(sql_ << never) : join(first, last, " OR ", negated);
        break;
    case Condition::Kind::negation: {
        const bool of_one_tag = std::exchange(of_one_tag_, false);
        const TagRow tag_row = std::exchange(tag_row_, TagRow::any);
        sql_ << "NOT (";
        first == last ? void(sql_ << always) : join(first, last, " AND ", !negated);
        sql_ << ")";
        of_one_tag_ = of_one_tag;
        tag_row_ = tag_row;
        break;
    }
    case Condition::Kind::nothing:
        sql_ << never;
        break;
    case Condition::Kind::of_one_tag: {
        const bool before = std::exchange(of_one_tag_, true);
        join(first, last, " AND ", negated);
        of_one_tag_ = before;
        break;
    }
    }
}

void MessageSql::all_of(const Condition& condition, bool negated) {
    const Condition* first = condition.operands.data();
    const Condition* last = first + condition.operands.size();
    // Django joins a message's tags once for all of one filter(), but looks each up by itself where
    // it negates (sql/query.py, build_filter and split_exclude).
    if (!of_one_tag_ || tag_row_ != TagRow::any) {
        join(first, last, " AND ", negated);
        return;
    }
    std::vector<std::reference_wrapper<const Condition>> of_tag;
    std::vector<std::reference_wrapper<const Condition>> others;
    for (const Condition& operand : condition.operands) {
        (names_a_tag(operand) ? of_tag : others).emplace_back(operand);
    }
    if (of_tag.size() < 2) {
        join(first, last, " AND ", negated);
        return;
    }
    sql_ << "(";
    if (!others.empty()) {
        join(others.begin(), others.end(), " AND ", false);
        sql_ << " AND ";
    }
    sql_ << "(EXISTS (SELECT 1 FROM drf_messages_messagetag x WHERE x.message_id = m.id AND ";
    tag_row_ = TagRow::current;
    join(of_tag.begin(), of_tag.end(), " AND ", false);
    sql_ << (sql_.dialect() == sql::Dialect::postgresql ? " OFFSET 0)" : ")");
    if (std::all_of(of_tag.begin(), of_tag.end(), holds_without_tags)) {
        sql_ << " OR ";
        tag_row_ = TagRow::absent;
        join(of_tag.begin(), of_tag.end(), " AND ", false);
    }
    tag_row_ = TagRow::any;
    sql_ << "))";
}

template<class Iterator>
void MessageSql::join(Iterator first, Iterator last, std::string_view word, bool negated) {
    if (last - first == 1) {
        condition(*first, negated);
        return;
    }
    // By halves: a search for a thousand words would otherwise nest deeper than SQLite allows.
    const Iterator middle = first + (last - first) / 2;
    sql_ << "(";
    join(first, middle, word, negated);
    sql_ << word;
    join(middle, last, word, negated);
    sql_ << ")";
}

void MessageSql::comparison(const Condition& condition, bool negated) {
    const Field field = condition.field;
    const bool null = asks_for_null(condition);
    if (field == Field::tag_text) {
        tag_comparison(condition);
        return;
    }
    if (null) {
        column(field);
        sql_ << (wants_null(condition) ? " IS NULL" : " IS NOT NULL");
        return;
    }
    if (negated && is_nullable(field)) {
        // Django counts a null as "does not compare", so that exclude() keeps the row.
        sql_ << "(";
        column(field);
        sql_ << " IS NOT NULL AND ";
        compare(condition);
        sql_ << ")";
        return;
    }
    compare(condition);
}

void MessageSql::tag_comparison(const Condition& condition) {
    const bool null = asks_for_null(condition);
    const bool without = null && wants_null(condition);
    if (tag_row_ == TagRow::current) {
        null ? void(sql_ << (without ? never : always)) : compare(condition);
        return;
    }
    if (tag_row_ == TagRow::absent && !without) {
        sql_ << never;
        return;
    }
    // A row for each message, however many of its tags fit. No tag at all is Django's null.
    sql_ << (without ? "NOT EXISTS" : "EXISTS")
         << " (SELECT 1 FROM drf_messages_messagetag x WHERE x.message_id = m.id";
    if (!null) {
        sql_ << " AND ";
        compare(condition);
    }
    if (sql_.dialect() == sql::Dialect::postgresql) {
        // Without it this becomes a join that reads every tag of every user.
        sql_ << " OFFSET 0";
    }
    sql_ << ")";
}

void MessageSql::compare(const Condition& condition) {
    if (std::all_of(condition.values.begin(), condition.values.end(), is_null)) {
        sql_ << never;
        return;
    }
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
        column(condition.field);
        sql_ << operator_of(condition.lookup);
        bind(condition.values.front());
        break;
    }
}

void MessageSql::in(const Condition& condition) {
    std::vector<const FieldValue*> wanted;
    for (const FieldValue& value : condition.values) {
        if (!is_null(value)) {
            wanted.push_back(&value);
        }
    }
    const char* separator = "(";
    for (std::size_t begin = 0; begin < wanted.size(); begin += in_list_limit) {
        const std::size_t size = std::min(wanted.size() - begin, in_list_limit);
        const std::size_t padded = std::max(size, std::min(std::bit_ceil(size), in_list_limit));
        sql_ << std::exchange(separator, " OR ");
        column(condition.field);
        sql_ << " IN (";
        for (std::size_t i = 0; i < padded; ++i) {
            sql_ << (i == 0 ? "" : ", ");
            bind(*wanted[begin + std::min(i, size - 1)]);
        }
        sql_ << ")";
    }
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
        sql_ << never;
        return;
    }
    std::string pattern = like_pattern(condition.lookup, text);
    if (pattern.size() > like_pattern_limit_bytes) {
        sql_ << never;
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
        column(condition.field);
        sql_ << (ignore_case ? " LIKE " : " LIKE BINARY ");
        sql_.bind_owned(std::move(pattern));
        break;
    }
}

void MessageSql::column(Field field) {
    if (field == Field::read_at && unread_as_of_) {
        sql_ << "CASE WHEN m.read_at >= ";
        sql_.bind(*unread_as_of_) << " THEN NULL ELSE m.read_at END";
        return;
    }
    sql_ << column_name(field);
}

void MessageSql::bind(const FieldValue& value) {
    std::visit(
        [this](const auto& held) {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
                sql_.bind(std::string_view(held));
            } else {
                sql_.bind(held);
            }
        },
        value
    );
}

bool MessageSql::nulls_first(bool descending) const {
    // SQLite and MariaDB count null as the smallest value, PostgreSQL as the largest.
    return (sql_.dialect() == sql::Dialect::postgresql) == descending;
}

void MessageSql::and_seek(const MessageQuery& query) {
    if (!query.seek || !query.seek->position || query.order.empty()) {
        return;
    }
    const Field field = query.order.front().field;
    const bool descending = query.order.front().descending;
    const bool inclusive = query.seek->inclusive;
    const FieldValue& position = *query.seek->position;
    const bool nulls_first = this->nulls_first(descending);

    if (is_null(position)) {
        if (inclusive && nulls_first) {
            return;
        }
        sql_ << " AND ";
        if (!inclusive && !nulls_first) {
            sql_ << never;
        } else {
            column(field);
            sql_ << (inclusive ? " IS NULL" : " IS NOT NULL");
        }
        return;
    }
    const bool nulls_follow = is_nullable(field) && !nulls_first;
    sql_ << (nulls_follow ? " AND (" : " AND ");
    column(field);
    sql_ << (descending ? " <" : " >") << (inclusive ? "= " : " ");
    bind(position);
    if (nulls_follow) {
        sql_ << " OR ";
        column(field);
        sql_ << " IS NULL)";
    }
}

void MessageSql::and_after(
    const std::vector<OrderBy>& order, const std::vector<FieldValue>& values
) {
    if (values.empty()) {
        return;
    }
    const bool nulls_follow = is_nullable(order[0].field) && !nulls_first(order[0].descending);
    if (order.size() > 1 && !is_null(values[0]) && !nulls_follow) {
        // Says nothing new, but lets the database begin in the middle of an index.
        sql_ << " AND ";
        column(order[0].field);
        sql_ << (order[0].descending ? " <= " : " >= ");
        bind(values[0]);
    }
    sql_ << " AND (";
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0) {
            sql_ << " OR (";
            column(order[i - 1].field);
            if (is_null(values[i - 1])) {
                sql_ << " IS NULL";
            } else {
                sql_ << " = ";
                bind(values[i - 1]);
            }
            sql_ << " AND (";
        }
        behind(order[i], values[i]);
    }
    for (std::size_t i = 1; i < order.size(); ++i) {
        sql_ << "))";
    }
    sql_ << ")";
}

void MessageSql::behind(const OrderBy& by, const FieldValue& value) {
    const bool nulls_first = this->nulls_first(by.descending);
    if (is_null(value)) {
        if (nulls_first) {
            column(by.field);
        }
        sql_ << (nulls_first ? " IS NOT NULL" : never);
        return;
    }
    const bool nulls_follow = is_nullable(by.field) && !nulls_first;
    sql_ << (nulls_follow ? "(" : "");
    column(by.field);
    sql_ << (by.descending ? " < " : " > ");
    bind(value);
    if (nulls_follow) {
        sql_ << " OR ";
        column(by.field);
        sql_ << " IS NULL)";
    }
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
