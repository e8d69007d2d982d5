// SPDX-License-Identifier: MIT
#include "api/wire/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drf_messages::api::event_stream {

std::string retry(std::chrono::milliseconds pause) {
    return fmt::format("retry: {}\n\n", pause.count());
}

void append(std::string& out, std::string_view id, std::string_view event, std::string_view data) {
    if (!id.empty()) {
        out.append("id: ").append(id).append("\n");
    }
    out.append("event: ").append(event).append("\n");
    // a line of data each; JSON is one, unless it is indented
    for (bool more = true; more;) {
        const auto end = std::min(data.find('\n'), data.size());
        out.append("data: ").append(data.substr(0, end)).append("\n");
        more = end < data.size();
        data.remove_prefix(std::min(end + 1, data.size()));
    }
    out.append("\n");
}

} // namespace drf_messages::api::event_stream
