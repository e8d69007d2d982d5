// SPDX-License-Identifier: MIT
#include "api/resource/message_serializer.hpp"

#include "api/exchange/value.hpp"
#include "messages/level_tag.hpp"

#include <algorithm>
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
    : settings_(settings), zone_(std::move(zone)) {
    const auto& format = settings.rest_framework.datetime_format;
    if (!format) {
        // REST framework's JSON encoder writes what comes from the database, which is UTC.
        zone_ = text::TimeZone::utc();
    } else if (!is_iso_8601(*format)) {
        strftime_format_ = *format;
    }
    if (!settings.use_tz) {
        zone_ = text::TimeZone::utc();
    }
}

template<class Writer>
void MessageSerializer::write_moment(Writer& json, Timestamp moment) const {
    if (strftime_format_) {
        json.string(text::format_strftime(*strftime_format_, moment, zone_));
        return;
    }
    text::Iso8601Buffer buffer;
    std::string_view text = text::format_iso8601(moment, zone_, buffer);
    if (!settings_.use_tz) {
        text.remove_suffix(1); // the "Z": such a time has no zone
    }
    json.string(text);
}

template<class Writer>
void MessageSerializer::write_fields(Writer& json, const Message& message) const {
    json.begin_object();
    json.key("id");
    json.integer(message.id.value);
    json.key("message");
    json.string(message.message);
    json.key("level");
    json.integer(message.level);
    json.key("level_tag");
    json.string(messages::level_tag(settings_, message.level));
    json.key("extra_tags");
    json.begin_array();
    for (const auto& tag : message.extra_tags) {
        json.string(tag);
    }
    json.end_array();
    json.key("view");
    json.string(message.view);
    json.key("read_at");
    message.read_at ? write_moment(json, *message.read_at) : json.null();
    json.key("created");
    write_moment(json, message.created);
    json.end_object();
}

void MessageSerializer::write(text::JsonWriter& json, const Message& message) const {
    write_fields(json, message);
}

drf_messages::rest::Value MessageSerializer::value(const Message& message) const {
    ValueWriter writer;
    write_fields(writer, message);
    return writer.take();
}

void MessageSerializer::write_list(text::JsonWriter& json, const std::vector<Message>& messages)
    const {
    std::size_t bytes = 0;
    for (const auto& message : messages) {
        bytes += names_and_times_bytes + message.message.size() + message.view.size();
    }
    json.expect(bytes);
    json.begin_array();
    for (const auto& message : messages) {
        write(json, message);
    }
    json.end_array();
}

void MessageSerializer::write_summary(text::JsonWriter& json, const UnreadSummary& summary) const {
    json.begin_object();
    json.key("count");
    json.integer(summary.count);
    json.key("max_level");
    summary.max_level ? json.integer(*summary.max_level) : json.null();
    json.key("max_level_tag");
    json.string(
        summary.max_level ? messages::level_tag(settings_, *summary.max_level) : std::string_view()
    );
    json.end_object();
}

} // namespace drf_messages::api
