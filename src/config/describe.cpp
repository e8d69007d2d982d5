// SPDX-License-Identifier: MIT
#include "config/load.hpp"
#include "config/masks.hpp"
#include "config/setting.hpp"

#include <algorithm>
#include <string_view>

namespace drf_messages::config {
namespace {

Node shown(const Setting& setting, const Settings& settings) {
    Node node = setting.write(settings);
    // A route's text can look like a URL with a password, and is none.
    if (setting.words.name != "ROUTES" && setting.words.name != "CLASSES") {
        mask_secrets(node, setting.words.secret);
    }
    return node;
}

struct Split {
    std::string section;
    std::string key;
};

Split split_name(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos) {
        return {"", std::string(name)};
    }
    return {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

bool is_nested(const Node& node) {
    const auto* table = std::get_if<Node::Table>(&node.value);
    return table != nullptr && !table->empty() &&
           std::holds_alternative<Node::Table>(table->front().node.value);
}

bool is_list_of_tables(const Node& node) {
    const auto* items = std::get_if<Node::Array>(&node.value);
    return items != nullptr && !items->empty() &&
           std::holds_alternative<Node::Table>(items->front().value);
}

std::string lines_of(const Node::Table& table) {
    std::string text;
    for (const Member& member : table) {
        text += fmt::format("{} = {}\n", to_toml_key(member.key), to_toml(member.node));
    }
    return text;
}

/// [CACHES.default], [CLASSES."site.Name"], [[ROUTES]].
std::string sections_of(std::string_view name, const Node& node) {
    std::string text;
    if (const auto* items = std::get_if<Node::Array>(&node.value)) {
        for (const Node& item : *items) {
            text += fmt::format("\n[[{}]]\n{}", name, lines_of(std::get<Node::Table>(item.value)));
        }
    } else {
        for (const Member& member : std::get<Node::Table>(node.value)) {
            text += fmt::format(
                "\n[{}.{}]\n{}",
                name,
                to_toml_key(member.key),
                lines_of(std::get<Node::Table>(member.node.value))
            );
        }
    }
    return text;
}

std::string escaped_for_table(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') {
            result += '\\';
        }
        result += c;
    }
    return result;
}

std::string default_text(const Setting& setting) {
    return setting.write ? to_toml(setting.write(Settings{})) : "\"\"";
}

std::string meaning(const Setting& setting) {
    std::string text(setting.words.help);
    if (!setting.words.rule.words.empty()) {
        text += fmt::format(" Must be: {}.", setting.words.rule.words);
    }
    return text;
}

/// What differs between the servers of one site, and cannot be told by their answers.
bool is_of_one_server(std::string_view name) {
    constexpr std::string_view sections[] = {"SERVER.", "LIVE.", "METRICS.", "CACHES"};
    constexpr std::string_view database = "DATABASES.default.";
    return name == "SECRET_KEY" || name == "SECRET_KEY_FALLBACKS" ||
           (name.starts_with(database) && name.substr(database.size()) != "TIME_ZONE") ||
           std::ranges::any_of(sections, [&](std::string_view section) {
               return name.starts_with(section);
           });
}

template<class Wanted>
std::string described(const Settings& settings, const Wanted& is_wanted) {
    std::string top;
    std::string rest;
    std::string section;
    for (const Setting& setting : setting_table()) {
        if (!setting.write || !is_wanted(setting.words.name)) {
            continue;
        }
        const Node node = shown(setting, settings);
        const Split name = split_name(setting.words.name);
        if (name.section.empty() && (is_nested(node) || is_list_of_tables(node))) {
            rest += sections_of(name.key, node);
            section.clear();
        } else if (name.section.empty()) {
            top += fmt::format("{} = {}\n", name.key, to_toml(node));
        } else {
            if (name.section != section) {
                section = name.section;
                rest += fmt::format("\n[{}]\n", section);
            }
            rest += fmt::format("{} = {}\n", name.key, to_toml(node));
        }
    }
    return top + rest;
}

} // namespace

std::string describe(const Settings& settings) {
    return described(settings, [](std::string_view) { return true; });
}

std::string describe_answers(const Settings& settings) {
    return described(settings, [](std::string_view name) { return !is_of_one_server(name); });
}

std::string reference() {
    std::string text = "| setting | type | default | meaning |\n| --- | --- | --- | --- |\n";
    for (const Setting& setting : setting_table()) {
        text += fmt::format(
            "| `{}` | {} | `{}` | {} |\n",
            setting.words.name,
            escaped_for_table(setting.type),
            escaped_for_table(default_text(setting)),
            escaped_for_table(meaning(setting))
        );
    }
    text += "\nAccepted with one value only, since the part is built in:";
    for (const FixedSetting& fixed : fixed_settings()) {
        text += fmt::format("\n`{}` = `{}`;", fixed.name, fixed.value);
    }
    text.back() = '.';
    text += "\n\nAccepted without effect, because a Django site's settings have them and nothing "
            "here needs them:";
    for (const std::string_view section : {"", "DATABASES.default.", "REST_FRAMEWORK."}) {
        for (const std::string& name : names_without_effect(section)) {
            text += fmt::format("\n`{}`,", name);
        }
    }
    text.back() = '.';
    return text + "\n";
}

std::string sample() {
    std::string text =
        "# settings.toml of drf-messages: every setting, with its default commented out.\n"
        "# Names and values are Django's, so that a site's settings can be pasted; \"\" is "
        "Python's None where a\n"
        "# setting allows none. DRF_MESSAGES_<NAME> in the environment goes before this file, "
        "\"__\" leads into a\n"
        "# table: DRF_MESSAGES_REST_FRAMEWORK__PAGE_SIZE=20.\n";
    std::string section;
    for (const bool nested : {false, true}) {
        for (const Setting& setting : setting_table()) {
            const Split name = split_name(setting.words.name);
            if (name.section.empty() == nested) {
                continue;
            }
            if (name.section != section) {
                section = name.section;
                text += fmt::format("\n[{}]\n", section);
            }
            text += fmt::format(
                "\n# {} ({})\n# Example: {} = {}\n",
                meaning(setting),
                setting.type,
                name.key,
                setting.words.example
            );
            text += fmt::format("#{} = {}\n", name.key, default_text(setting));
        }
    }
    return text;
}

} // namespace drf_messages::config
