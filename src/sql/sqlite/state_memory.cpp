// SPDX-License-Identifier: MIT
#include "sql/sqlite/state_memory.hpp"

#include <sqlite3.h>

#include <cstddef>

namespace drf_messages::sql::sqlite {
namespace {

constexpr std::size_t most_places = 256;

/// Neighbours have places of their own.
std::size_t place_of(std::int64_t of) noexcept {
    return static_cast<std::uint64_t>(of) % most_places;
}

} // namespace

/// The number of what the connection saw when it last read, if this process has not written since.
/// SQLite gives each state that a connection sees another one, whoever has changed it.
std::optional<std::uint32_t> StateMemory::state() const noexcept {
    if (!seen_ || *seen_ != queue_.turns()) {
        return std::nullopt;
    }
    std::uint32_t version = 0;
    const int code = sqlite3_file_control(database_, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    return code == SQLITE_OK ? std::optional(version) : std::nullopt;
}

std::optional<std::int64_t>
StateMemory::recall(std::string_view what, std::int64_t of) const noexcept {
    if (places_.empty()) {
        return std::nullopt;
    }
    const Place& place = places_[place_of(of)];
    if (place.of != of || place.what != what || state() != place.state) {
        return std::nullopt;
    }
    return place.number;
}

void StateMemory::remember(std::string_view what, std::int64_t of, std::int64_t number) {
    if (const auto now = state()) {
        places_.resize(most_places);
        places_[place_of(of)] = {what, of, number, *now};
    }
}

} // namespace drf_messages::sql::sqlite
