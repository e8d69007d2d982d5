// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/django_message.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/settings.hpp>

#include <span>
#include <string>
#include <vector>

namespace drf_messages::messages {

/// A message as Django's framework shows it: tags joined, the level's tag by MESSAGE_TAGS.
/// - Django: drf_messages/models.py, Message.get_django_message.
DjangoMessage django_message(
    const Settings& settings, Level level, std::string text, std::span<const std::string> extra_tags
);

/// The texts, joined by ", ".
std::string joined_texts(std::span<const DjangoMessage> messages);

} // namespace drf_messages::messages
