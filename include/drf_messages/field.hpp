// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/time.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages {
namespace detail {

/// An integer type all of whose values a level can hold; neither bool nor a character type.
template<class Number>
concept LevelNumber = std::same_as<Number, Level> || std::same_as<Number, short> ||
    std::same_as<Number, unsigned short> || std::same_as<Number, signed char>;

template<class Value>
inline constexpr bool is_moment = false;
template<class Duration>
inline constexpr bool is_moment<std::chrono::sys_time<Duration>> = true;

/// What a field of type T compares with: views if T owns text; for levels, nothing that would be
/// rounded; moments of any resolution, as system_clock::now() has another.
template<class Value, class T>
concept ComparableWith = (std::same_as<T, Level> && LevelNumber<Value>) ||
                         (std::same_as<T, std::string> &&
                          std::convertible_to<const Value&, std::string_view>) ||
                         (std::same_as<T, Timestamp> && is_moment<Value>) ||
                         (!std::same_as<T, Level> && !std::same_as<T, std::string> &&
                          std::convertible_to<const Value&, T>);

template<class T, class Value>
FieldValue field_value(const Value& value) {
    if constexpr (std::same_as<T, std::string>) {
        return std::string(std::string_view(value));
    } else if constexpr (std::same_as<T, Level>) {
        return std::int64_t{value};
    } else if constexpr (std::same_as<T, MessageId>) {
        return MessageId(value).value;
    } else if constexpr (std::same_as<T, UserId>) {
        return std::visit([](const auto& key) { return FieldValue(key); }, UserId(value).value);
    } else if constexpr (std::same_as<T, Timestamp> && is_moment<Value>) {
        return std::chrono::floor<Timestamp::duration>(value);
    } else {
        return T(value);
    }
}

} // namespace detail

/// What a field can do, known to the compiler.
struct FieldTraits {
    bool ordered = false;  ///< can be compared with <, and has a least and a greatest value
    bool nullable = false; ///< may hold nothing
    bool relation = false; ///< has rows of its own, any number for one message
};

/// A column of a message as a type: the compiler checks what it is compared with, and the value
/// reaches the database as a parameter. As in Django:
/// - `!=` is the negation of `==`, so it is true for null.
/// - The database decides how text compares: MariaDB's usual collation ignores case, and SQLite's
///   LIKE ignores it for ASCII letters.
/// - A moment of a finer resolution is rounded down to Timestamp's.
///
/// No message has text that is not UTF-8 or contains a NUL, so a comparison with such text is
/// false.
template<Field name, class T, FieldTraits traits>
class TypedField {
public:
    using value_type = T;
    static constexpr Field field = name;
    static constexpr bool is_ordered = traits.ordered;
    static constexpr bool is_nullable = traits.nullable;

    // Mistakes that are easily made. The compiler shows the line, which has what to write instead.
    // `<=>` stands for <, <=, > and >=.
    // clang-format off
    friend Condition operator==(TypedField /* compares with level::warning */, std::string_view)
        requires(std::same_as<T, Level>) = delete;
    friend Condition operator!=(TypedField /* compares with level::warning */, std::string_view)
        requires(std::same_as<T, Level>) = delete;
    friend Condition operator<=>(TypedField /* compares with level::warning */, std::string_view)
        requires(std::same_as<T, Level>) = delete;
    friend Condition operator==(TypedField /* compares with MessageId{7} */, std::int64_t)
        requires(std::same_as<T, MessageId>) = delete;
    friend Condition operator!=(TypedField /* compares with MessageId{7} */, std::int64_t)
        requires(std::same_as<T, MessageId>) = delete;
    friend Condition operator<=>(TypedField /* compares with MessageId{7} */, std::int64_t)
        requires(std::same_as<T, MessageId>) = delete;
    friend Condition operator==(TypedField /* compares with UserId{7} */, std::int64_t)
        requires(std::same_as<T, UserId>) = delete;
    friend Condition operator!=(TypedField /* compares with UserId{7} */, std::int64_t)
        requires(std::same_as<T, UserId>) = delete;
    friend Condition operator==(TypedField /* compares with UserId{"a key"} */, std::string_view)
        requires(std::same_as<T, UserId>) = delete;
    friend Condition operator!=(TypedField /* compares with UserId{"a key"} */, std::string_view)
        requires(std::same_as<T, UserId>) = delete;
    // clang-format on

    template<detail::ComparableWith<T> Value>
    friend Condition operator==(TypedField /*field*/, const Value& value) {
        return compare(Lookup::exact, value);
    }
    template<detail::ComparableWith<T> Value>
    friend Condition operator!=(TypedField /*field*/, const Value& value) {
        return Condition::negation(compare(Lookup::exact, value));
    }
    /// Null where there is no value.
    friend Condition operator==(TypedField self, const std::optional<T>& value) requires(
        traits.nullable && !traits.relation
    ) {
        return value ? self == *value : self.is_null();
    }
    friend Condition operator!=(TypedField self, const std::optional<T>& value) requires(
        traits.nullable && !traits.relation
    ) {
        return Condition::negation(self == value);
    }
    template<detail::ComparableWith<T> Value>
    requires(traits.ordered) friend Condition operator<(TypedField /*field*/, const Value& value) {
        return compare(Lookup::lt, value);
    }
    template<detail::ComparableWith<T> Value>
    requires(traits.ordered) friend Condition operator<=(TypedField /*field*/, const Value& value) {
        return compare(Lookup::lte, value);
    }
    template<detail::ComparableWith<T> Value>
    requires(traits.ordered) friend Condition operator>(TypedField /*field*/, const Value& value) {
        return compare(Lookup::gt, value);
    }
    template<detail::ComparableWith<T> Value>
    requires(traits.ordered) friend Condition operator>=(TypedField /*field*/, const Value& value) {
        return compare(Lookup::gte, value);
    }

    /// Equal to one of them; never true without values.
    template<detail::ComparableWith<T> Value = T>
    Condition in(std::initializer_list<Value> values) const {
        return one_of(values);
    }
    template<std::ranges::input_range Values>
    requires detail::ComparableWith<std::ranges::range_value_t<Values>, T>
        Condition in(const Values& values)
    const { return one_of(values); }

    /// From the first to the last, both included.
    template<detail::ComparableWith<T> First, detail::ComparableWith<T> Last>
    requires(traits.ordered) Condition range(const First& first, const Last& last)
    const {
        std::vector<Condition> both;
        both.push_back(compare(Lookup::gte, first));
        both.push_back(compare(Lookup::lte, last));
        return Condition::all_of(std::move(both));
    }

    /// Whether there is no value; for a relation, whether there is no row.
    Condition is_null(bool null = true) const requires(traits.nullable) {
        return Condition::compare(name, Lookup::isnull, null);
    }

    Condition iexact(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::iexact, text);
    }
    Condition contains(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::contains, text);
    }
    Condition icontains(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::icontains, text);
    }
    Condition startswith(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::startswith, text);
    }
    Condition istartswith(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::istartswith, text);
    }
    Condition endswith(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::endswith, text);
    }
    Condition iendswith(std::string_view text) const requires std::same_as<T, std::string> {
        return compare(Lookup::iendswith, text);
    }

    /// Order by it, smallest first. The database decides where null comes: first on SQLite and
    /// MariaDB, last on PostgreSQL.
    OrderBy asc() const requires(!traits.relation) { return {name, false}; }
    OrderBy desc() const requires(!traits.relation) { return {name, true}; }

private:
    template<class Value>
    static Condition compare(Lookup lookup, const Value& value) {
        return Condition::compare(name, lookup, detail::field_value<T>(value));
    }
    template<class Values>
    static Condition one_of(const Values& values) {
        std::vector<FieldValue> list;
        for (const auto& value : values) {
            list.push_back(detail::field_value<T>(value));
        }
        return Condition::in(name, std::move(list));
    }
};

/// The fields of a message, for conditions and orderings:
/// `field::level >= level::WARNING && field::extra_tags == "test"`, `field::created.desc()`.
namespace field {
inline constexpr TypedField<Field::id, MessageId, FieldTraits{.ordered = true}> id;
inline constexpr TypedField<Field::user, UserId, FieldTraits{}> user;
inline constexpr TypedField<Field::session, std::string, FieldTraits{.nullable = true}> session;
inline constexpr TypedField<Field::session_key, std::string, FieldTraits{.nullable = true}>
    session_key;
inline constexpr TypedField<Field::view, std::string, FieldTraits{}> view;
inline constexpr TypedField<Field::message, std::string, FieldTraits{}> message;
inline constexpr TypedField<Field::level, Level, FieldTraits{.ordered = true}> level;
inline constexpr TypedField<
    Field::read_at,
    Timestamp,
    FieldTraits{.ordered = true, .nullable = true}>
    read_at;
inline constexpr TypedField<Field::created, Timestamp, FieldTraits{.ordered = true}> created;
/// The text of a tag: `==` is true for a message that has such a tag, `!=` for one that has none.
inline constexpr TypedField<
    Field::tag_text,
    std::string,
    FieldTraits{.nullable = true, .relation = true}>
    extra_tags;
} // namespace field

} // namespace drf_messages
