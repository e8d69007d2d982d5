// SPDX-License-Identifier: MIT
#include "messages/check_message.hpp"

#include "text/utf8.hpp"

#include <drf_messages/message.hpp>

#include <cstddef>

namespace drf_messages::messages {
namespace {

Result<void> check_text(std::string_view text, std::size_t max_length, errc too_long) {
    if (!text::is_valid_utf8(text)) {
        return errc::invalid_utf8;
    }
    if (text.find('\0') != std::string_view::npos) {
        return errc::contains_nul;
    }
    if (text::utf8_length(text) > max_length) {
        return too_long;
    }
    return {};
}

} // namespace

Result<void> check_message(
    std::string_view message, std::string_view view, std::span<const std::string> extra_tags
) {
    Result<void> checked = check_text(message, message_max_length, errc::text_too_long);
    if (checked.has_value()) {
        checked = check_text(view, view_max_length, errc::view_too_long);
    }
    for (const std::string& tag : extra_tags) {
        if (checked.has_error()) {
            break;
        }
        checked = check_text(tag, tag_max_length, errc::tag_too_long);
    }
    return checked;
}

} // namespace drf_messages::messages
