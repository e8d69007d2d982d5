// SPDX-License-Identifier: MIT
#include "api/dispatch/metadata.hpp"

#include <string>

namespace drf_messages::api {
namespace {

std::string_view name_of(FieldType type) {
    switch (type) {
    case FieldType::integer:
        return "integer";
    case FieldType::boolean:
        return "boolean";
    case FieldType::choice:
        return "choice";
    case FieldType::list:
        return "list";
    case FieldType::datetime:
        return "datetime";
    case FieldType::string:
        break;
    }
    return "string";
}

template<class Number>
void write_limit(text::JsonWriter& json, text::JsonName name, std::optional<Number> limit) {
    if (limit) {
        json.key(name);
        json.integer(static_cast<std::int64_t>(*limit));
    }
}

} // namespace

void write_field_info(
    text::JsonWriter& json, const FieldSpec& field, const locale::Language& language
) {
    json.begin_object();
    json.key("type");
    json.string(name_of(field.type));
    json.key("required");
    json.boolean(field.required && !field.read_only);
    json.key("read_only");
    json.boolean(field.read_only);
    if (!field.label.empty()) {
        json.key("label");
        json.string(language.say(field.label));
    }
    if (!field.help_text.empty()) {
        json.key("help_text");
        json.string(language.say(field.help_text));
    }
    write_limit(json, "min_length", field.min_length);
    write_limit(json, "max_length", field.max_length);
    write_limit(json, "min_value", field.min_value);
    write_limit(json, "max_value", field.max_value);
    if (field.child != nullptr) {
        json.key("child");
        write_field_info(json, *field.child, language);
    }
    if (field.type == FieldType::choice && !field.read_only) {
        json.key("choices");
        json.begin_array();
        for (const Choice& choice : field.choices) {
            json.begin_object();
            json.key("value");
            choice.number ? json.integer(*choice.number) : json.string(choice.text);
            json.key("display_name");
            json.string(choice.display_name);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
}

} // namespace drf_messages::api
