// SPDX-License-Identifier: MIT
#pragma once

#include "django/legacy_formats.hpp"

#include <drf_messages/django_message.hpp>
#include <drf_messages/settings.hpp>

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

/// What a release of Django reads and writes, 3.2 unless something else is said.
struct MessageForms {
    LegacyFormats legacy = LegacyFormats::accepted;
    bool reads_plain_json = true;   ///< signed without base64, as Django 3.1 wrote it
    bool writes_empty_tags = false; ///< else they are as absent as None
};

MessageForms message_forms(const Settings& settings);

/// Reads what any Django from 1.5 to 6.0 has written, as far as `forms` go. Absent for a wrong
/// signature (its age does not matter) and for anything but a list of messages; other items of the
/// list are left out.
/// - secret_keys: SECRET_KEY, then SECRET_KEY_FALLBACKS.
/// - Django: contrib/messages/storage/cookie.py, CookieStorage._decode.
std::optional<CookieMessages> decode_message_cookie(
    std::string_view cookie,
    std::span<const std::string> secret_keys,
    const MessageForms& forms = {}
);

/// The bytes that Django writes.
std::string encode_message_cookie(
    std::span<const DjangoMessage> messages,
    bool complete,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    const MessageForms& forms = {}
);

/// The text under "_messages" in a session. Absent for anything but a list of messages.
/// - Django: contrib/messages/storage/session.py, SessionStorage.
std::optional<std::vector<DjangoMessage>> decode_session_messages(std::string_view json);
std::string
encode_session_messages(std::span<const DjangoMessage> messages, const MessageForms& forms = {});

} // namespace drf_messages::django
