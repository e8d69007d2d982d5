// SPDX-License-Identifier: MIT
#include "openapi/schema_parts.hpp"
#include "openapi/schemas.hpp"

#include <cstdint>
#include <utility>

// Of what MESSAGES_EXTENSIONS adds.

namespace drf_messages::openapi {
namespace {

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
        {{"anyOf",
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

} // namespace drf_messages::openapi
