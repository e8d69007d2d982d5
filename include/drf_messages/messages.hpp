// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/extra_tags.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/message_state.hpp>
#include <drf_messages/message_storage.hpp>
#include <drf_messages/request.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// Django's django.contrib.messages: `namespace messages = drf_messages::messages;`
///
/// Text is UTF-8, at most 1024 characters. Each function that leaves a message throws Refused for
/// text or tags that cannot be stored and for a user who does not exist, DatabaseError when the
/// database fails, std::logic_error after the end of the request, and MessageFailure for a request
/// without storage, unless `fail_silently`.
/// - Django: django/contrib/messages/api.py.
namespace drf_messages::messages {

/// messages::DEBUG to messages::ERROR. The lower-case names are functions here: level::debug.
using namespace drf_messages::level::constants; // NOLINT(google-build-using-namespace)

DRF_MESSAGES_API void add_message(
    Request& request,
    Level level,
    std::string_view message,
    const ExtraTags& extra_tags = {},
    bool fail_silently = false
);
DRF_MESSAGES_API void debug(
    Request& request,
    std::string_view message,
    const ExtraTags& extra_tags = {},
    bool fail_silently = false
);
DRF_MESSAGES_API void info(
    Request& request,
    std::string_view message,
    const ExtraTags& extra_tags = {},
    bool fail_silently = false
);
DRF_MESSAGES_API void success(
    Request& request,
    std::string_view message,
    const ExtraTags& extra_tags = {},
    bool fail_silently = false
);
DRF_MESSAGES_API void warning(
    Request& request,
    std::string_view message,
    const ExtraTags& extra_tags = {},
    bool fail_silently = false
);
DRF_MESSAGES_API void error(
    Request& request,
    std::string_view message,
    const ExtraTags& extra_tags = {},
    bool fail_silently = false
);

/// The storage of the request, whatever MESSAGE_STORAGE names; an empty one if it has none.
DRF_MESSAGES_API MessageStorage get_messages(Request& request);
/// The lowest level that is kept: the request's own, else MESSAGE_LEVEL.
DRF_MESSAGES_API Level get_level(Request& request);
/// Absent: MESSAGE_LEVEL again. False when the request has no storage to remember it.
DRF_MESSAGES_API bool set_level(Request& request, std::optional<Level> level);

/// Marks as read what the visitor of the request had been shown by a list of that state
/// (Request::messages_state(), read before the list), and returns how many: never a message that
/// has arrived since. Throws Refused, errc::state_expired, when the feed of changes cannot tell any
/// more, and errc::no_feed without one; std::logic_error in a transaction.
DRF_MESSAGES_API std::int64_t mark_read_up_to(Request& request, const MessageState& state);

} // namespace drf_messages::messages
