// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/ids.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace drf_messages::pages {

/// JSON text as HTML: the same text when it is read, escaped, each text isolated in its direction.
/// Addresses in texts are links.
/// - message_url: makes links of the ids of a list, bare or in "results"; empty: none.
std::string json_block(
    std::string_view json, const std::function<std::string(MessageId)>& message_url = nullptr
);

} // namespace drf_messages::pages
