// SPDX-License-Identifier: MIT
#include "http/comma_list.hpp"

#include "text/ascii.hpp"

namespace drf_messages::http {

std::vector<std::string_view> split_at_commas(std::string_view list) {
    std::vector<std::string_view> items;
    while (true) {
        const std::size_t comma = list.find(',');
        items.push_back(text::trimmed(list.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return items;
        }
        list.remove_prefix(comma + 1);
    }
}

} // namespace drf_messages::http
