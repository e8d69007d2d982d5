// SPDX-License-Identifier: MIT
#include "config/environment.hpp"

#include "config/secret_file.hpp"
#include "config/service_variables.hpp"
#include "config/setting.hpp"
#include "text/ascii.hpp"
#include "text/nearest.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace drf_messages::config {
namespace {

constexpr std::string_view prefix = "DRF_MESSAGES_";
constexpr std::string_view file_end = "_FILE";

/// Our variables that are not settings: the commands read them.
constexpr std::string_view of_commands[] = {
    "SETTINGS", "STATE_DIR", "SUPERUSER_PASSWORD", "SUPERUSER_PASSWORD_FILE"};

bool belongs_to_commands(std::string_view variable) {
    return std::ranges::find(of_commands, variable.substr(prefix.size())) != std::end(of_commands);
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

/// "REST_FRAMEWORK.PAGE_SIZE"
std::string dotted(std::string_view variable) {
    std::string name;
    for (const std::string& part : split(variable.substr(prefix.size()))) {
        name += (name.empty() ? "" : ".") + text::uppered(part);
    }
    return name;
}

/// Whether the setting is a list of what never has a comma.
bool takes_words(std::string_view name) {
    const Setting* const setting = find_setting(name);
    return setting != nullptr && !setting->words.secret &&
           (setting->type == "list of texts" || setting->type == "list of class names") &&
           name != "SECURE_REDIRECT_EXEMPT"; // regular expressions
}

/// - between: the commas, or the ends of lines.
Node list_of(std::string_view text, char between, const std::string& variable) {
    Node::Array items;
    while (!text.empty()) {
        const auto end = std::min(text.find(between), text.size());
        const std::string item(text::trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(text.size(), end + 1));
        if (!item.empty()) {
            items.push_back({item, variable, item});
        }
    }
    return {std::move(items), variable, {}};
}

Node value_of(const std::string& variable, const std::string& text) {
    Node node = parse_environment_value(text, variable);
    if (!std::holds_alternative<Node::Array>(node.value) && takes_words(dotted(variable))) {
        return list_of(*node.raw, ',', variable);
    }
    return node;
}

/// - name: of the variable that would hold the value itself.
void put(Node::Table& document, std::string_view name, const std::string& variable, Node value) {
    const std::vector<std::string> parts = split(name.substr(prefix.size()));
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
            member->node = std::move(value);
            return;
        }
        if (!std::holds_alternative<Node::Table>(member->node.value)) {
            member->node = Node{Node::Table{}, variable, {}};
        }
        table = &std::get<Node::Table>(member->node.value);
    }
}

/// What may stand in a file of its own, beside the settings that have a name for that
/// (SECRET_KEY_FILE). "*" is any alias.
constexpr std::string_view secrets[] = {
    "SECRET_KEY_FALLBACKS",
    "DATABASES.*.OPTIONS.SSLPASSWORD",
    "CACHES.*.LOCATION",
    "CACHES.*.OPTIONS.PASSWORD",
    "SESSION_REDIS.PASSWORD",
    "SESSION_REDIS.URL",
};

bool is_like(std::string_view name, std::string_view pattern) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) {
        return name == pattern;
    }
    const std::string_view end = pattern.substr(star + 1);
    return name.starts_with(pattern.substr(0, star)) && name.ends_with(end) &&
           name.find('.', star) == name.size() - end.size();
}

/// The variable that would hold the secret itself; empty where this one names no file of one.
std::string_view secret_of(std::string_view variable) {
    if (!variable.ends_with(file_end)) {
        return {};
    }
    const std::string_view direct = variable.substr(0, variable.size() - file_end.size());
    const std::string name = dotted(direct);
    const bool is_secret = std::ranges::any_of(secrets, [&](std::string_view pattern) {
        return is_like(name, pattern);
    });
    return is_secret ? direct : std::string_view();
}

void put_secret(
    Node::Table& document,
    std::string_view direct,
    const std::string& variable,
    const Environment& environment,
    Reader& reader
) {
    const std::string& path = environment.at(variable);
    if (path.empty()) {
        return;
    }
    const auto beside = environment.find(direct);
    if (beside != environment.end() && !beside->second.empty()) {
        reader.problem(variable, fmt::format("both {} and {} are set", direct, variable));
        return;
    }
    auto secret = read_secret(path);
    if (const auto* unreadable = std::get_if<Unreadable>(&secret)) {
        reader.problem(variable, fmt::format("{} {}", path, unreadable->why));
        return;
    }
    const auto& text = std::get<std::string>(secret);
    const bool is_list = dotted(direct) == "SECRET_KEY_FALLBACKS";
    put(document,
        direct,
        variable,
        is_list ? list_of(text, '\n', variable) : Node{text, variable, text});
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

void overlay_environment(Node::Table& document, const Environment& environment, Reader& reader) {
    // Sorted by name, a table comes before its members: NAME before NAME__KEY.
    for (auto at = environment.lower_bound(prefix);
         at != environment.end() && at->first.starts_with(prefix);
         ++at) {
        const auto& [variable, text] = *at;
        if (belongs_to_commands(variable) || is_service_variable(variable, environment)) {
            continue;
        }
        if (const std::string_view direct = secret_of(variable); !direct.empty()) {
            put_secret(document, direct, variable, environment, reader);
        } else {
            put(document, variable, variable, value_of(variable, text));
        }
    }
}

bool is_variable(std::string_view where) {
    return where.starts_with(prefix) && where.find(':') == std::string_view::npos;
}

std::string variable_suggestion(std::string_view variable, std::string_view setting) {
    std::vector<std::string> names(std::begin(of_commands), std::end(of_commands));
    for (const Setting& known : setting_table()) {
        std::string name;
        for (const char c : text::uppered(known.words.name)) {
            name += c == '.' ? std::string("__") : std::string(1, c);
        }
        if (known.words.name == setting) {
            return fmt::format("; did you mean {}{}?", prefix, name);
        }
        names.push_back(std::move(name));
    }
    const auto best = text::nearest(variable.substr(prefix.size()), names);
    return best ? fmt::format("; did you mean {}{}?", prefix, *best) : std::string();
}

} // namespace drf_messages::config
