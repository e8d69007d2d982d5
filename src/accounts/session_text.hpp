// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_data.hpp"
#include "base/recent_answers.hpp"
#include "django/session_codec.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

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
    SessionData decode(std::string_view stored) const;

private:
    std::vector<std::string> secret_keys_;
    django::SessionSerializer serializer_;
    Clock clock_;
    mutable RecentAnswers<boost::json::object> recent_;
};

} // namespace drf_messages::accounts
