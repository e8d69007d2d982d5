// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/session_data.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::test {

/// A session of an application that keeps its own.
class MemorySession final : public SessionData {
public:
    std::optional<std::string> session_key() const override { return "memorysession"; }
    std::optional<std::string> get(std::string_view name) override {
        const auto found = values.find(std::string(name));
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }
    void set(std::string_view name, std::string_view value) override {
        values[std::string(name)] = value;
    }
    void erase(std::string_view name) override { values.erase(std::string(name)); }
    bool writable() override { return !read_only; }

    bool read_only = false;
    std::map<std::string, std::string> values;
};

} // namespace drf_messages::test
