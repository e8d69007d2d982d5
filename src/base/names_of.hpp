// SPDX-License-Identifier: MIT
#pragma once

#include <iterator>
#include <string>
#include <vector>

namespace drf_messages {

/// The names of a table's rows, in their order.
template<class Rows>
std::vector<std::string> names_of(const Rows& rows) {
    std::vector<std::string> names;
    names.reserve(std::size(rows));
    for (const auto& row : rows) {
        names.emplace_back(row.name);
    }
    return names;
}

} // namespace drf_messages
