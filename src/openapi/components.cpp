// SPDX-License-Identifier: MIT
#include "openapi/components.hpp"

#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace drf_messages::openapi {
namespace {

/// Letters, digits and "._-" are all that OpenAPI allows.
std::string allowed(std::string name) {
    std::replace_if(
        name.begin(),
        name.end(),
        [](char c) { return !text::is_alphanumeric(c) && c != '.' && c != '-'; },
        '_'
    );
    return name.empty() ? "Unnamed" : name;
}

} // namespace

std::string Components::add(const std::string& section, const std::string& name, Value value) {
    auto& known = sections_[section];
    const auto wanted = allowed(name);
    for (int number = 1;; ++number) {
        auto numbered = number == 1 ? wanted : fmt::format("{}{}", wanted, number);
        const auto found = known.find(numbered);
        if (found == known.end()) {
            known.emplace(numbered, std::move(value));
            return numbered;
        }
        if (found->second == value) {
            return numbered;
        }
    }
}

drf_messages::rest::Value
Components::refer(const std::string& section, const std::string& name, Value value) {
    return Value::object(
        {{"$ref", fmt::format("#/components/{}/{}", section, add(section, name, std::move(value)))}}
    );
}

drf_messages::rest::Value Components::object() const {
    Value all{Value::Object{}};
    for (const auto& [section, values] : sections_) {
        for (const auto& [name, value] : values) {
            all[section][name] = value;
        }
    }
    return all;
}

} // namespace drf_messages::openapi
