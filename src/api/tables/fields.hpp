// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/value.hpp"
#include "messages/level_tag.hpp"
#include "text/datetime.hpp"
#include "text/json.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/settings.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drf_messages::api {

enum class FieldType { string, integer, boolean, choice, list, datetime };

/// What a ChoiceField takes.
struct Choice {
    std::string_view text;                ///< Python's str() of the value
    std::optional<std::int64_t> number{}; ///< the value, unless it is that text
    std::string_view display_name{};
};

/// What REST framework's serializers say about a field. wire/input_fields.hpp reads input by it,
/// dispatch/metadata.hpp shows it in OPTIONS.
/// - REST framework: fields.py; the members are the arguments of CharField, IntegerField,
///   BooleanField, ChoiceField and ListField.
struct FieldSpec {
    std::string_view name{};
    FieldType type = FieldType::string;
    std::string_view label{};
    std::string_view help_text{};
    bool read_only = false;
    bool required = true; ///< unless read-only
    bool allow_null = false;
    bool allow_blank = false;
    bool trim_whitespace = true;
    bool allow_empty = true; ///< of a list
    /// Code points of a string, items of a list.
    std::optional<std::size_t> min_length{};
    std::optional<std::size_t> max_length{};
    std::optional<std::int64_t> min_value{};
    std::optional<std::int64_t> max_value{};
    std::span<const Choice> choices{};
    const FieldSpec* child = nullptr; ///< what a list holds
};

/// How messages are written: what the settings decide.
struct MessageFormat {
    const Settings& settings;
    text::TimeZone zone;
    std::optional<std::string> strftime_format{}; ///< absent: ISO 8601
    text::Offset offset = text::Offset::written;
    bool ids_as_text = false;

    template<class Writer>
    void write(Writer& json, Timestamp moment) const {
        if (strftime_format) {
            json.string(text::format_strftime(*strftime_format, moment, zone, offset));
            return;
        }
        text::Iso8601Buffer buffer;
        json.plain(text::format_iso8601(moment, zone, buffer, offset));
    }
};

/// A field of a message, and how it is written.
struct MessageField {
    FieldSpec spec;
    text::JsonName key; ///< spec.name, looked at by the compiler
    void (*write)(text::JsonWriter& json, const Message& message, const MessageFormat& format);
    void (*write_value)(ValueWriter& json, const Message& message, const MessageFormat& format);

    /// - write_any: a lambda that takes either writer.
    template<class Write>
    consteval MessageField(const char* name, FieldSpec spec_without_name, Write write_any)
        : spec(spec_without_name), key(name), write(write_any), write_value(write_any) {
        spec.name = name;
    }
};

inline constexpr FieldSpec tag_field = {
    .help_text = "Custom tags for the message.", .max_length = tag_max_length};

/// A message as every client sees it, field by field.
/// - Django: drf_messages/serializers.py.
inline constexpr MessageField message_fields[] = {
    {"id",
     {.type = FieldType::integer, .label = "ID", .read_only = true},
     [](auto& json, const Message& message, const MessageFormat& format) {
         format.ids_as_text ? json.string(std::to_string(message.id.value))
                            : json.integer(message.id.value);
     }},
    {"message",
     {.label = "Message",
      .help_text = "The actual text of the message.",
      .max_length = message_max_length},
     [](auto& json, const Message& message, const MessageFormat&) {
         json.string(message.message);
     }},
    {"level",
     {.type = FieldType::integer, .label = "Level"},
     [](auto& json, const Message& message, const MessageFormat&) { json.integer(message.level); }},
    {"level_tag",
     {.label = "Level tag", .read_only = true},
     [](auto& json, const Message& message, const MessageFormat& format) {
         json.string(messages::level_tag(format.settings, message.level));
     }},
    {"extra_tags",
     {.type = FieldType::list, .label = "Extra tags", .required = false, .child = &tag_field},
     [](auto& json, const Message& message, const MessageFormat&) {
         json.begin_array();
         for (const auto& tag : message.extra_tags) {
             json.string(tag);
         }
         json.end_array();
     }},
    {"view",
     {.label = "View",
      .help_text = "The view where the message was submitted from.",
      .read_only = true,
      .max_length = view_max_length},
     [](auto& json, const Message& message, const MessageFormat&) { json.string(message.view); }},
    {"read_at",
     {.type = FieldType::datetime,
      .label = "Read at",
      .help_text = "When the message was read.",
      .read_only = true,
      .allow_null = true},
     [](auto& json, const Message& message, const MessageFormat& format) {
         message.read_at ? format.write(json, *message.read_at) : json.null();
     }},
    {"created",
     {.type = FieldType::datetime, .label = "Created", .read_only = true},
     [](auto& json, const Message& message, const MessageFormat& format) {
         format.write(json, message.created);
     }},
};

/// What a POST for a token holds, and its answer.
/// - Django: rest_framework/authtoken/serializers.py, AuthTokenSerializer.
inline constexpr FieldSpec token_fields[] = {
    {.name = "username", .label = "Username"},
    {.name = "password", .label = "Password", .trim_whitespace = false},
    {.name = "token", .label = "Token", .read_only = true}};

/// How many ids one POST names, and its answer.
inline constexpr std::size_t most_marked_ids = 500;

inline constexpr FieldSpec id_field = {
    .type = FieldType::integer,
    .min_value = 1,
    .max_value = std::numeric_limits<std::int64_t>::max()};

/// What a POST to messages/read/ or messages/unread/ holds: one of them.
inline constexpr FieldSpec marking_fields[] = {
    {.name = "ids",
     .type = FieldType::list,
     .label = "Ids",
     .help_text = "These messages.",
     .required = false,
     .allow_empty = false,
     .max_length = most_marked_ids,
     .child = &id_field},
    {.name = "up_to",
     .label = "Up to",
     .help_text = "What a list of that state has shown.",
     .required = false,
     .max_length = 100},
    {.name = "all",
     .type = FieldType::boolean,
     .label = "All",
     .help_text = "All messages.",
     .required = false}};

} // namespace drf_messages::api
