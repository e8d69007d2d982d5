// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "text/nearest.hpp"

#include <algorithm>
#include <charconv>

namespace drf_messages::config {
namespace {

std::optional<Level> parse_level(std::string_view text) {
    Level level = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(level)
                                                                    : std::nullopt;
}

/// - Django: django/contrib/messages/utils.py, get_level_tags: the defaults, overlaid.
Setting message_tags() {
    const Words words{
        "MESSAGE_TAGS",
        "The tag of each level, over Django's five; keys are levels, quoted.",
        "{ 40 = \"danger\", 50 = \"critical\" }"};
    Setting setting{words, "table of texts", {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        const auto* table = std::get_if<Node::Table>(&node.value);
        if (table == nullptr) {
            wrong_value(words, type, node, reader);
            return;
        }
        for (const Member& member : *table) {
            const auto level = parse_level(member.key);
            std::string tag;
            if (!level) {
                reader.problem(
                    member.where,
                    fmt::format(
                        "MESSAGE_TAGS: expected a level (an integer) as key, found {}", member.key
                    )
                );
            } else if (!Codec<std::string>::read(member.node, any, tag)) {
                reader.problem(
                    member.node.where,
                    fmt::format(
                        "MESSAGE_TAGS.{}: expected text, found {}", member.key, found(member.node)
                    )
                );
            } else {
                auto& tags = settings.level_tags;
                const auto at = std::find_if(tags.begin(), tags.end(), [&](const auto& one) {
                    return one.first == *level;
                });
                if (at != tags.end()) {
                    at->second = tag;
                } else {
                    tags.emplace_back(*level, tag);
                }
            }
        }
    };
    setting.write = [](const Settings& settings) {
        Node::Table table;
        for (const auto& [level, tag] : settings.level_tags) {
            table.push_back({fmt::format("{}", level), {}, Codec<std::string>::write(tag)});
        }
        return Node{std::move(table), {}, {}};
    };
    return setting;
}

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
                    text::suggestion(
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

std::vector<Setting> message_settings() {
    using S = Settings;
    return {
        make_setting(
            {"MESSAGE_STORAGE",
             "Where an application's messages are kept. The endpoints show the database's in any "
             "case.",
             "\"drf_messages.storage.DBStorage\"",
             any,
             "MESSAGE_STORAGE"},
            &S::message_storage
        ),
        make_setting({"MESSAGE_LEVEL", "Lower levels are not stored.", "25"}, &S::message_level),
        message_tags(),
        make_setting(
            {"MESSAGES_USE_SESSIONS",
             "A message is seen in the session in which it was left, and nowhere else.",
             "true"},
            &S::messages_use_sessions
        ),
        make_setting(
            {"MESSAGES_ALLOW_DELETE_UNREAD", "Unread messages may be deleted over REST.", "true"},
            &S::messages_allow_delete_unread
        ),
        make_setting(
            {"MESSAGES_DELETE_READ", "Deletes messages once they were read.", "true"},
            &S::messages_delete_read
        ),
        make_setting(
            {"MESSAGES_FILTER_LOOKUPS",
             "The list takes lookups as filters: level__gte=30, extra_tags__startswith=up. Not a "
             "setting of the original.",
             "true"},
            &S::messages_filter_lookups
        ),
    };
}

std::vector<Setting> cache_settings() {
    const Words words{
        "CACHES",
        "Caches by alias, each with BACKEND, LOCATION, KEY_PREFIX, VERSION, TIMEOUT (\"\" for "
        "ever) and OPTIONS; "
        "throttles use \"default\".",
        "{ default = { BACKEND = \"django.core.cache.backends.locmem.LocMemCache\" } }",
        any,
        {},
        true};
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
