// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

#include "text/nearest.hpp"

#include <fmt/format.h>

#include <iterator>
#include <unordered_map>

namespace drf_messages::config {

const std::vector<Setting>& setting_table() {
    static const std::vector<Setting> table = [] {
        std::vector<Setting> all;
        for (auto part :
             {core_settings,
              language_settings,
              message_settings,
              session_settings,
              csrf_settings,
              user_settings,
              security_settings,
              rest_framework_settings,
              database_settings,
              cache_settings,
              route_settings,
              page_settings,
              live_settings,
              server_settings}) {
            auto settings = part();
            all.insert(
                all.end(),
                std::make_move_iterator(settings.begin()),
                std::make_move_iterator(settings.end())
            );
        }
        return all;
    }();
    return table;
}

const Setting* find_setting(std::string_view name) {
    static const std::unordered_map<std::string_view, const Setting*> by_name = [] {
        std::unordered_map<std::string_view, const Setting*> result;
        for (const Setting& setting : setting_table()) {
            result.emplace(setting.words.name, &setting);
        }
        return result;
    }();
    const auto at = by_name.find(name);
    return at == by_name.end() ? nullptr : at->second;
}

std::string suggestion_in_table(std::string_view key, const std::vector<std::string>& known) {
    return find_setting(key) != nullptr
               ? fmt::format("; {} belongs above the first [table] of the file", key)
               : text::suggestion(key, known);
}

} // namespace drf_messages::config
