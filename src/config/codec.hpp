// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <drf_messages/settings.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace drf_messages::config {

/// A rule for a value beyond its type, as data; `words` is what the user reads.
struct Rule {
    std::string_view words{};
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
    bool (*text)(std::string_view) = nullptr;
};

/// Reads and writes one C++ type. read() is false when the node is of another type or breaks the
/// rule.
template<class T, class = void>
struct Codec;

template<>
struct Codec<bool> {
    static std::string type() { return "true or false"; }
    static bool read(const Node& node, const Rule&, bool& out) {
        const auto* value = std::get_if<bool>(&node.value);
        return value != nullptr && (out = *value, true);
    }
    static Node write(bool value) { return {value, {}, {}}; }
};

template<class T>
struct Codec<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>> {
    static std::string type() { return "integer"; }
    static bool read(const Node& node, const Rule& rule, T& out) {
        const auto* value = std::get_if<std::int64_t>(&node.value);
        if (value == nullptr || *value < rule.low || *value > rule.high || !fits(*value)) {
            return false;
        }
        out = static_cast<T>(*value);
        return true;
    }
    static Node write(T value) { return {static_cast<std::int64_t>(value), {}, {}}; }

private:
    static bool fits(std::int64_t value) {
        if constexpr (std::is_unsigned_v<T>) {
            return value >= 0;
        } else {
            return value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max();
        }
    }
};

template<>
struct Codec<std::chrono::seconds> {
    static std::string type() { return "integer, seconds"; }
    static bool read(const Node& node, const Rule& rule, std::chrono::seconds& out) {
        std::int64_t count = 0;
        return Codec<std::int64_t>::read(node, rule, count) &&
               (out = std::chrono::seconds(count), true);
    }
    static Node write(std::chrono::seconds value) { return {std::int64_t{value.count()}, {}, {}}; }
};

/// A duration that is often shorter than a second.
template<>
struct Codec<std::chrono::milliseconds> {
    static std::string type() { return "number, seconds"; }
    static bool read(const Node& node, const Rule& rule, std::chrono::milliseconds& out) {
        double seconds = 0;
        if (const auto* fraction = std::get_if<double>(&node.value)) {
            seconds = *fraction;
        } else if (const auto* whole = std::get_if<std::int64_t>(&node.value)) {
            seconds = static_cast<double>(*whole);
        } else {
            return false;
        }
        // Written so that it refuses NaN.
        if (!(seconds >= static_cast<double>(rule.low) && seconds <= static_cast<double>(rule.high)
            )) {
            return false;
        }
        out = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
        return true;
    }
    static Node write(std::chrono::milliseconds value) {
        const std::int64_t whole = value.count() / 1000;
        if (value.count() % 1000 == 0) {
            return {whole, {}, {}};
        }
        return {static_cast<double>(value.count()) / 1000, {}, {}};
    }
};

template<>
struct Codec<std::string> {
    static std::string type() { return "text"; }
    static bool read(const Node& node, const Rule& rule, std::string& out) {
        const auto* value = std::get_if<std::string>(&node.value);
        if (value == nullptr && node.raw) {
            value = &*node.raw;
        }
        if (value == nullptr || (rule.text != nullptr && !rule.text(*value))) {
            return false;
        }
        out = *value;
        return true;
    }
    static Node write(const std::string& value) { return {value, {}, {}}; }
};

/// Python's None is the empty string.
template<class T>
struct Codec<std::optional<T>> {
    static std::string type() { return Codec<T>::type() + ", or \"\" for none"; }
    static bool read(const Node& node, const Rule& rule, std::optional<T>& out) {
        if (const auto* text = std::get_if<std::string>(&node.value);
            text != nullptr && text->empty()) {
            out.reset();
            return true;
        }
        T value{};
        if (!Codec<T>::read(node, rule, value)) {
            return false;
        }
        out = std::move(value);
        return true;
    }
    static Node write(const std::optional<T>& value) {
        return value ? Codec<T>::write(*value) : Node{std::string(), {}, {}};
    }
};

template<>
struct Codec<std::vector<std::string>> {
    static std::string type() { return "list of texts"; }
    static bool read(const Node& node, const Rule& rule, std::vector<std::string>& out) {
        const auto* items = std::get_if<Node::Array>(&node.value);
        if (items == nullptr) {
            return false;
        }
        std::vector<std::string> values;
        for (const Node& item : *items) {
            if (!Codec<std::string>::read(item, rule, values.emplace_back())) {
                return false;
            }
        }
        out = std::move(values);
        return true;
    }
    static Node write(const std::vector<std::string>& values) {
        Node::Array items;
        for (const std::string& value : values) {
            items.push_back(Codec<std::string>::write(value));
        }
        return {std::move(items), {}, {}};
    }
};

/// A value kept as it is; with `none`, the empty string is None.
SettingValue to_setting_value(const Node& node, bool none);
Node from_setting_value(const SettingValue& value);

template<>
struct Codec<std::map<std::string, SettingValue>> {
    static std::string type() { return "table"; }
    static bool read(const Node& node, const Rule& rule, std::map<std::string, SettingValue>& out) {
        const auto* table = std::get_if<Node::Table>(&node.value);
        if (table == nullptr) {
            return false;
        }
        std::map<std::string, SettingValue> values;
        for (const Member& member : *table) {
            if (rule.text != nullptr && !rule.text(member.key)) {
                return false;
            }
            values.emplace(member.key, to_setting_value(member.node, true));
        }
        out = std::move(values);
        return true;
    }
    static Node write(const std::map<std::string, SettingValue>& values) {
        Node::Table table;
        for (const auto& [key, value] : values) {
            table.push_back({key, {}, from_setting_value(value)});
        }
        return {std::move(table), {}, {}};
    }
};

} // namespace drf_messages::config
