// SPDX-License-Identifier: MIT
#pragma once

#include "sql/kept_statements.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql::postgresql {

/// Which statements one connection has prepared, and under which names.
class PreparedStatements {
public:
    struct Added {
        std::string name;
        std::vector<std::string> replaced; ///< the names of statements to deallocate
    };

    /// The name of a statement, or null. Valid until the next call.
    const std::string* find(std::string_view key) { return names_.find(key); }

    /// A new name for a statement that is being prepared.
    Added add(std::string_view key);

    /// Preparing it failed, or the server has forgotten it.
    void forget(std::string_view key) { names_.forget(key); }

private:
    std::uint64_t last_number_ = 0;
    KeptStatements<std::string> names_;
};

/// What a statement is known by: its text and the types of its parameters.
std::string statement_key(std::string_view text, std::string_view type_letters);

} // namespace drf_messages::sql::postgresql
