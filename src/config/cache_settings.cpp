// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

#include <type_traits>

namespace drf_messages::config {
namespace {

/// Reads the keys of one cache; unknown ones are problems.
CacheSettings read_cache(const std::string& name, const Node::Table& table, Reader& reader) {
    CacheSettings cache;
    const auto read = [&](const Member& member,
                          const Rule& rule,
                          auto& target,
                          std::string_view expected) {
        if (!Codec<std::remove_reference_t<decltype(target)>>::read(member.node, rule, target)) {
            reader.problem(
                member.node.where,
                fmt::format(
                    "{}.{}: expected {}, found {}",
                    name,
                    member.key,
                    expected,
                    found(member.node, member.key == "LOCATION" || member.key == "OPTIONS")
                )
            );
        }
    };
    for (const Member& member : table) {
        if (member.key == "BACKEND") {
            read(member, any, cache.backend, "a class name");
            reader.check_class("CACHES", cache.backend, member.node.where);
        } else if (member.key == "LOCATION") {
            if (const auto* text = std::get_if<std::string>(&member.node.value)) {
                cache.location.clear();
                if (!text->empty()) {
                    cache.location.push_back(*text);
                }
            } else {
                read(member, any, cache.location, "text or a list of texts");
            }
        } else if (member.key == "KEY_PREFIX") {
            read(member, any, cache.key_prefix, "text");
        } else if (member.key == "VERSION") {
            read(member, any, cache.version, "an integer");
        } else if (member.key == "TIMEOUT") {
            read(member, age, cache.timeout, "seconds, or \"\" for ever");
        } else if (member.key == "OPTIONS") {
            read(member, any, cache.options, "a table");
        } else if (member.key == "KEY_FUNCTION" || member.key == "REVERSE_KEY_FUNCTION") {
            if (const auto* text = std::get_if<std::string>(&member.node.value);
                text == nullptr || !text->empty()) {
                reader.problem(
                    member.where,
                    fmt::format("{}.{}: Python code cannot run here", name, member.key)
                );
            }
        } else {
            reader.problem(
                member.where,
                fmt::format(
                    "{}.{} is no setting{}",
                    name,
                    member.key,
                    suggestion_in_table(
                        member.key,
                        {"BACKEND", "LOCATION", "KEY_PREFIX", "VERSION", "TIMEOUT", "OPTIONS"}
                    )
                )
            );
        }
    }
    return cache;
}

Node write_cache(const CacheSettings& cache) {
    Node::Table table;
    table.push_back({"BACKEND", {}, Codec<std::string>::write(cache.backend)});
    if (!cache.location.empty()) {
        table.push_back(
            {"LOCATION",
             {},
             cache.location.size() == 1 ? Codec<std::string>::write(cache.location.front())
                                        : Codec<std::vector<std::string>>::write(cache.location)}
        );
    }
    if (!cache.key_prefix.empty()) {
        table.push_back({"KEY_PREFIX", {}, Codec<std::string>::write(cache.key_prefix)});
    }
    table.push_back({"VERSION", {}, Codec<std::int64_t>::write(cache.version)});
    table.push_back(
        {"TIMEOUT", {}, Codec<std::optional<std::chrono::seconds>>::write(cache.timeout)}
    );
    if (!cache.options.empty()) {
        table.push_back(
            {"OPTIONS", {}, Codec<std::map<std::string, SettingValue>>::write(cache.options)}
        );
    }
    return {std::move(table), {}, {}};
}

} // namespace

std::vector<Setting> cache_settings() {
    const SettingWords words{
        .name = "CACHES",
        .help =
            "Caches by alias, each with BACKEND, LOCATION, KEY_PREFIX, VERSION, TIMEOUT (\"\" for "
            "ever) and OPTIONS; "
            "throttles use \"default\".",
        .example = "{ default = { BACKEND = \"django.core.cache.backends.locmem.LocMemCache\" } }",
        .secret = true};
    Setting setting{words, "table of tables", {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        const auto* table = std::get_if<Node::Table>(&node.value);
        if (table == nullptr) {
            wrong_value(words, type, node, reader);
            return;
        }
        for (const Member& member : *table) {
            const std::string name = "CACHES." + member.key;
            if (const auto* cache = std::get_if<Node::Table>(&member.node.value)) {
                settings.caches[member.key] = read_cache(name, *cache, reader);
            } else {
                reader.problem(
                    member.where,
                    fmt::format("{}: expected a table, found {}", name, found(member.node, true))
                );
            }
        }
    };
    setting.write = [](const Settings& settings) {
        Node::Table table;
        for (const auto& [alias, cache] : settings.caches) {
            table.push_back({alias, {}, write_cache(cache)});
        }
        return Node{std::move(table), {}, {}};
    };
    return {setting};
}

} // namespace drf_messages::config
