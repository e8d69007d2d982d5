// SPDX-License-Identifier: MIT
#include "messages/storage.hpp"

#include <fmt/format.h>

namespace drf_messages::messages {

Result<std::optional<MessageId>>
Storage::add(Level level, std::string_view message, const std::vector<std::string>& extra_tags) {
    if (message.empty()) {
        database_.log(LogLevel::debug, "Skip message creation due to an empty string.");
        return std::nullopt;
    }
    if (level < this->level()) {
        database_.log(
            LogLevel::debug,
            fmt::format(
                "Skip message creation due to the level being too low (level={} / min={}).",
                level,
                this->level()
            )
        );
        return std::nullopt;
    }
    return keep(level, message, extra_tags);
}

void log_losses(
    const Storage& storage, const DatabaseAccess& database, std::string_view view_name
) {
    if (const std::string lost = storage.lost_at_end(); !lost.empty()) {
        const std::string_view separator = view_name.empty() ? "" : ": ";
        database.log(LogLevel::warning, fmt::format("{}{}{}", view_name, separator, lost));
    }
}

} // namespace drf_messages::messages
