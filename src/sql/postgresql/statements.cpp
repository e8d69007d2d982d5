// SPDX-License-Identifier: MIT
#include "sql/postgresql/statements.hpp"

#include <utility>

namespace drf_messages::sql::postgresql {

const std::string* PreparedStatements::find(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        return nullptr;
    }
    recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
    return &found->second->name;
}

PreparedStatements::Added PreparedStatements::add(std::string_view key) {
    Added added;
    forget(key);
    if (by_key_.size() >= capacity_) {
        by_key_.erase(recent_first_.back().key);
        added.replaced = std::move(recent_first_.back().name);
        recent_first_.pop_back();
    }
    added.name = "drf_" + std::to_string(++last_number_);
    recent_first_.push_front({std::string(key), added.name});
    by_key_.emplace(recent_first_.front().key, recent_first_.begin());
    return added;
}

void PreparedStatements::forget(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        const auto entry = found->second;
        by_key_.erase(found);
        recent_first_.erase(entry);
    }
}

std::string statement_key(std::string_view text, std::string_view type_letters) {
    std::string key;
    key.reserve(type_letters.size() + 1 + text.size());
    key.append(type_letters).append(1, ' ').append(text);
    return key;
}

} // namespace drf_messages::sql::postgresql
