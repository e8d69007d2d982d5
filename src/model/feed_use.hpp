// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

namespace drf_messages {

/// Whether the change feed is followed where there is one. Without it `conditional` has no ETags;
/// the others, MessagesExtensions::need_feed(), do not work at all.
inline bool use_feed(const MessagesExtensions& extensions) {
    return extensions.need_feed() || extensions.conditional;
}

} // namespace drf_messages
