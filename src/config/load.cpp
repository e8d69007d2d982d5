// SPDX-License-Identifier: MIT
#include "config/load.hpp"

#include "config/class_settings.hpp"
#include "config/environment.hpp"
#include "config/setting.hpp"
#include "config/small_file.hpp"
#include "config/state_folder.hpp"
#include "model/database_vendor.hpp"
#include "model/session_place.hpp"
#include "model/sqlite_name.hpp"
#include "text/nearest.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace drf_messages::config {
namespace {

std::string all_lines(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) {
        text += (text.empty() ? "" : "\n") + problem.where + ": " + problem.what;
    }
    return text;
}

/// More than a site of any size writes, and little enough to be read at once.
constexpr std::size_t longest_settings_bytes = 1024 * 1024;

bool is_section(std::string_view name) {
    const std::string start = std::string(name) + '.';
    const auto& table = setting_table();
    return std::any_of(table.begin(), table.end(), [&](const Setting& setting) {
        return setting.words.name.starts_with(start);
    });
}

/// What could have been meant by a name in `section` ("REST_FRAMEWORK.", or "" at the top).
std::vector<std::string> names_in(std::string_view section) {
    std::vector<std::string> names = names_without_effect(section);
    for (const FixedSetting& fixed : fixed_settings()) {
        if (fixed.name.starts_with(section)) {
            names.emplace_back(fixed.name);
        }
    }
    for (const Setting& setting : setting_table()) {
        if (!setting.words.name.starts_with(section)) {
            continue;
        }
        const auto dot = setting.words.name.find('.', section.size());
        const std::string name(setting.words.name.substr(0, dot));
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

/// PAGE_SIZE at the top is in the wrong place, which is more likely than a typing error.
std::optional<std::string> same_name_in_a_table(std::string_view key) {
    for (const Setting& setting : setting_table()) {
        const auto dot = setting.words.name.rfind('.');
        if (dot != std::string_view::npos && setting.words.name.substr(dot + 1) == key) {
            return std::string(setting.words.name);
        }
    }
    return std::nullopt;
}

void read_unknown(
    const std::string& name, const std::string& section, const Member& member, Reader& reader
) {
    const auto& fixed = fixed_settings();
    const auto at = std::find_if(fixed.begin(), fixed.end(), [&](const FixedSetting& one) {
        return one.name == name;
    });
    if (at != fixed.end()) {
        if (to_toml(member.node) != at->value) {
            reader.problem(
                member.node.where,
                fmt::format(
                    "{}: expected {}, the only value here, found {}",
                    name,
                    at->value,
                    found(member.node)
                )
            );
        }
        return;
    }
    std::string suggestion =
        section.empty() || is_variable(member.where) ? "" : suggestion_in_table(member.key, {});
    const auto elsewhere = same_name_in_a_table(member.key);
    if (is_variable(member.where)) {
        const bool is_at_the_top = find_setting(member.key) != nullptr;
        suggestion =
            variable_suggestion(member.where, is_at_the_top ? member.key : elsewhere.value_or(""));
    } else if (suggestion.empty()) {
        suggestion = elsewhere ? "; did you mean " + *elsewhere + "?"
                               : text::suggestion(name, names_in(section));
    }
    reader.problem(member.where, fmt::format("{} is no setting{}", name, suggestion));
}

void read_members(
    const std::string& section, const Node::Table& table, Settings& settings, Reader& reader
) {
    for (const Member& member : table) {
        const std::string name = section + member.key;
        if (const Setting* setting = find_setting(name)) {
            setting->read(member.node, settings, reader);
        } else if (is_section(name)) {
            if (const auto* inner = std::get_if<Node::Table>(&member.node.value)) {
                read_members(name + '.', *inner, settings, reader);
            } else {
                reader.problem(
                    member.node.where,
                    fmt::format("{}: expected a table, found {}", name, found(member.node, true))
                );
            }
        } else if (!is_without_effect(name)) {
            read_unknown(name, section, member, reader);
        }
    }
}

bool is_empty_text(const Node& node) {
    const auto* text = std::get_if<std::string>(&node.value);
    return text != nullptr && text->empty();
}

/// A secret can be in the settings or in a file, but not in both; the environment overrides the
/// settings file.
void choose_secret(Node::Table& table, std::string_view key, Reader& reader) {
    const std::string file_key = std::string(key) + "_FILE";
    const Member* direct = find_member(table, key);
    const Member* file = find_member(table, file_key);
    if (direct == nullptr || file == nullptr) {
        return;
    }
    std::string drop;
    if (is_empty_text(file->node) || is_empty_text(direct->node)) {
        drop = is_empty_text(file->node) ? file_key : std::string(key);
    } else if (direct->node.raw.has_value() != file->node.raw.has_value()) {
        drop = direct->node.raw ? file_key : std::string(key);
    } else {
        reader.problem(file->where, fmt::format("both {} and {} are set", key, file_key));
        return;
    }
    std::erase_if(table, [&](const Member& member) { return member.key == drop; });
}

Node::Table* inner_table(Node::Table& table, std::string_view key) {
    Member* member = find_member(table, key);
    return member != nullptr ? std::get_if<Node::Table>(&member->node.value) : nullptr;
}

void check_together(const Node::Table& document, const Settings& settings, Reader& reader) {
    if (keeps_sessions_in_a_cache(settings.session_engine) &&
        settings.caches.count(settings.session_cache_alias) == 0) {
        const Member* member = find_member(document, "SESSION_CACHE_ALIAS");
        std::vector<std::string> aliases;
        for (const auto& [alias, cache] : settings.caches) {
            aliases.push_back(alias);
        }
        reader.problem(
            member != nullptr ? member->where : "SESSION_CACHE_ALIAS",
            fmt::format(
                "SESSION_CACHE_ALIAS: there is no cache \"{}\" in CACHES{}",
                settings.session_cache_alias,
                text::suggestion(settings.session_cache_alias, aliases)
            )
        );
    }
}

/// A SQLite file is relative to the settings file's folder, as the path of a URI too.
void resolve_database(const Node::Table& document, Settings& settings, Reader& reader) {
    std::string& name = settings.database.name;
    if (database_vendor(settings.database.engine) != DatabaseVendor::sqlite) {
        return;
    }
    Node origin;
    const Node* node = &origin;
    if (const Member* databases = find_member(document, "DATABASES")) {
        if (const auto* aliases = std::get_if<Node::Table>(&databases->node.value)) {
            if (const Member* one = find_member(*aliases, "default")) {
                if (const auto* keys = std::get_if<Node::Table>(&one->node.value)) {
                    if (const Member* member = find_member(*keys, "NAME")) {
                        node = &member->node;
                    }
                }
            }
        }
    }
    try {
        const SqliteName parsed = parse_sqlite_name(name);
        if (!parsed.in_memory) {
            name = with_sqlite_path(name, reader.resolve(parsed.path, *node));
        }
    } catch (const std::invalid_argument& error) {
        reader.problem(node->where, fmt::format("DATABASES.default.NAME: {}", error.what()));
    }
}

} // namespace

SettingsError::SettingsError(std::vector<Problem> problems)
    : std::runtime_error(all_lines(problems)), problems_(std::move(problems)) {}

Settings load(
    const std::optional<std::string>& path,
    const Environment& environment,
    const KnownClasses& known_classes
) {
    std::vector<Problem> problems;
    Node::Table document;
    std::filesystem::path folder;
    if (path) {
        folder = std::filesystem::absolute(*path).parent_path();
        const auto content = read_small_file(*path, longest_settings_bytes);
        if (const auto* text = std::get_if<std::string>(&content)) {
            document = parse_document(*text, *path, problems);
        } else {
            problems.push_back({*path, std::get<Unreadable>(content).why});
        }
        if (!problems.empty()) {
            throw SettingsError(std::move(problems));
        }
    }
    Reader reader(known_classes, folder);
    overlay_environment(document, environment, reader);
    if (const auto state = state_folder(environment)) {
        use_state_folder(document, *state);
    }
    choose_secret(document, "SECRET_KEY", reader);
    if (Node::Table* databases = inner_table(document, "DATABASES")) {
        if (Node::Table* database = inner_table(*databases, "default")) {
            choose_secret(*database, "PASSWORD", reader);
        }
    }
    if (const Member* classes = find_member(document, "CLASSES")) {
        read_classes(classes->node, reader);
    }
    Settings settings;
    read_members("", document, settings, reader);
    resolve_database(document, settings, reader);
    check_together(document, settings, reader);
    if (!reader.problems().empty()) {
        throw SettingsError(std::move(reader.problems()));
    }
    return settings;
}

} // namespace drf_messages::config
