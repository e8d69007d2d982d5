// SPDX-License-Identifier: MIT
#include "openapi/schemas.hpp"

#include "openapi/schema_parts.hpp"

#include <drf_messages/rest/pagination.hpp>

#include <fmt/format.h>

#include <utility>

namespace drf_messages::openapi {
namespace {

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
