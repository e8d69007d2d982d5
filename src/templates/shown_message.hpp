// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/django_message.hpp>

#include <QtCore/QMetaType>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <string>

namespace drf_messages::templates {

/// A message as a template sees it.
struct ShownMessage {
    int level = 0;
    QString message;
    QString level_tag;
    QString extra_tags;
    QString tags;
    bool is_safe = false;

    ShownMessage() = default;
    explicit ShownMessage(const DjangoMessage& shown);

    /// Invalid for a name that a message does not have.
    QVariant attribute(const QString& name) const;
};

} // namespace drf_messages::templates

Q_DECLARE_METATYPE(drf_messages::templates::ShownMessage)
