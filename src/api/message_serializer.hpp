// SPDX-License-Identifier: MIT
#pragma once

#include "api/data.hpp"
#include "model/message_query.hpp"
#include "text/datetime.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/settings.hpp>

#include <vector>

namespace drf_messages::api {

/// Messages as the REST API shows them. Django: drf_messages/serializers.py.
class MessageSerializer {
public:
    MessageSerializer(const Settings& settings, text::TimeZone zone);
    void write(text::JsonWriter& json, const Message& message) const;
    void write_list(text::JsonWriter& json, const std::vector<Message>& messages) const;
    void write_summary(text::JsonWriter& json, const UnreadSummary& summary) const;

private:
    const Settings& settings_;
    text::TimeZone zone_;
};

} // namespace drf_messages::api
