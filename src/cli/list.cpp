// SPDX-License-Identifier: MIT
#include "api/resource/message_serializer.hpp"
#include "cli/commands.hpp"
#include "cli/one_line.hpp"
#include "html/escape.hpp"
#include "messages/level_tag.hpp"
#include "model/site_time.hpp"
#include "text/datetime.hpp"
#include "text/json.hpp"
#include "text/utf8.hpp"

#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace drf_messages::cli {
namespace {

/// As the REST API writes them, but with the times of the table, whatever DATETIME_FORMAT and
/// USE_TZ tell clients.
void write_json(
    std::ostream& out,
    const Settings& settings,
    const text::TimeZone& zone,
    const std::vector<Message>& messages
) {
    text::JsonWriter json({.ascii = false, .compact = false, .indent = 2});
    api::MessageSerializer::iso_8601(settings, zone).write_list(json, messages);
    out << html::visible(json.take()) << '\n'; // the same JSON
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
    Site site = ready_site(context);
    MessageQuerySet set =
        MessageManager(site).all().filter(field::user == find_user(site, arguments.name));
    if (arguments.unread) {
        set = set.filter(field::read_at.is_null());
    }
    const std::vector<Message> messages = set.list();
    const text::TimeZone zone = site_time_zone(context.settings);
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
