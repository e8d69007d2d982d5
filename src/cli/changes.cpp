// SPDX-License-Identifier: MIT
#include "api/resource/changes.hpp"

#include "api/resource/message_serializer.hpp"
#include "cli/commands.hpp"
#include "embed/site_parts.hpp"
#include "messages/message_changes.hpp"
#include "messages/with_ids.hpp"
#include "model/site_time.hpp"
#include "store/message_store.hpp"
#include "text/json.hpp"

#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>

#include <fmt/format.h>

#include <ostream>
#include <utility>

namespace drf_messages::cli {
namespace {

MessageState parsed_state(const std::string& text) {
    auto state = MessageState::parse(text);
    if (!state) {
        throw Failure(fmt::format("{} is no state; drf-messages changes NAME shows one", text));
    }
    return *std::move(state);
}

std::vector<Message> living(Site& site, const UserId& user, const std::vector<MessageId>& ids) {
    if (ids.empty()) {
        return {};
    }
    return MessageManager(site)
        .all()
        .filter(field::user == user)
        .filter(messages::with_ids(ids))
        .list();
}

MessageChanges
changes_of(Site& site, const UserId& user, const MessageState& since, std::size_t limit) {
    auto& database = *site.parts().database;
    store::MessageScope scope;
    scope.user = user;
    const auto answer = messages::run(database, [&](sql::Connection& connection) {
        return messages::changed_ids(
            connection, scope, since, limit, site.settings().live.replay_limit
        );
    });
    if (const auto* expired = std::get_if<messages::ExpiredState>(&answer)) {
        throw Failure(fmt::format(
            "what has happened since {} is not known any more: list all messages, and go on from "
            "{}",
            since.str(),
            expired->now.str()
        ));
    }
    const auto& ids = std::get<messages::ChangedIds>(answer);
    MessageChanges changes;
    changes.old_state = since;
    ids.sort_out(living(site, user, ids.living()), changes);
    const auto unread = messages::run(database, [&](sql::Connection& connection) {
        return store::summarize_unread(connection, scope);
    });
    changes.count = unread.count;
    changes.max_level = unread.max_level;
    return changes;
}

} // namespace

int changes(Context& context, const ChangesArguments& arguments) {
    Site site = ready_site(context);
    const UserId user = find_user(site, arguments.name);
    text::JsonWriter json({.ascii = false, .compact = false, .indent = 2});
    if (arguments.since.empty()) {
        api::write_state(
            json,
            messages::run(
                *site.parts().database,
                [&](sql::Connection& connection) {
                    return messages::settled_state(connection, user);
                }
            )
        );
    } else {
        api::write_changes(
            json,
            changes_of(site, user, parsed_state(arguments.since), arguments.limit),
            api::MessageSerializer::iso_8601(context.settings, site_time_zone(context.settings))
        );
    }
    context.world.out << json.take() << '\n';
    return 0;
}

} // namespace drf_messages::cli
