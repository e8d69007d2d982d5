// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "text/nearest.hpp"

#include <fmt/ranges.h>

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
    const SettingWords words{
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

struct Extension {
    std::string_view name;
    bool MessagesExtensions::*member;
};
constexpr Extension extensions[] = {
    {"read_state", &MessagesExtensions::read_state},
    {"sync", &MessagesExtensions::sync},
    {"stream", &MessagesExtensions::stream},
    {"conditional", &MessagesExtensions::conditional}};

void check_extension(const std::string& name, const Node& item, Reader& reader) {
    std::vector<std::string> names;
    for (const Extension& extension : extensions) {
        names.emplace_back(extension.name);
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        const std::string meant = text::suggestion(name, names);
        reader.problem(
            item.where,
            fmt::format(
                "MESSAGES_EXTENSIONS: there is no \"{}\" here{}",
                name,
                meant.empty() ? fmt::format("; there are {}", fmt::join(names, ", ")) : meant
            )
        );
    }
}

Setting messages_extensions() {
    const SettingWords words{
        "MESSAGES_EXTENSIONS",
        "Ours: what the endpoints have beyond the original. read_state: mark as read and unread, "
        "and count; sync: what has changed since a state; stream: changes as they happen; "
        "conditional: ETag and 304. sync and stream need the change feed.",
        "[\"read_state\", \"sync\", \"stream\", \"conditional\"]"};
    Setting setting{words, Codec<std::vector<std::string>>::type(), {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        std::vector<std::string> names;
        if (!Codec<std::vector<std::string>>::read(node, any, names)) {
            wrong_value(words, type, node, reader);
            return;
        }
        const auto& items = std::get<Node::Array>(node.value);
        for (std::size_t i = 0; i < names.size(); ++i) {
            check_extension(names[i], items[i], reader);
        }
        for (const Extension& extension : extensions) {
            settings.messages_extensions.*extension.member =
                std::find(names.begin(), names.end(), extension.name) != names.end();
        }
    };
    setting.write = [](const Settings& settings) {
        std::vector<std::string> names;
        for (const Extension& extension : extensions) {
            if (settings.messages_extensions.*extension.member) {
                names.emplace_back(extension.name);
            }
        }
        return Codec<std::vector<std::string>>::write(names);
    };
    return setting;
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
        messages_extensions(),
        make_setting(
            {"MESSAGES_MARK_ON_LIST",
             "Ours: the list marks what it shows as read, as the original's does; false: only who "
             "asks for it by read_state marks.",
             "false"},
            &S::messages_mark_on_list
        ),
    };
}

} // namespace drf_messages::config
