// SPDX-License-Identifier: MIT
#include <drf_messages/django_message.hpp>

#include <ostream>

namespace drf_messages {

std::string DjangoMessage::tags() const {
    return extra_tags.empty() || level_tag.empty() ? extra_tags + level_tag
                                                   : extra_tags + " " + level_tag;
}

std::ostream& operator<<(std::ostream& stream, const DjangoMessage& message) {
    return stream << message.message;
}

} // namespace drf_messages
