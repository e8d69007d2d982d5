// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// A file of tests/compat: what a real Django 3.2.25 site wrote and answered.
const boost::json::value& auth_vectors();
const boost::json::value& session_vectors();
/// What several Djangos did with messages, made by make_messages.py there.
const boost::json::value& message_vectors();
/// What is not the same in releases of Django from 3.2 to 6.1.
const boost::json::value& format_vectors();

/// A fact of format_vectors(), as one release has it.
struct ReleaseFact {
    std::string release; ///< "4.2.30"
    boost::json::value value;
    Settings settings; ///< of a site of that release
};

/// In the order of the releases.
std::vector<ReleaseFact> release_facts(std::string_view fact);

/// A member of an object, as text.
std::string text_of(const boost::json::value& object, std::string_view key);

/// What a vector has in its cache or Redis.
std::string stored_bytes(const boost::json::value& vector);

} // namespace drf_messages::django
