// SPDX-License-Identifier: MIT
#include "openapi/schemas.hpp"

#include "messages/level_tag.hpp"

#include <drf_messages/rest/pagination.hpp>

#include <fmt/format.h>

#include <utility>

namespace drf_messages::openapi {
namespace {

constexpr const char* schemas = "schemas";

Value typed(const char* type) {
    return Value::object({{"type", type}});
}

Value list_of(Value items) {
    return Value::object({{"type", "array"}, {"items", std::move(items)}});
}

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

/// Any level, of which MESSAGE_TAGS names some.
/// - name: of the component that lists them, "LevelEnum".
Value level_schema(Components& components, const Settings& settings, const std::string& name) {
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

/// A tag of MESSAGE_TAGS, or nothing for a level without one.
Value tag_schema(Components& components, const Settings& settings, const std::string& name) {
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

Value moment_schema(const api::MessageFormat& format) {
    auto schema = typed("string");
    // Without an offset it is no date-time of RFC 3339.
    if (!format.strftime_format && format.offset == text::Offset::written) {
        schema["format"] = "date-time";
    }
    return schema;
}

Value plain_schema(const api::FieldSpec& field, const api::MessageFormat& format) {
    switch (field.type) {
    case api::FieldType::integer:
        return typed("integer");
    case api::FieldType::boolean:
        return typed("boolean");
    case api::FieldType::datetime:
        return moment_schema(format);
    case api::FieldType::list: {
        auto items = typed("string");
        if (field.child != nullptr && !field.child->help_text.empty()) {
            items["description"] = field.child->help_text;
        }
        return list_of(std::move(items));
    }
    case api::FieldType::choice:
    case api::FieldType::string:
        break;
    }
    return typed("string");
}

Value field_schema(
    Components& components, const api::FieldSpec& field, const api::MessageFormat& format
) {
    if (field.name == "id" && format.ids_as_text) {
        return typed("string");
    }
    if (field.name == "level") {
        return level_schema(components, format.settings, "LevelEnum");
    }
    if (field.name == "level_tag") {
        return tag_schema(components, format.settings, "LevelTagEnum");
    }
    auto schema = plain_schema(field, format);
    if (field.allow_null) {
        schema["type"] = Value::array({schema["type"], "null"});
    }
    return schema;
}

/// - properties: all of which are always there; no endpoint takes them.
Value answer_schema(Value::Object properties) {
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

Value described(Value schema, std::string_view description) {
    schema["description"] = description;
    return schema;
}

/// The members of a badge.
Value::Object summary_properties(Components& components, const Settings& settings) {
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

Value::Member state_property() {
    return {
        "state",
        described(
            Value::object({{"type", Value::array({"string", "null"})}}),
            "Where the messages stood; null without the feed of changes, and for nobody."
        )};
}

Value id_schema(const api::MessageFormat& format) {
    return typed(format.ids_as_text ? "string" : "integer");
}

Value link_schema() {
    return Value::object({{"type", Value::array({"string", "null"})}, {"format", "uri"}});
}

} // namespace

drf_messages::rest::Value message_schema(Components& components, const api::MessageFormat& format) {
    Value::Object properties;
    for (const auto& field : api::message_fields) {
        auto schema = field_schema(components, field.spec, format);
        if (!field.spec.help_text.empty()) {
            schema["description"] = field.spec.help_text;
        }
        properties.push_back({std::string(field.spec.name), std::move(schema)});
    }
    return components.refer(schemas, "Message", answer_schema(std::move(properties)));
}

drf_messages::rest::Value peek_schema(Components& components, const Settings& settings) {
    return components.refer(
        schemas, "MessagePeek", answer_schema(summary_properties(components, settings))
    );
}

drf_messages::rest::Value counts_schema(Components& components, const Settings& settings) {
    auto count = typed("integer");
    count["minimum"] = 1;
    auto properties = summary_properties(components, settings);
    properties.push_back(
        {"levels",
         described(
             list_of(answer_schema(
                 {{"level", level_schema(components, settings, "LevelEnum")},
                  {"level_tag", tag_schema(components, settings, "LevelTagEnum")},
                  {"count", std::move(count)}}
             )),
             "Each level that is among them, the lowest first."
         )}
    );
    properties.push_back(state_property());
    return components.refer(schemas, "MessageCounts", answer_schema(std::move(properties)));
}

namespace {

Value marking_ids_schema(const api::FieldSpec& field, const api::MessageFormat& format) {
    auto id = Value::object(
        {{"type", "integer"},
         {"format", "int64"},
         {"minimum", *field.child->min_value},
         {"maximum", *field.child->max_value}}
    );
    if (format.ids_as_text) {
        id = Value::object({{"type", "string"}, {"pattern", "^[1-9][0-9]{0,17}$"}});
    }
    auto schema = list_of(std::move(id));
    schema["minItems"] = 1;
    schema["maxItems"] = static_cast<std::int64_t>(*field.max_length);
    schema["uniqueItems"] = true;
    return schema;
}

Value marking_field_schema(const api::FieldSpec& field, const api::MessageFormat& format) {
    if (field.type == api::FieldType::list) {
        return marking_ids_schema(field, format);
    }
    if (field.type == api::FieldType::boolean) {
        return Value::object({{"type", "boolean"}, {"const", true}});
    }
    return Value::object(
        {{"type", "string"},
         {"pattern", "^[0-9a-z]+-[0-9]+$"},
         {"maxLength", static_cast<std::int64_t>(*field.max_length)}}
    );
}

} // namespace

drf_messages::rest::Value marking_schema(Components& components, const api::MessageFormat& format) {
    Value::Object properties;
    for (const auto& field : api::marking_fields) {
        if (field.name != "up_to" || format.settings.messages_extensions.need_feed()) {
            properties.push_back(
                {std::string(field.name),
                 described(marking_field_schema(field, format), field.help_text)}
            );
        }
    }
    return components.refer(
        schemas,
        "MessageMarking",
        described(
            Value::object(
                {{"type", "object"},
                 {"properties", std::move(properties)},
                 {"additionalProperties", false},
                 {"minProperties", 1},
                 {"maxProperties", 1}}
            ),
            "Which messages, among those that the filters select."
        )
    );
}

drf_messages::rest::Value marked_schema(Components& components, const api::MessageFormat& format) {
    auto changed = typed("integer");
    changed["minimum"] = 0;
    auto ids = list_of(id_schema(format));
    ids["maxItems"] = static_cast<std::int64_t>(api::most_marked_ids);
    Value::Object properties = {
        {"changed", described(std::move(changed), "How many messages were otherwise before.")},
        {"ids",
         described(
             std::move(ids),
             "Those; of more the newest. The opposite endpoint makes them what they were."
         )}};
    for (auto& property : summary_properties(components, format.settings)) {
        properties.push_back(std::move(property));
    }
    properties.push_back(state_property());
    return components.refer(schemas, "MessagesMarked", answer_schema(std::move(properties)));
}

drf_messages::rest::Value list_schema(
    Components& components,
    const Value& message,
    const std::string& name,
    const api::MessagesResource& resource
) {
    auto whole = list_of(message);
    if (const auto* custom = resource.custom_pagination()) {
        return custom->get_paginated_response_schema(std::move(whole));
    }
    const auto pages = resource.pagination() == nullptr ? api::PaginationDescription{.pages = false}
                                                        : resource.pagination()->describe();
    if (!pages.pages) {
        return whole;
    }
    Value::Object properties;
    if (pages.counts) {
        auto count = typed("integer");
        count["minimum"] = 0;
        count["examples"] = Value::array({123});
        properties.push_back({"count", std::move(count)});
    }
    properties.push_back({"next", link_schema()});
    properties.push_back({"previous", link_schema()});
    properties.push_back({"results", whole});
    auto page = components.refer(
        schemas, fmt::format("Paginated{}List", name), answer_schema(std::move(properties))
    );
    return pages.whole_list
               ? Value::object({{"oneOf", Value::array({std::move(whole), std::move(page)})}})
               : page;
}

drf_messages::rest::Value error_schema(Components& components) {
    return components.refer(
        schemas,
        "Error",
        Value::object(
            {{"type", "object"},
             {"properties", Value::object({{"detail", typed("string")}})},
             {"required", Value::array({"detail"})}}
        )
    );
}

drf_messages::rest::Value validation_error_schema(Components& components) {
    return components.refer(
        schemas,
        "ValidationError",
        described(
            Value::object(
                {{"anyOf",
                  Value::array(
                      {Value::object(
                           {{"type", "object"}, {"additionalProperties", list_of(typed("string"))}}
                       ),
                       list_of(typed("string")),
                       error_schema(components)}
                  )}}
            ),
            "What is wrong, by the name of the filter or field, or of no field at all."
        )
    );
}

drf_messages::rest::Value marking_error_schema(Components& components) {
    auto texts = list_of(typed("string"));
    auto of_items = Value::object({{"type", "object"}, {"additionalProperties", texts}});
    return components.refer(
        schemas,
        "MarkingError",
        described(
            Value::object(
                {{"type", "object"},
                 {"additionalProperties",
                  Value::object(
                      {{"anyOf",
                        Value::array({typed("string"), std::move(texts), std::move(of_items)})}}
                  )}}
            ),
            "What is wrong, by the name of the field or filter, and then by the place in a list."
        )
    );
}

drf_messages::rest::Value expired_schema(Components& components) {
    return components.refer(
        schemas,
        "StateExpired",
        Value::object(
            {{"type", "object"},
             {"properties",
              Value::object(
                  {{"detail", typed("string")},
                   {"code", Value::object({{"type", "string"}, {"const", "state_expired"}})}}
              )},
             {"required", Value::array({"detail", "code"})}}
        )
    );
}

drf_messages::rest::Value changes_expired_schema(Components& components) {
    return components.refer(
        schemas,
        "ChangesExpired",
        answer_schema(
            {{"detail", typed("string")},
             {"code", Value::object({{"type", "string"}, {"const", "state_expired"}})},
             {"state",
              described(typed("string"), "Go on from there, once all messages are listed again.")}}
        )
    );
}

drf_messages::rest::Value
changes_schema(Components& components, const Value& message, const api::MessageFormat& format) {
    Value::Object properties = {
        {"old_state", described(typed("string"), "As it was asked for.")},
        {"new_state", described(typed("string"), "To go on from.")},
        {"has_more",
         described(typed("boolean"), "Whether there is more between new_state and now.")},
        {"created", described(list_of(message), "New messages, as they are now.")},
        {"updated",
         described(
             list_of(message),
             "Others that have changed, as they are now; the client need not know them."
         )},
        {"destroyed",
         described(list_of(id_schema(format)), "Those that are not to be seen any more.")}};
    for (auto& property : summary_properties(components, format.settings)) {
        properties.push_back(std::move(property));
    }
    return Value::object(
        {{"oneOf",
          Value::array(
              {components.refer(schemas, "MessageChanges", answer_schema(std::move(properties))),
               components.refer(
                   schemas,
                   "MessageState",
                   answer_schema({{"new_state", described(typed("string"), "To go on from.")}})
               )}
          )}}
    );
}

drf_messages::rest::Value metadata_schema(Components& components) {
    return components.refer(
        schemas,
        "Metadata",
        Value::object(
            {{"type", "object"},
             {"properties",
              Value::object(
                  {{"name", typed("string")},
                   {"description", typed("string")},
                   {"renders", list_of(typed("string"))},
                   {"parses", list_of(typed("string"))},
                   {"actions", typed("object")}}
              )},
             {"required", Value::array({"name", "description", "renders", "parses"})}}
        )
    );
}

drf_messages::rest::Value form_schema(std::span<const api::FieldSpec> fields, bool sent) {
    Value::Object properties;
    Value::Array required;
    for (const auto& field : fields) {
        if (field.read_only == sent) {
            continue;
        }
        auto schema = typed("string");
        if (sent && !field.allow_blank) {
            schema["minLength"] = 1;
        }
        properties.push_back({std::string(field.name), std::move(schema)});
        if (!sent || field.required) {
            required.emplace_back(field.name);
        }
    }
    return Value::object(
        {{"type", "object"},
         {"properties", std::move(properties)},
         {"required", std::move(required)}}
    );
}

} // namespace drf_messages::openapi
