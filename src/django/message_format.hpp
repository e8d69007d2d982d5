// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/django_message.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// The contents of a cookie of messages. The level's tags are empty: they come from the settings.
struct CookieMessages {
    std::vector<DjangoMessage> messages;
    /// false: there was no room for all of them, so the others are elsewhere
    bool complete = true;
};

/// Reads what any Django from 1.5 to 6.0 has written. Absent for a wrong signature (its age does
/// not matter) and for anything but a list of messages; other items of the list are left out.
/// - secret_keys: SECRET_KEY, then SECRET_KEY_FALLBACKS.
/// - Django: contrib/messages/storage/cookie.py, CookieStorage._decode.
std::optional<CookieMessages>
decode_message_cookie(std::string_view cookie, std::span<const std::string> secret_keys);

/// The bytes that Django 3.2 writes, which all later ones read.
std::string encode_message_cookie(
    std::span<const DjangoMessage> messages,
    bool complete,
    std::string_view secret_key,
    std::chrono::sys_seconds now
);

/// The text under "_messages" in a session. Absent for anything but a list of messages.
/// - Django: contrib/messages/storage/session.py, SessionStorage.
std::optional<std::vector<DjangoMessage>> decode_session_messages(std::string_view json);
std::string encode_session_messages(std::span<const DjangoMessage> messages);

} // namespace drf_messages::django
