// SPDX-License-Identifier: MIT
#pragma once

#include "django/session_codec.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::accounts {

/// Sessions as the signed text that several engines keep. Safe from several threads.
/// - Django: SessionBase.encode and decode.
class SessionText {
public:
    SessionText(const Settings& settings, Clock clock);

    std::string encode(const boost::json::object& session) const;
    /// Empty for text that none of our keys has signed.
    boost::json::object decode(std::string_view stored) const;

private:
    std::vector<std::string> secret_keys_;
    django::SessionSerializer serializer_;
    Clock clock_;
};

} // namespace drf_messages::accounts
