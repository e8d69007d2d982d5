// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/level.hpp>

#include <iosfwd>
#include <string>

namespace drf_messages {

/// A message as Django's own framework shows it: django.contrib.messages.storage.base.Message.
struct DRF_MESSAGES_API DjangoMessage {
    Level level = 0;
    std::string message;
    std::string extra_tags; ///< joined by spaces
    /// what MESSAGE_TAGS calls the level; empty when it has no name for it
    std::string level_tag = {};
    /// the text is HTML that a template shows as it is: Django's SafeData
    bool is_safe = false;
    /// false: extra_tags is Python's None, as which Django before 4.1 keeps empty ones
    bool has_extra_tags = true;

    /// Extra tags and the level's tag, joined by a space: what a page uses as CSS classes.
    std::string tags() const;

    /// Compares level and text, as Django does.
    bool operator==(const DjangoMessage& other) const noexcept {
        return level == other.level && message == other.message;
    }
};

/// The text.
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const DjangoMessage& message);

} // namespace drf_messages
