// SPDX-License-Identifier: MIT
#pragma once

#include "api/tables/fields.hpp"
#include "model/message_query.hpp"
#include "text/datetime.hpp"
#include "text/json.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/rest/value.hpp>
#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::api {

/// Messages as the REST API shows them: message_fields, times in `zone`, by DATETIME_FORMAT.
/// - settings: must outlive it.
/// - Django: drf_messages/serializers.py.
class MessageSerializer {
public:
    MessageSerializer(const Settings& settings, text::TimeZone zone);
    /// Writes times as ISO 8601 in `zone` whatever DATETIME_FORMAT and USE_TZ say.
    static MessageSerializer iso_8601(const Settings& settings, text::TimeZone zone);

    void write(text::JsonWriter& json, const Message& message) const;
    /// As write() does, for whoever wants to change it.
    rest::Value value(const Message& message) const;
    void write_list(text::JsonWriter& json, const std::vector<Message>& messages) const;
    /// About how many bytes such a list has.
    static std::size_t bytes_of(const std::vector<Message>& messages);
    void write_summary(text::JsonWriter& json, const UnreadSummary& summary) const;
    /// The same without the braces, beside other members of an object.
    void write_summary_members(text::JsonWriter& json, const UnreadSummary& summary) const;

    const MessageFormat& format() const noexcept { return format_; }

private:
    explicit MessageSerializer(MessageFormat format) : format_(std::move(format)) {}

    MessageFormat format_;
};

} // namespace drf_messages::api
