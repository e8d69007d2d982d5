// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::rest {

/// What an answer says before a renderer writes it: null, true or false, a whole number, text, a
/// list, or an object whose members keep their order. Text is UTF-8.
class DRF_MESSAGES_API Value {
public:
    struct Member;
    using Array = std::vector<Value>;
    using Object = std::vector<Member>;

    Value(std::nullptr_t = nullptr);
    Value(std::same_as<bool> auto flag) : value_(flag) {}
    template<std::integral Number>
    requires(!std::same_as<Number, bool>) Value(Number number)
        : value_(std::in_place_type<std::int64_t>, number) {}
    Value(const char* text);
    Value(std::string_view text);
    Value(std::string text);
    Value(Array array);
    Value(Object object);

    Value(const Value&);
    Value(Value&&) noexcept;
    Value& operator=(const Value&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    static Value array(std::initializer_list<Value> items);
    static Value object(std::initializer_list<Member> members);

    bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value_); }
    /// The bool, std::int64_t, std::string, Array or Object that it contains; null when it contains
    /// something else.
    template<class T>
    const T* get_if() const noexcept {
        return std::get_if<T>(&value_);
    }
    template<class T>
    T* get_if() noexcept {
        return std::get_if<T>(&value_);
    }

    /// The member of an object; null when there is none, or this is not an object.
    const Value* find(std::string_view name) const noexcept;
    Value* find(std::string_view name) noexcept;
    /// The member of an object, added at its end when there is none; null becomes an object first.
    /// Throws std::logic_error when this is something else.
    Value& operator[](std::string_view name);
    /// Appends to a list; null becomes a list first. Throws std::logic_error when this is something
    /// else.
    void append(Value item);

    bool operator==(const Value& other) const;

private:
    std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> value_;
};

/// One name of an object with its value.
struct Value::Member {
    std::string name;
    Value value;
};

/// The value as compact JSON.
DRF_MESSAGES_API std::string to_json(const Value& value);

} // namespace drf_messages::rest
