// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace {

// Without it, pruning reads the messages of all time to find the old ones.
constexpr drf_messages::schema::Index indexes[] = {
    {"drf_messages_server_message_oldest", "created, id"},
};

} // namespace

std::span<const drf_messages::schema::Index>
drf_messages::schema::drf_messages_server_0002_index_for_prune() {
    return indexes;
}
