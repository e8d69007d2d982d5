// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drf_messages::sql::postgresql {

/// How many a connection keeps.
inline constexpr std::size_t kept_statements = 256;

/// Which statements one connection has prepared, and under which names; the least recently used
/// one makes room.
class PreparedStatements {
public:
    /// - capacity: how many at most, at least 1.
    explicit PreparedStatements(std::size_t capacity) : capacity_(capacity) {}

    struct Added {
        std::string name;
        std::string replaced; ///< the name of a statement to deallocate; empty for none
    };

    /// The name of a statement, or null. Valid until the next call.
    const std::string* find(std::string_view key);

    /// A new name for a statement that is being prepared.
    Added add(std::string_view key);

    /// Preparing it failed, or the server has forgotten it.
    void forget(std::string_view key);

private:
    struct Entry {
        std::string key;
        std::string name;
    };

    std::size_t capacity_;
    std::uint64_t last_number_ = 0;
    std::list<Entry> recent_first_;
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

/// What a statement is known by: its text and the types of its parameters.
std::string statement_key(std::string_view text, std::string_view type_letters);

} // namespace drf_messages::sql::postgresql
