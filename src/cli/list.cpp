// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/one_line.hpp"
#include "messages/level_tag.hpp"
#include "store/message_store.hpp"
#include "text/datetime.hpp"
#include "text/json.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace drf_messages::cli {
namespace {

void write_json(
    std::ostream& out,
    const Settings& settings,
    const text::TimeZone& zone,
    const std::vector<Message>& messages
) {
    text::JsonWriter json({.ascii = false, .compact = false, .indent = 2});
    json.begin_array();
    for (const Message& message : messages) {
        json.begin_object();
        json.key("id");
        json.integer(message.id.value);
        json.key("message");
        json.string(message.message);
        json.key("level");
        json.integer(message.level);
        json.key("level_tag");
        json.string(messages::level_tag(settings, message.level));
        json.key("extra_tags");
        json.begin_array();
        for (const std::string& tag : message.extra_tags) {
            json.string(tag);
        }
        json.end_array();
        json.key("view");
        json.string(message.view);
        json.key("read_at");
        if (message.read_at) {
            json.string(text::format_iso8601(*message.read_at, zone));
        } else {
            json.null();
        }
        json.key("created");
        json.string(text::format_iso8601(message.created, zone));
        json.end_object();
    }
    json.end_array();
    out << json.take() << '\n';
}

void write_table(
    std::ostream& out,
    const Settings& settings,
    const text::TimeZone& zone,
    const std::vector<Message>& messages
) {
    static constexpr std::size_t columns = 6;
    using Line = std::array<std::string, columns>;
    const auto time = [&](Timestamp moment) {
        return text::format_strftime("%Y-%m-%d %H:%M:%S", moment, zone);
    };
    std::vector<Line> lines{{"ID", "CREATED", "READ", "LEVEL", "TAGS", "MESSAGE"}};
    for (const Message& message : messages) {
        const std::string_view tag = messages::level_tag(settings, message.level);
        lines.push_back(
            {fmt::format("{}", message.id.value),
             time(message.created),
             message.read_at ? time(*message.read_at) : "-",
             tag.empty() ? fmt::format("{}", message.level) : one_line(tag),
             one_line(fmt::format("{}", fmt::join(message.extra_tags, " "))),
             one_line(message.message)}
        );
    }
    std::array<std::size_t, columns> widths{};
    for (const Line& line : lines) {
        for (std::size_t i = 0; i < columns; ++i) {
            widths[i] = std::max(widths[i], text::utf8_length(line[i]));
        }
    }
    for (const Line& line : lines) {
        std::string row;
        for (std::size_t i = 0; i < columns; ++i) {
            row += line[i];
            if (i + 1 < columns) {
                row.append(widths[i] - text::utf8_length(line[i]) + 2, ' ');
            }
        }
        out << row << '\n';
    }
}

} // namespace

int list(Context& context, const ListArguments& arguments) {
    const auto connection = open_ready_database(context);
    const User user = find_user(open_users(context, *connection), *connection, arguments.name);
    MessageQuery query;
    if (arguments.unread) {
        query.where = Condition::compare(Field::read_at, Lookup::isnull, true);
    }
    const auto messages =
        store::select_messages(*connection, store::MessageScope{user.id, false, {}}, query);
    const auto zone =
        text::TimeZone::find(context.settings.time_zone).value_or(text::TimeZone::utc());
    if (arguments.json) {
        write_json(context.world.out, context.settings, zone, messages);
    } else if (messages.empty()) {
        context.world.out << fmt::format(
            "{} has no {}messages.\n", arguments.name, arguments.unread ? "unread " : ""
        );
    } else {
        write_table(context.world.out, context.settings, zone, messages);
    }
    return 0;
}

} // namespace drf_messages::cli
