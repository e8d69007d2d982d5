// SPDX-License-Identifier: MIT
#pragma once

#include "urls/url_conf.hpp"

#include <drf_messages/rest/value.hpp>
#include <drf_messages/settings.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::openapi {

using rest::Value;

/// What stands in a document at the end of these names; null where there is nothing.
inline Value at(const Value& document, std::initializer_list<std::string_view> names) {
    const Value* value = &document;
    for (const auto name : names) {
        value = value->find(name);
        if (value == nullptr) {
            return {};
        }
    }
    return *value;
}

inline std::vector<std::string> names_of(const Value& object) {
    std::vector<std::string> names;
    if (const auto* members = object.get_if<Value::Object>()) {
        for (const auto& member : *members) {
            names.push_back(member.name);
        }
    }
    return names;
}

/// The members of an object, none of anything else.
inline Value::Object members_of(const Value& object) {
    const auto* members = object.get_if<Value::Object>();
    return members == nullptr ? Value::Object() : *members;
}

/// The parameter of an operation; absent where it has none of that name.
inline std::optional<Value> parameter(const Value& operation, std::string_view name) {
    const auto parameters = at(operation, {"parameters"});
    if (const auto* list = parameters.get_if<Value::Array>()) {
        for (const auto& one : *list) {
            if (at(one, {"name"}) == Value(name)) {
                return one;
            }
        }
    }
    return std::nullopt;
}

inline std::vector<std::string> statuses(const Value& operation) {
    return names_of(at(operation, {"responses"}));
}

inline RouteSettings mount(std::string route, std::string include) {
    RouteSettings entry;
    entry.route = std::move(route);
    entry.include = std::move(include);
    return entry;
}

/// A site with every filter, session and token, as most sites have.
inline Settings usual_settings() {
    Settings settings;
    auto& rest = settings.rest_framework;
    rest.default_authentication_classes = {
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication"};
    rest.default_filter_backends = {
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
        "rest_framework.filters.OrderingFilter"};
    return settings;
}

} // namespace drf_messages::openapi
