// SPDX-License-Identifier: MIT
#pragma once

#include "templates/shown_message.hpp"

#include <QtCore/QVariant>

#include <list>

namespace drf_messages::templates {

/// Messages whose text is safe. Grantlee leaves nothing unescaped but its own SafeString, which has
/// no attributes; those of the strings that are made here are found by where their text lies, for
/// as long as this lives.
class SafeMessages {
public:
    SafeMessages() = default;
    ~SafeMessages();
    SafeMessages(const SafeMessages&) = delete;
    SafeMessages& operator=(const SafeMessages&) = delete;

    /// The message as a Grantlee::SafeString.
    QVariant add(ShownMessage message);

private:
    std::list<ShownMessage> messages_;
};

} // namespace drf_messages::templates
