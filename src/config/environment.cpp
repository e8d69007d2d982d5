// SPDX-License-Identifier: MIT
#include "config/environment.hpp"

#include "config/service_variables.hpp"
#include "config/setting.hpp"
#include "text/ascii.hpp"

#include <unistd.h>

namespace drf_messages::config {
namespace {

constexpr std::string_view prefix = "DRF_MESSAGES_";

/// Our variables that are not settings: the commands read them.
bool belongs_to_commands(std::string_view variable) {
    return variable == "DRF_MESSAGES_SETTINGS" || variable == "DRF_MESSAGES_SUPERUSER_PASSWORD";
}

/// The key as it is spelled in the table, or in the names that are allowed there; aliases and
/// scopes are lower case.
std::string spelled(const Node::Table& table, const std::string& path, std::string_view part) {
    const std::string lower = text::lowered(part);
    for (const Member& member : table) {
        if (text::lowered(member.key) == lower) {
            return member.key;
        }
    }
    const std::string upper = path + text::uppered(part);
    for (const Setting& setting : setting_table()) {
        if (setting.words.name == upper || setting.words.name.starts_with(upper + '.')) {
            return text::uppered(part);
        }
    }
    if (is_without_effect(upper) && !path.starts_with("DATABASES.")) {
        return std::string(part);
    }
    const bool in_cache = path.starts_with("CACHES.") && path != "CACHES.";
    const bool free_key = path == "DATABASES." || path == "CACHES." || path == "SESSION_REDIS." ||
                          path == "REST_FRAMEWORK.DEFAULT_THROTTLE_RATES." ||
                          path == "DATABASES.default.OPTIONS.";
    return free_key && !in_cache ? lower : std::string(part);
}

std::vector<std::string> split(std::string_view name) {
    std::vector<std::string> parts;
    for (auto at = name.find("__"); at != std::string_view::npos; at = name.find("__")) {
        parts.emplace_back(name.substr(0, at));
        name.remove_prefix(at + 2);
    }
    parts.emplace_back(name);
    return parts;
}

void put(Node::Table& document, const std::string& variable, const std::string& text) {
    const std::vector<std::string> parts = split(std::string_view(variable).substr(prefix.size()));
    Node::Table* table = &document;
    std::string path;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string key = i == 0 ? parts[i] : spelled(*table, path, parts[i]);
        path += key + '.';
        Member* member = find_member(*table, key);
        if (member == nullptr) {
            table->push_back({key, variable, Node{Node::Table{}, variable, {}}});
            member = &table->back();
        }
        if (i + 1 == parts.size()) {
            member->where = variable;
            member->node = parse_environment_value(text, variable);
            return;
        }
        if (!std::holds_alternative<Node::Table>(member->node.value)) {
            member->node = Node{Node::Table{}, variable, {}};
        }
        table = &std::get<Node::Table>(member->node.value);
    }
}

} // namespace

Environment process_environment() {
    Environment variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (const auto equals = text.find('='); equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}

void overlay_environment(Node::Table& document, const Environment& environment) {
    // Sorted by name, a table comes before its members: NAME before NAME__KEY.
    for (auto at = environment.lower_bound(prefix);
         at != environment.end() && at->first.starts_with(prefix);
         ++at) {
        if (!belongs_to_commands(at->first) && !is_service_variable(at->first, environment)) {
            put(document, at->first, at->second);
        }
    }
}

} // namespace drf_messages::config
