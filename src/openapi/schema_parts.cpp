// SPDX-License-Identifier: MIT
#include "openapi/schema_parts.hpp"

#include "messages/level_tag.hpp"

#include <fmt/format.h>

#include <utility>

namespace drf_messages::openapi {
namespace {

/// "* `10` - debug", a line each, as drf-spectacular lists choices.
template<class Write>
std::string listed(const Settings& settings, Write value) {
    std::string lines;
    for (const auto& level : settings.level_tags) {
        lines +=
            fmt::format("{}* `{}` - {}", lines.empty() ? "" : "\n", value(level), level.second);
    }
    return lines;
}

} // namespace

drf_messages::rest::Value typed(const char* type) {
    return Value::object({{"type", type}});
}

drf_messages::rest::Value list_of(Value items) {
    return Value::object({{"type", "array"}, {"items", std::move(items)}});
}

drf_messages::rest::Value described(Value schema, std::string_view description) {
    schema["description"] = description;
    return schema;
}

drf_messages::rest::Value answer_schema(Value::Object properties) {
    Value::Array required;
    for (auto& property : properties) {
        property.value["readOnly"] = true;
        required.emplace_back(property.name);
    }
    return Value::object(
        {{"type", "object"},
         {"properties", std::move(properties)},
         {"required", std::move(required)}}
    );
}

drf_messages::rest::Value
level_schema(Components& components, const Settings& settings, const std::string& name) {
    Value::Array levels;
    for (const auto& [level, tag] : settings.level_tags) {
        levels.emplace_back(level);
    }
    auto known = components.refer(
        schemas,
        name,
        Value::object(
            {{"enum", std::move(levels)},
             {"type", "integer"},
             {"description", listed(settings, [](const auto& level) { return level.first; })}}
        )
    );
    return Value::object({{"anyOf", Value::array({std::move(known), typed("integer")})}});
}

drf_messages::rest::Value
tag_schema(Components& components, const Settings& settings, const std::string& name) {
    const auto known = messages::level_tags(settings);
    Value::Array tags(known.begin(), known.end());
    Value::Array choices;
    if (!tags.empty()) {
        choices.push_back(components.refer(
            schemas,
            name,
            Value::object(
                {{"enum", std::move(tags)},
                 {"type", "string"},
                 {"description", listed(settings, [](const auto& level) { return level.second; })}}
            )
        ));
    }
    choices.push_back(components.refer(
        schemas, "BlankEnum", Value::object({{"enum", Value::array({""})}, {"type", "string"}})
    ));
    return Value::object({{"oneOf", std::move(choices)}});
}

drf_messages::rest::Value::Object
summary_properties(Components& components, const Settings& settings) {
    auto level = level_schema(components, settings, "MaxLevelEnum");
    level["anyOf"].append(typed("null"));
    auto count = typed("integer");
    count["minimum"] = 0;
    return {
        {"count", described(std::move(count), "Count of unread messages.")},
        {"max_level",
         described(std::move(level), "Highest unread message level; null with none unread.")},
        {"max_level_tag",
         described(
             tag_schema(components, settings, "MaxLevelTagEnum"),
             "Highest unread message level tag; empty with none unread, or without a tag."
         )}};
}

} // namespace drf_messages::openapi
