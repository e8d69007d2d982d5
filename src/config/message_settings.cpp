// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

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

} // namespace drf_messages::config
