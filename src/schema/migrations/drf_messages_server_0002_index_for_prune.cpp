// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {
namespace {

// Without it, pruning reads the messages of all time to find the old ones.
constexpr Index indexes[] = {
    {"drf_messages_server_message_oldest", "created, id"},
};

} // namespace

std::span<const Index> drf_messages_server_0002_index_for_prune() {
    return indexes;
}

} // namespace drf_messages::schema
