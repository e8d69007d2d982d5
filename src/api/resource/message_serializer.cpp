// SPDX-License-Identifier: MIT
#include "api/resource/message_serializer.hpp"

#include "messages/level_tag.hpp"
#include "model/releases.hpp"
#include "model/site_time.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace drf_messages::api {
namespace {

/// Of one message, beside its texts, about.
constexpr std::size_t names_and_times_bytes = 200;

bool is_iso_8601(std::string_view format) {
    constexpr std::string_view name = "iso-8601";
    return std::equal(format.begin(), format.end(), name.begin(), name.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
    });
}

} // namespace

MessageSerializer::MessageSerializer(const Settings& settings, text::TimeZone zone)
    : format_{settings, std::move(zone)} {
    const auto& format = settings.rest_framework.datetime_format;
    if (!format) {
        // REST framework's JSON encoder writes what comes from the database.
        format_.zone = database_time_zone(settings);
    } else if (!is_iso_8601(*format)) {
        format_.strftime_format = *format;
    }
    format_.offset = shown_offset(settings);
    format_.ids_as_text = settings.rest_framework.coerce_bigint_to_string &&
                          model::differences_of(settings).has(model::Difference::bigint_as_text);
}

MessageSerializer MessageSerializer::iso_8601(const Settings& settings, text::TimeZone zone) {
    return MessageSerializer(MessageFormat{settings, std::move(zone)});
}

void MessageSerializer::write(text::JsonWriter& json, const Message& message) const {
    json.begin_object();
    // Unrolled, so that each field is written as the few instructions that it is.
    [&]<std::size_t... row>(std::index_sequence<row...>) {
        ((json.key(message_fields[row].key), message_fields[row].write(json, message, format_)),
         ...);
    }
    (std::make_index_sequence<std::size(message_fields)>());
    json.end_object();
}

drf_messages::rest::Value MessageSerializer::value(const Message& message) const {
    ValueWriter writer;
    writer.begin_object();
    for (const auto& field : message_fields) {
        writer.key(field.spec.name);
        field.write_value(writer, message, format_);
    }
    writer.end_object();
    return writer.take();
}

std::size_t MessageSerializer::bytes_of(const std::vector<Message>& messages) {
    std::size_t bytes = 0;
    for (const auto& message : messages) {
        bytes += names_and_times_bytes + message.message.size() + message.view.size();
    }
    return bytes;
}

void MessageSerializer::write_list(text::JsonWriter& json, const std::vector<Message>& messages)
    const {
    json.expect(bytes_of(messages));
    json.begin_array();
    for (const auto& message : messages) {
        write(json, message);
    }
    json.end_array();
}

void MessageSerializer::write_summary(text::JsonWriter& json, const UnreadSummary& summary) const {
    json.begin_object();
    write_summary_members(json, summary);
    json.end_object();
}

void MessageSerializer::write_summary_members(text::JsonWriter& json, const UnreadSummary& summary)
    const {
    json.key("count");
    json.integer(summary.count);
    json.key("max_level");
    summary.max_level ? json.integer(*summary.max_level) : json.null();
    json.key("max_level_tag");
    json.string(
        summary.max_level ? messages::level_tag(format_.settings, *summary.max_level)
                          : std::string_view()
    );
}

} // namespace drf_messages::api
