// SPDX-License-Identifier: MIT
#include "config/codec.hpp"

namespace drf_messages::config {

SettingValue to_setting_value(const Node& node, bool none) {
    struct Converter {
        bool none;
        SettingValue operator()(std::monostate) const { return {}; }
        SettingValue operator()(bool value) const { return {value}; }
        SettingValue operator()(std::int64_t value) const { return {value}; }
        SettingValue operator()(double value) const { return {value}; }
        SettingValue operator()(const std::string& value) const {
            return none && value.empty() ? SettingValue{} : SettingValue{value};
        }
        SettingValue operator()(const Node::Array& value) const {
            SettingValue::Array items;
            for (const Node& item : value) {
                items.push_back(to_setting_value(item, none));
            }
            return {std::move(items)};
        }
        SettingValue operator()(const Node::Table& value) const {
            SettingValue::Table table;
            for (const Member& member : value) {
                table.emplace(member.key, to_setting_value(member.node, none));
            }
            return {std::move(table)};
        }
    };
    return std::visit(Converter{none}, node.value);
}

Node from_setting_value(const SettingValue& value) {
    struct Converter {
        Node operator()(std::monostate) const { return {std::string(), {}, {}}; }
        Node operator()(bool one) const { return {one, {}, {}}; }
        Node operator()(std::int64_t one) const { return {one, {}, {}}; }
        Node operator()(double one) const { return {one, {}, {}}; }
        Node operator()(const std::string& one) const { return {one, {}, {}}; }
        Node operator()(const SettingValue::Array& array) const {
            Node::Array items;
            for (const SettingValue& item : array) {
                items.push_back(from_setting_value(item));
            }
            return {std::move(items), {}, {}};
        }
        Node operator()(const SettingValue::Table& table) const {
            Node::Table members;
            for (const auto& [key, item] : table) {
                members.push_back({key, {}, from_setting_value(item)});
            }
            return {std::move(members), {}, {}};
        }
    };
    return std::visit(Converter{}, value.value);
}

} // namespace drf_messages::config
