// SPDX-License-Identifier: MIT
#include "templates/shown_message.hpp"

namespace drf_messages::templates {

ShownMessage::ShownMessage(const DjangoMessage& shown)
    : level(shown.level), message(QString::fromStdString(shown.message)),
      level_tag(QString::fromStdString(shown.level_tag)),
      extra_tags(QString::fromStdString(shown.extra_tags)),
      tags(QString::fromStdString(shown.tags())), is_safe(shown.is_safe) {}

QVariant ShownMessage::attribute(const QString& name) const {
    if (name == QLatin1String("message")) {
        return message;
    }
    if (name == QLatin1String("level")) {
        return level;
    }
    if (name == QLatin1String("level_tag")) {
        return level_tag;
    }
    if (name == QLatin1String("extra_tags")) {
        return extra_tags;
    }
    if (name == QLatin1String("tags")) {
        return tags;
    }
    if (name == QLatin1String("is_safe")) {
        return is_safe;
    }
    return {};
}

} // namespace drf_messages::templates
