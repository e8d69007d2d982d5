// SPDX-License-Identifier: MIT
#include "api/resource/message_events.hpp"
#include "api/resource/message_serializer.hpp"
#include "cli/commands.hpp"
#include "embed/site_parts.hpp"
#include "fibers/wake_up.hpp"
#include "live/hub.hpp"
#include "messages/database_access.hpp"
#include "model/site_time.hpp"
#include "store/feed.hpp"
#include "store/message_store.hpp"
#include "store/sql_text.hpp"
#include "text/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <ostream>
#include <utility>

namespace drf_messages::cli {
namespace {

constexpr text::JsonStyle one_line_style{.ascii = false, .compact = true};

/// Prints what happens to a user's messages, a line of JSON each.
class Watch {
public:
    Watch(Site& site, UserId user, std::ostream& out)
        : database_(*site.parts().database),
          serializer_(
              api::MessageSerializer::iso_8601(site.settings(), site_time_zone(site.settings()))
          ),
          out_(out) {
        scope_.user = std::move(user);
    }

    /// Where it begins: at a state that the client has, or now.
    void begin(const std::optional<MessageState>& since) {
        messages::run(database_, [&](sql::Connection& connection) {
            const auto info = store::feed_info(connection);
            const auto now = store::standing(connection, scope_.user);
            if (!info || !now) {
                throw Failure("there is no feed; make it with: drf-messages live on");
            }
            if (since && !store::is_known(*info, connection, scope_.user, *since)) {
                throw Failure(fmt::format(
                    "what has happened since {} is not known any more: list all messages, and go "
                    "on from {}",
                    since->str(),
                    now->state.str()
                ));
            }
            state_ = since.value_or(now->state);
            say({live::StreamCounts::hello, state_, summary(connection)});
        });
    }

    /// Prints what has happened since the last call.
    void go_on() {
        constexpr std::size_t rows_at_once = 500;
        messages::run(database_, [&](sql::Connection& connection) {
            while (true) {
                const auto info = store::feed_info(connection);
                if (!info || !store::is_known(*info, connection, scope_.user, state_)) {
                    return reset(connection);
                }
                const auto rows =
                    store::feed_of_user(connection, scope_.user, state_.position, rows_at_once);
                if (rows.empty()) {
                    return;
                }
                if (std::ranges::any_of(rows, [](const auto& row) { return !row.message; })) {
                    return reset(connection);
                }
                for (const auto& event :
                     api::message_events(rows, state_.epoch, shown(connection, rows), {})) {
                    say(event);
                }
                state_.position = rows.back().position;
            }
        });
    }

private:
    void reset(sql::Connection& connection) {
        if (const auto now = store::standing(connection, scope_.user)) {
            state_ = now->state;
            say({live::StreamCounts::reset, state_, summary(connection)});
        }
    }

    std::string summary(sql::Connection& connection) const {
        text::JsonWriter json(one_line_style);
        serializer_.write_summary(json, store::summarize_unread(connection, scope_));
        return json.take();
    }

    api::ShownChanges
    shown(sql::Connection& connection, const std::vector<store::FeedRow>& rows) const {
        std::vector<FieldValue> ids;
        ids.reserve(rows.size());
        for (const auto& row : rows) {
            ids.emplace_back(row.message->value);
        }
        MessageQuery query;
        query.where = Condition::in(Field::id, std::move(ids));
        api::ShownChanges shown;
        for (const auto& message : store::select_messages(connection, scope_, query)) {
            text::JsonWriter json(one_line_style);
            serializer_.write(json, message);
            shown.messages.emplace(message.id, api::ShownMessage{json.take(), message.level});
        }
        shown.summary = summary(connection);
        return shown;
    }

    void say(const api::MessageEvent& event) {
        out_ << fmt::format(
            "{{\"event\":\"{}\",\"state\":{},{}\n",
            live::StreamCounts::event_names[event.event],
            event.state ? fmt::format("\"{}\"", event.state->str()) : "null",
            std::string_view(event.data).substr(1)
        );
        out_.flush();
    }

    messages::DatabaseAccess& database_;
    store::MessageScope scope_;
    const api::MessageSerializer serializer_;
    std::ostream& out_;
    MessageState state_;
};

std::optional<MessageState> parsed_state(const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    auto state = MessageState::parse(text);
    if (!state) {
        throw Failure(fmt::format("{} is no state; drf-messages changes NAME shows one", text));
    }
    return state;
}

} // namespace

/// Until a signal ends the process, or nobody reads any more.
int watch(Context& context, const WatchArguments& arguments) {
    Site site = ready_site(context);
    const auto since = parsed_state(arguments.since);
    Watch watch(site, find_user(site, arguments.name), context.world.out);

    std::mutex mutex;
    fibers::WakeUp changed;
    bool has_changed = false;
    const auto lease = site.parts().resources.hub->watch(find_user(site, arguments.name), 0, [&] {
        const std::lock_guard lock(mutex);
        has_changed = true;
        changed.notify();
    });
    watch.begin(since);
    for (bool first = true; context.world.out; first = false) {
        if (!first) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return has_changed; });
            has_changed = false;
        }
        watch.go_on();
    }
    return 0;
}

} // namespace drf_messages::cli
