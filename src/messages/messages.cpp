// SPDX-License-Identifier: MIT
#include "messages/request_state.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/messages.hpp>

namespace drf_messages::messages {

void add_message(
    Request& request,
    Level level,
    std::string_view message,
    const ExtraTags& extra_tags,
    bool fail_silently
) {
    const MessageStorage storage = get_messages(request);
    if (request.state()->storage == nullptr && fail_silently) {
        return;
    }
    storage.add(level, message, extra_tags);
}

void debug(
    Request& request, std::string_view message, const ExtraTags& extra_tags, bool fail_silently
) {
    add_message(request, level::DEBUG, message, extra_tags, fail_silently);
}

void info(
    Request& request, std::string_view message, const ExtraTags& extra_tags, bool fail_silently
) {
    add_message(request, level::INFO, message, extra_tags, fail_silently);
}

void success(
    Request& request, std::string_view message, const ExtraTags& extra_tags, bool fail_silently
) {
    add_message(request, level::SUCCESS, message, extra_tags, fail_silently);
}

void warning(
    Request& request, std::string_view message, const ExtraTags& extra_tags, bool fail_silently
) {
    add_message(request, level::WARNING, message, extra_tags, fail_silently);
}

void error(
    Request& request, std::string_view message, const ExtraTags& extra_tags, bool fail_silently
) {
    add_message(request, level::ERROR, message, extra_tags, fail_silently);
}

MessageStorage get_messages(Request& request) {
    return MessageStorage(request.state());
}

Level get_level(Request& request) {
    return get_messages(request).level();
}

bool set_level(Request& request, std::optional<Level> level) {
    const MessageStorage storage = get_messages(request);
    storage.set_level(level);
    return request.state()->storage != nullptr;
}

} // namespace drf_messages::messages
