// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::cache {

/// Reads a table of options. Each of its functions throws std::invalid_argument, with the key and
/// without its value, for a value of another type or out of range; absent is None or no key.
class OptionValues {
public:
    /// - name: of the table, for messages ("OPTIONS").
    OptionValues(std::string name, const std::map<std::string, SettingValue>& values)
        : name_(std::move(name)), values_(values) {}

    std::optional<std::string> text(const std::string& key) const;
    std::optional<bool> flag(const std::string& key) const;
    /// Digits as text count too: Python's int().
    std::optional<std::int64_t>
    integer(const std::string& key, std::int64_t low, std::int64_t high) const;
    /// Seconds as an integer, a fraction, or text of either; zero is absent.
    std::optional<std::chrono::milliseconds> time(const std::string& key) const;
    /// An empty table when there is none.
    std::map<std::string, SettingValue> table(const std::string& key) const;

    /// Refuses every other key, and says which one may have been meant.
    void allow_only(const std::vector<std::string>& known) const;
    [[noreturn]] void refuse(const std::string& key, std::string_view why) const;

private:
    const SettingValue* find(const std::string& key) const;

    std::string name_;
    const std::map<std::string, SettingValue>& values_;
};

/// The parts of LOCATION: a list, or one text whose parts `separators` divide, as Django has it.
std::vector<std::string> locations(const CacheSettings& settings, std::string_view separators);

} // namespace drf_messages::cache
