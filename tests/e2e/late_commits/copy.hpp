// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/feed.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace drf_messages::late_commits {

/// A message as text, by its id.
using Messages = std::map<std::int64_t, std::string>;

/// - where: a condition on `m`, of numbers alone.
Messages read_messages(sql::Connection& connection, const std::string& where);

/// What a client knows that is told of changes.
class Copy {
public:
    void list(sql::Connection& connection) { messages_ = read_messages(connection, "1 = 1"); }

    /// Reads what it is told of, as it is now.
    void follow(sql::Connection& connection, const std::vector<store::FeedRow>& rows);

    const Messages& messages() const { return messages_; }

private:
    Messages messages_;
};

struct Differences {
    std::size_t lost = 0;
    std::size_t wrong = 0;
    std::size_t ghosts = 0;
};

Differences compare(const Messages& copy, const Messages& database);

} // namespace drf_messages::late_commits
