// SPDX-License-Identifier: MIT
#pragma once

#include "model/message_query.hpp"
#include "text/datetime.hpp"
#include "text/json.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/rest/value.hpp>
#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// Messages as the REST API shows them: times in `zone`, by DATETIME_FORMAT.
/// - settings: must outlive it.
/// - Django: drf_messages/serializers.py.
class MessageSerializer {
public:
    MessageSerializer(const Settings& settings, text::TimeZone zone);
    void write(text::JsonWriter& json, const Message& message) const;
    /// As write() does, for whoever wants to change it.
    rest::Value value(const Message& message) const;
    void write_list(text::JsonWriter& json, const std::vector<Message>& messages) const;
    void write_summary(text::JsonWriter& json, const UnreadSummary& summary) const;

private:
    template<class Writer>
    void write_fields(Writer& json, const Message& message) const;
    template<class Writer>
    void write_moment(Writer& json, Timestamp moment) const;

    const Settings& settings_;
    text::TimeZone zone_;
    std::optional<std::string> strftime_format_; ///< absent: ISO 8601
};

} // namespace drf_messages::api
