// SPDX-License-Identifier: MIT
#include "sql/postgresql/statements.hpp"

namespace drf_messages::sql::postgresql {

PreparedStatements::Added PreparedStatements::add(std::string_view key) {
    forget(key);
    Added added;
    added.replaced = names_.make_room(key.size());
    added.name = names_.add(key, "drf_" + std::to_string(++last_number_));
    return added;
}

std::string statement_key(std::string_view text, std::string_view type_letters) {
    std::string key;
    key.reserve(type_letters.size() + 1 + text.size());
    key.append(type_letters).append(1, ' ').append(text);
    return key;
}

} // namespace drf_messages::sql::postgresql
