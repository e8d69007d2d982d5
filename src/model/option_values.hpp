// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::model {

/// Reads a table of options. Each of its functions throws std::invalid_argument, with the key and
/// without its value, for a value of another type or out of range; absent is None or no key.
class OptionValues {
public:
    /// - name: of the table, for messages ("OPTIONS").
    /// - values: must outlive this.
    /// - unknown: what is said of a key that nobody knows.
    OptionValues(
        std::string name,
        const std::map<std::string, SettingValue>& values,
        std::string_view unknown = " is no setting"
    )
        : name_(std::move(name)), values_(values), unknown_(unknown) {}

    std::optional<std::string> text(const std::string& key) const;
    /// For what a C library reads as text: a number in digits, a flag as 1 or 0. No NUL.
    std::optional<std::string> text_or_number(const std::string& key) const;
    std::optional<bool> flag(const std::string& key) const;
    /// Digits as text count too: Python's int().
    std::optional<std::int64_t>
    integer(const std::string& key, std::int64_t low, std::int64_t high) const;
    /// Seconds as an integer, a fraction, or text of either; zero is absent.
    std::optional<std::chrono::milliseconds> time(const std::string& key) const;
    /// An empty table when there is none.
    std::map<std::string, SettingValue> table(const std::string& key) const;

    /// Whether there is the key, be it with None.
    bool has(const std::string& key) const { return values_.contains(key); }
    /// Null for None and no key.
    const SettingValue* find(const std::string& key) const;
    /// Null also for a value of another type: for a caller that says itself what it expects.
    template<class T>
    const T* find_as(const std::string& key) const {
        const auto* value = find(key);
        return value == nullptr ? nullptr : std::get_if<T>(&value->value);
    }
    /// An integer or a fraction; absent for every other type.
    std::optional<double> number(const std::string& key) const;

    /// Refuses a key that is not in `known`, and says which one may have been meant.
    void allow(const std::string& key, const std::vector<std::string>& known) const;
    /// Refuses every other key likewise.
    void allow_only(const std::vector<std::string>& known) const;
    [[noreturn]] void refuse(const std::string& key, std::string_view why) const;

private:
    std::string name_;
    const std::map<std::string, SettingValue>& values_;
    std::string_view unknown_;
};

} // namespace drf_messages::model
