// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "text/nearest.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::config {
namespace {

const std::vector<std::string> engine_keys = {"BACKEND", "NAME", "DIRS", "APP_DIRS", "OPTIONS"};

/// Django: conf/__init__.py, BaseSettings, which wants the slash.
bool is_folder_url(std::string_view url) {
    return url.ends_with('/') && is_header_safe(url) &&
           url.find_first_of("?# ") == std::string_view::npos;
}

constexpr Rule folder_url{
    "with a slash at its end, without \"?\", \"#\" and blanks",
    Rule{}.low,
    Rule{}.high,
    is_folder_url};

template<class T>
void read_key(const Member& member, T& target, Reader& reader) {
    if (!Codec<T>::read(member.node, any, target)) {
        reader.problem(
            member.node.where,
            fmt::format(
                "TEMPLATES.{}: expected {}, found {}",
                member.key,
                Codec<T>::type(),
                found(member.node)
            )
        );
    }
}

void read_dirs(const Member& member, TemplateSettings& engine, Reader& reader) {
    read_key(member, engine.dirs, reader);
    for (std::string& folder : engine.dirs) {
        folder = reader.resolve(folder, member.node);
    }
}

void read_engine(const Node& node, Settings& settings, Reader& reader) {
    const auto* table = std::get_if<Node::Table>(&node.value);
    if (table == nullptr) {
        reader.problem(
            node.where, fmt::format("TEMPLATES: expected tables, found {}", found(node))
        );
        return;
    }
    TemplateSettings& engine = settings.templates.emplace_back();
    for (const Member& member : *table) {
        if (member.key == "BACKEND") {
            read_key(member, engine.backend, reader);
        } else if (member.key == "DIRS") {
            read_dirs(member, engine, reader);
        } else if (std::find(engine_keys.begin(), engine_keys.end(), member.key) != engine_keys.end()) {
            engine.others.emplace(member.key, to_setting_value(member.node, true));
        } else {
            reader.problem(
                member.where,
                fmt::format(
                    "TEMPLATES.{} is no setting{}",
                    member.key,
                    text::suggestion(member.key, engine_keys)
                )
            );
        }
    }
}

void read_templates(const Node& node, Settings& settings, Reader& reader) {
    const auto* engines = std::get_if<Node::Array>(&node.value);
    if (engines == nullptr) {
        reader.problem(
            node.where, fmt::format("TEMPLATES: expected a list of tables, found {}", found(node))
        );
        return;
    }
    settings.templates.clear();
    for (const Node& engine : *engines) {
        read_engine(engine, settings, reader);
    }
}

Node write_templates(const std::vector<TemplateSettings>& templates) {
    Node::Array engines;
    for (const TemplateSettings& engine : templates) {
        Node::Table table{
            {"BACKEND", {}, Codec<std::string>::write(engine.backend)},
            {"DIRS", {}, Codec<std::vector<std::string>>::write(engine.dirs)}};
        for (const auto& [key, value] : engine.others) {
            table.push_back({key, {}, from_setting_value(value)});
        }
        engines.push_back({std::move(table), {}, {}});
    }
    return {std::move(engines), {}, {}};
}

} // namespace

std::vector<Setting> page_settings() {
    return {
        Setting{
            {"TEMPLATES",
             "As Django has it. Files drf_messages/*.mustache below a folder of DIRS stand in the "
             "place of this server's own; the other keys have no effect.",
             "[{ BACKEND = \"django.template.backends.django.DjangoTemplates\", DIRS = "
             "[\"templates\"] }]"},
            "list of tables",
            read_templates,
            [](const Settings& settings) { return write_templates(settings.templates); }},
        make_setting(
            {"STATIC_URL",
             "Below it, in drf_messages/, are style sheet and script of the pages; below static/ "
             "for none, or where it names another host.",
             "\"/static/\"",
             folder_url},
            &Settings::static_url
        ),
    };
}

} // namespace drf_messages::config
