// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/data.hpp"

#include <drf_messages/rest/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::api {

void write_value(text::JsonWriter& json, const rest::Value& value);

/// Builds a tree as text::JsonWriter writes text.
class ValueWriter {
public:
    void begin_object() { open(rest::Value(rest::Value::Object{})); }
    void end_object() { open_.pop_back(); }
    void begin_array() { open(rest::Value(rest::Value::Array{})); }
    void end_array() { open_.pop_back(); }
    void key(std::string_view name) { key_ = name; }
    void string(std::string_view utf8) { add(utf8); }
    void plain(std::string_view text) { add(text); }
    void integer(std::int64_t value) { add(value); }
    void null() { add(nullptr); }

    rest::Value take() { return std::move(root_); }

private:
    void open(rest::Value container) { open_.push_back(&add(std::move(container))); }
    rest::Value& add(rest::Value value);

    rest::Value root_;
    std::vector<rest::Value*> open_; ///< containers, the innermost last
    std::string key_;
};

Data data_of(rest::Value value);
/// The tree that `data` writes; null for no content.
rest::Value value_of(const Data& data);

} // namespace drf_messages::api
