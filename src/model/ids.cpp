// SPDX-License-Identifier: MIT
#include <drf_messages/ids.hpp>

#include <ostream>

namespace drf_messages {

std::ostream& operator<<(std::ostream& stream, const MessageId& id) {
    return stream << id.value;
}

std::ostream& operator<<(std::ostream& stream, const UserId& id) {
    std::visit([&stream](const auto& key) { stream << key; }, id.value);
    return stream;
}

} // namespace drf_messages
