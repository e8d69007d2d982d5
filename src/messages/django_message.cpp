// SPDX-License-Identifier: MIT
#include "messages/django_message.hpp"

#include "messages/level_tag.hpp"

#include <fmt/format.h>

#include <utility>

namespace drf_messages::messages {

DjangoMessage django_message(
    const Settings& settings, Level level, std::string text, std::span<const std::string> extra_tags
) {
    return {
        level,
        std::move(text),
        fmt::format("{}", fmt::join(extra_tags, " ")),
        std::string(level_tag(settings, level))};
}

std::string joined_texts(std::span<const DjangoMessage> messages) {
    std::string text;
    for (const DjangoMessage& message : messages) {
        text += &message == &messages.front() ? "" : ", ";
        text += message.message;
    }
    return text;
}

} // namespace drf_messages::messages
