// SPDX-License-Identifier: MIT
#include "api/exchange/value.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages::rest {

Value::Value(std::nullptr_t) {}
Value::Value(const char* text) : value_(std::string(text)) {}
Value::Value(std::string_view text) : value_(std::string(text)) {}
Value::Value(std::string text) : value_(std::move(text)) {}
Value::Value(Array array) : value_(std::move(array)) {}
Value::Value(Object object) : value_(std::move(object)) {}

Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Value Value::array(std::initializer_list<Value> items) {
    return Array(items);
}

Value Value::object(std::initializer_list<Member> members) {
    return Object(members);
}

const Value* Value::find(std::string_view name) const noexcept {
    const auto* object = get_if<Object>();
    if (object == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(object->begin(), object->end(), [&](const Member& member) {
        return member.name == name;
    });
    return found == object->end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view name) noexcept {
    return const_cast<Value*>(std::as_const(*this).find(name));
}

Value& Value::operator[](std::string_view name) {
    if (is_null()) {
        value_ = Object();
    }
    auto* object = get_if<Object>();
    if (object == nullptr) {
        throw std::logic_error("a member was asked of a rest::Value that is no object");
    }
    if (auto* found = find(name)) {
        return *found;
    }
    object->push_back({std::string(name), nullptr});
    return object->back().value;
}

void Value::append(Value item) {
    if (is_null()) {
        value_ = Array();
    }
    auto* array = get_if<Array>();
    if (array == nullptr) {
        throw std::logic_error("an item was appended to a rest::Value that is no list");
    }
    array->push_back(std::move(item));
}

// By hand: clang 14 dies of the variant's own comparison.
bool Value::operator==(const Value& other) const {
    if (value_.index() != other.value_.index()) {
        return false;
    }
    if (const auto* array = get_if<Array>()) {
        const auto& others = *other.get_if<Array>();
        return std::equal(array->begin(), array->end(), others.begin(), others.end());
    }
    if (const auto* object = get_if<Object>()) {
        const auto& others = *other.get_if<Object>();
        return std::equal(
            object->begin(),
            object->end(),
            others.begin(),
            others.end(),
            [](const Member& a, const Member& b) { return a.name == b.name && a.value == b.value; }
        );
    }
    const auto same = [&](const auto* mine, const auto* theirs) {
        return mine != nullptr && *mine == *theirs;
    };
    return is_null() || same(get_if<bool>(), other.get_if<bool>()) ||
           same(get_if<std::int64_t>(), other.get_if<std::int64_t>()) ||
           same(get_if<std::string>(), other.get_if<std::string>());
}

std::string to_json(const Value& value) {
    text::JsonWriter json{text::JsonStyle{}};
    api::write_value(json, value);
    return json.take();
}

} // namespace drf_messages::rest

namespace drf_messages::api {
namespace {

rest::Value from_json(const boost::json::value& json) {
    switch (json.kind()) {
    case boost::json::kind::bool_:
        return json.get_bool();
    case boost::json::kind::int64:
        return json.get_int64();
    case boost::json::kind::string: {
        const auto& text = json.get_string();
        return std::string_view(text.data(), text.size());
    }
    case boost::json::kind::array: {
        rest::Value::Array array;
        array.reserve(json.get_array().size());
        for (const auto& item : json.get_array()) {
            array.push_back(from_json(item));
        }
        return array;
    }
    case boost::json::kind::object: {
        rest::Value::Object object;
        object.reserve(json.get_object().size());
        for (const auto& [name, value] : json.get_object()) {
            object.push_back({std::string(name), from_json(value)});
        }
        return object;
    }
    default: // a JsonWriter writes no other numbers
        return nullptr;
    }
}

} // namespace

void write_value(text::JsonWriter& json, const rest::Value& value) {
    if (const auto* text = value.get_if<std::string>()) {
        json.string(*text);
    } else if (const auto* number = value.get_if<std::int64_t>()) {
        json.integer(*number);
    } else if (const auto* flag = value.get_if<bool>()) {
        json.boolean(*flag);
    } else if (const auto* array = value.get_if<rest::Value::Array>()) {
        json.begin_array();
        for (const auto& item : *array) {
            write_value(json, item);
        }
        json.end_array();
    } else if (const auto* object = value.get_if<rest::Value::Object>()) {
        json.begin_object();
        for (const auto& [name, member] : *object) {
            json.key(name);
            write_value(json, member);
        }
        json.end_object();
    } else {
        json.null();
    }
}

rest::Value& ValueWriter::add(rest::Value value) {
    if (open_.empty()) {
        return root_ = std::move(value);
    }
    if (auto* array = open_.back()->get_if<rest::Value::Array>()) {
        array->push_back(std::move(value));
        return array->back();
    }
    auto* object = open_.back()->get_if<rest::Value::Object>();
    object->push_back({std::exchange(key_, {}), std::move(value)});
    return object->back().value;
}

Data data_of(rest::Value value) {
    return [value = std::move(value)](text::JsonWriter& json) { write_value(json, value); };
}

rest::Value value_of(const Data& data) {
    if (!data) {
        return nullptr;
    }
    // Data writes itself as JSON only. A class of an application that wants a tree is rare enough
    // to read it back.
    text::JsonWriter json{text::JsonStyle{}};
    data(json);
    boost::json::parse_options lenient;
    lenient.allow_invalid_utf8 = true;
    return from_json(boost::json::parse(json.take(), {}, lenient));
}

} // namespace drf_messages::api
