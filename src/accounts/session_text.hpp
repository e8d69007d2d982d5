// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/inspection_steps.hpp"
#include "accounts/session_content.hpp"
#include "base/recent_answers.hpp"
#include "django/session_codec.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::accounts {

/// Sessions as the signed text that several engines keep. Remembers the meaning of recently read
/// text, which depends only on the keys and the serializer; the engines check each time whether it
/// is still stored and when it ends. Thread safe.
/// - Django: SessionBase.encode and decode.
class SessionText {
public:
    SessionText(const Settings& settings, Clock clock);

    std::string encode(const boost::json::object& session) const;
    /// Empty for text that none of our keys signed.
    SessionContent decode(std::string_view stored) const;
    /// As decode(), and says what is with the signature, the time and the content. Absent after a
    /// stop.
    std::optional<boost::json::object>
    explain(std::string_view stored, InspectionSteps& steps) const;

private:
    void stop_unreadable(
        std::string_view stored, const std::string& secret_key, InspectionSteps& steps
    ) const;

    std::vector<std::string> secret_keys_;
    django::SessionSerializer serializer_;
    django::LegacyFormats legacy_;
    Clock clock_;
    mutable RecentAnswers<boost::json::object> recent_;
};

} // namespace drf_messages::accounts
