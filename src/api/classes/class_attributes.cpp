// SPDX-License-Identifier: MIT
#include "api/classes/class_attributes.hpp"

#include "model/class_lineage.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace drf_messages::api {

ClassAttributes::ClassAttributes(const Settings& settings, const ClassName& name) : name_(name) {
    const auto lineage = class_lineage(settings.classes, name);
    base_ = lineage.back();
    if (settings.classes.contains(base_)) {
        throw std::invalid_argument(fmt::format("CLASSES.\"{}\": is its own base", base_));
    }
    for (const ClassName& ancestor : lineage) {
        if (const auto found = settings.classes.find(ancestor); found != settings.classes.end()) {
            // the subclass came first and wins
            attributes_.insert(found->second.attributes.begin(), found->second.attributes.end());
        }
    }
}

void ClassAttributes::allow_only(std::span<const ClassAttribute> attributes) const {
    allow_only([&](std::string_view attribute) { return contains(attributes, attribute); });
}

void ClassAttributes::allow_only(const std::function<bool(std::string_view)>& is_allowed) const {
    for (const auto& [attribute, value] : attributes_) {
        if (!is_allowed(attribute)) {
            refuse(attribute, fmt::format("{} has no such attribute here", base_));
        }
    }
}

const SettingValue* ClassAttributes::find(std::string_view attribute) const {
    const auto found = attributes_.find(attribute);
    return found == attributes_.end() ? nullptr : &found->second;
}

std::optional<std::string> ClassAttributes::text(std::string_view attribute) const {
    const auto* value = find(attribute);
    if (value == nullptr || std::holds_alternative<std::monostate>(value->value)) {
        return std::nullopt;
    }
    if (const auto* text = std::get_if<std::string>(&value->value)) {
        return *text;
    }
    refuse(attribute, "must be text");
}

std::optional<bool> ClassAttributes::boolean(std::string_view attribute) const {
    const auto* value = find(attribute);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* flag = std::get_if<bool>(&value->value)) {
        return *flag;
    }
    refuse(attribute, "must be true or false");
}

std::optional<std::vector<std::string>> ClassAttributes::text_list(std::string_view attribute
) const {
    const auto* value = find(attribute);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::vector<std::string> list;
    if (const auto* text = std::get_if<std::string>(&value->value);
        text != nullptr && text->empty()) {
        return list;
    }
    if (std::holds_alternative<std::monostate>(value->value)) {
        return list;
    }
    const auto* array = std::get_if<SettingValue::Array>(&value->value);
    if (array == nullptr) {
        refuse(attribute, "must be a list of texts");
    }
    for (const auto& item : *array) {
        const auto* text = std::get_if<std::string>(&item.value);
        if (text == nullptr) {
            refuse(attribute, "must be a list of texts");
        }
        list.push_back(*text);
    }
    return list;
}

void ClassAttributes::refuse(std::string_view attribute, std::string_view why) const {
    throw std::invalid_argument(fmt::format("CLASSES.\"{}\": {}: {}", name_, attribute, why));
}

} // namespace drf_messages::api
