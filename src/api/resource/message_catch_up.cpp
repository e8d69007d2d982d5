// SPDX-License-Identifier: MIT
#include "api/resource/message_streams.hpp"
#include "api/resource/messages_resource.hpp"
#include "base/answerable.hpp"
#include "messages/query_set_state.hpp"
#include "store/sql_text.hpp"
#include "store/unread_summaries.hpp"

#include <drf_messages/rest/request.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

using Counts = live::StreamCounts;

/// Rows of the feed that a stream is told at a time: as long as its client takes them, no more is
/// kept for it.
constexpr std::size_t rows_at_once = 100;

/// Of which messages it matters what they are now.
void add_wanted(std::set<MessageId>& ids, const std::vector<store::FeedRow>& rows) {
    for (const auto& row : rows) {
        if (row.message && row.kind != ChangeKind::deleted) {
            ids.insert(*row.message);
        }
    }
}

bool is_about_many(const store::FeedRow& row) {
    return !row.message || row.kind == ChangeKind::everything;
}

/// What an application's own viewset shows.
class Showing final : public Visitor {
public:
    Showing(
        const MessagesResource& resource,
        const rest::MessagesViewSet& custom,
        const std::set<MessageId>& ids
    )
        : resource_(resource), custom_(custom), ids_(ids) {}

    void visit(ApiRequest& request) override {
        request.resource = &resource_;
        const rest::Request asked(request);
        const auto set = custom_.get_queryset(asked);
        const auto unread = set.filter(Condition::compare(Field::read_at, Lookup::isnull, true));
        UnreadSummary summary;
        summary.max_level = unread.max(field::level);
        summary.count = summary.max_level ? unread.count() : 0;
        shown.summary = resource_.json_of(summary);
        shown.ids_as_text = resource_.format().ids_as_text;
        std::vector<FieldValue> keys;
        std::transform(ids_.begin(), ids_.end(), std::back_inserter(keys), [](MessageId id) {
            return FieldValue(id.value);
        });
        for (std::size_t done = 0; done < keys.size(); done += store::in_list_limit) {
            const auto end = std::min(keys.size(), done + store::in_list_limit);
            const std::vector<FieldValue> some(
                keys.begin() + std::ptrdiff_t(done), keys.begin() + std::ptrdiff_t(end)
            );
            for (const auto& message : set.filter(Condition::in(Field::id, some)).list()) {
                shown.messages.emplace(
                    message.id,
                    ShownMessage{
                        resource_.json_of(custom_.to_representation(asked, message)), message.level}
                );
            }
        }
        has_shown = true;
    }

    ShownChanges shown;
    bool has_shown = false; ///< false also where the application refuses

private:
    const MessagesResource& resource_;
    const rest::MessagesViewSet& custom_;
    const std::set<MessageId>& ids_;
};

} // namespace

struct MessageStreams::Found {
    struct Row {
        Message message;
        ShownMessage shown;
    };
    std::map<UserId, std::vector<Row>> rows;
    std::optional<store::UnreadSummaries> summaries;
};

MessageStreams::Found MessageStreams::find(
    sql::Connection& connection, const std::set<MessageId>& ids, const std::set<UserId>& users
) const {
    Found found;
    std::vector<FieldValue> keys;
    std::transform(ids.begin(), ids.end(), std::back_inserter(keys), [](MessageId id) {
        return FieldValue(id.value);
    });
    store::MessageScope everybody;
    everybody.everybody = true;
    everybody.text_keys =
        !users.empty() && std::holds_alternative<std::string>(users.begin()->value);
    for (std::size_t done = 0; done < keys.size(); done += store::in_list_limit) {
        const auto end = std::min(keys.size(), done + store::in_list_limit);
        MessageQuery query;
        query.where = Condition::in(
            Field::id, {keys.begin() + std::ptrdiff_t(done), keys.begin() + std::ptrdiff_t(end)}
        );
        for (auto& message : store::select_messages(connection, everybody, query, site_.log)) {
            ShownMessage shown{resource_.json_of(message), message.level};
            auto& of_user = found.rows[message.user];
            of_user.push_back({std::move(message), std::move(shown)});
        }
    }
    found.summaries.emplace(connection, users, site_.settings.messages_use_sessions);
    return found;
}

ShownChanges MessageStreams::shown_to(const store::MessageScope& scope, const Found& found) const {
    ShownChanges shown;
    shown.summary = resource_.json_of(found.summaries->of(scope));
    shown.ids_as_text = resource_.format().ids_as_text;
    if (const auto rows = found.rows.find(scope.user); rows != found.rows.end()) {
        for (const auto& row : rows->second) {
            if (store::is_in(scope, row.message)) {
                shown.messages.emplace(row.message.id, row.shown);
            }
        }
    }
    return shown;
}

std::optional<ShownChanges>
MessageStreams::visit(const StreamViewer& viewer, const std::set<MessageId>& ids) const {
    Showing showing(resource_, *viewer.custom, ids);
    try {
        if (viewer.door) {
            viewer.door->visit(viewer.request.request(), showing);
        }
    } catch (const std::exception& error) {
        if (dynamic_cast<const Answerable*>(&error) != nullptr) {
            throw; // the database is away, say
        }
        site_.log(
            LogLevel::error,
            fmt::format("live: a viewset failed, its stream ends: {}", error.what())
        );
        return std::nullopt;
    }
    return showing.has_shown ? std::optional(std::move(showing.shown)) : std::nullopt;
}

/// A batch of the feed, for those who have heard everything before it.
void MessageStreams::distribute(const std::string& epoch, const Rows& rows) {
    struct OfUser {
        Rows rows;
        Streams streams;
    };
    std::map<UserId, OfUser> users;
    for (const auto& row : rows) {
        users[row.user].rows.push_back(row);
    }
    std::set<MessageId> ids;
    std::set<UserId> asked;
    for (auto& [user, of_user] : users) {
        of_user.streams = streams_of(user);
        // these are caught up one by one
        const bool many = std::ranges::any_of(of_user.rows, is_about_many);
        std::erase_if(of_user.streams, [many](const auto& stream) {
            const bool is_alone = many || stream->viewer().custom != nullptr;
            if (is_alone) {
                stream->miss();
            }
            return is_alone;
        });
        if (!of_user.streams.empty()) {
            asked.insert(user);
            add_wanted(ids, of_user.rows);
        }
    }
    if (asked.empty()) {
        return;
    }
    try {
        const auto found = find(*site_.database->acquire(), ids, asked);
        for (const auto& user : asked) {
            tell(epoch, users[user].rows, users[user].streams, found);
        }
    } catch (const std::exception&) {
        // who has not been told looks into the feed, as often as it takes
        for (const auto& [user, of_user] : users) {
            for (const auto& stream : of_user.streams) {
                stream->miss();
            }
        }
    }
}

void MessageStreams::tell(
    const std::string& epoch, const Rows& rows, const Streams& to, const Found& found
) {
    std::map<std::pair<std::optional<std::string>, std::optional<Level>>, MessageStream::Text>
        written;
    for (const auto& stream : to) {
        const auto& viewer = stream->viewer();
        stream->tell(epoch, rows.front().position, rows.back().position, [&] {
            auto& text = written[{viewer.scope.session_key, viewer.least_level}];
            if (!text) {
                Rows seen;
                std::ranges::copy_if(rows, std::back_inserter(seen), [&](const auto& row) {
                    return store::is_in(viewer.scope, row);
                });
                text = std::make_shared<const std::string>(
                    said(seen, epoch, shown_to(viewer.scope, found), viewer.least_level)
                );
            }
            return text;
        });
    }
}

std::string MessageStreams::said(
    const Rows& rows,
    const std::string& epoch,
    const ShownChanges& shown,
    std::optional<Level> least_level
) const {
    std::string text;
    for (const auto& event : message_events(rows, epoch, shown, least_level)) {
        append(text, event);
        ++counts_->events[event.event];
    }
    return text;
}

/// Reads what has happened to their users since the streams have said something, or since their
/// clients have heard of it. One statement says for whom nothing has, as after a restart for most.
/// What it returns is as new as the rows.
std::optional<store::FeedInfo>
MessageStreams::find_rows(sql::Connection& connection, std::vector<Late>& all) const {
    std::vector<store::FeedPoint> points;
    for (const auto& late : all) {
        if (late.was.state) {
            points.emplace_back(late.stream->viewer().scope.user, late.was.state->position);
        }
    }
    auto news = store::feed_news(connection, points);
    if (!news) {
        return std::nullopt;
    }
    auto has_rows = news->have_rows.begin();
    for (auto& late : all) {
        if (late.was.state && *has_rows++) {
            late.rows = store::feed_of_user(
                connection,
                late.stream->viewer().scope.user,
                late.was.state->position,
                live_.replay_limit + 1
            );
        }
    }
    const auto any = std::ranges::find(news->have_rows, true);
    return any == news->have_rows.end() ? std::move(news->info) : store::feed_info(connection);
}

/// Says how far the stream is caught up, and whether it can be.
/// - info: read after the rows.
void MessageStreams::judge(sql::Connection& connection, Late& late, const store::FeedInfo& info)
    const {
    const auto& user = late.stream->viewer().scope.user;
    if (late.was.state) {
        late.state = *late.was.state;
        late.is_lost = !store::is_known(info, connection, user, late.state) ||
                       late.rows.size() > live_.replay_limit ||
                       std::ranges::any_of(late.rows, is_about_many);
        late.has_more = late.rows.size() > rows_at_once;
        late.rows.resize(std::min(late.rows.size(), rows_at_once));
    }
    if (late.is_lost || !late.was.state) {
        const auto now = store::standing(connection, user);
        if (!now) {
            throw std::runtime_error("the tables of the feed are gone");
        }
        late.state = now->state;
        late.rows.clear();
        late.has_more = false;
    }
}

bool MessageStreams::catch_up(Work& work, const Streams& streams) {
    std::ptrdiff_t done = 0;
    try {
        std::vector<Late> all;
        for (const auto& stream : streams) {
            auto& late = all.emplace_back();
            late.stream = stream;
            late.was = stream->standing();
        }
        std::set<MessageId> ids;
        std::set<UserId> users;
        Found found;
        {
            const auto connection = site_.database->acquire();
            const auto info = find_rows(*connection, all);
            if (!info) {
                throw std::runtime_error("the tables of the feed are gone");
            }
            for (auto& late : all) {
                judge(*connection, late, *info);
                const auto& viewer = late.stream->viewer();
                const bool says_something = late.was.is_new || late.is_lost || !late.rows.empty();
                if (viewer.custom == nullptr && says_something) {
                    add_wanted(ids, late.rows);
                    users.insert(viewer.scope.user);
                }
            }
            found = find(*connection, ids, users);
        }
        using Viewer = std::pair<UserId, std::optional<std::string>>;
        std::map<std::pair<Viewer, std::int64_t>, std::optional<ShownChanges>> visited;
        for (const auto& late : all) {
            const auto& viewer = late.stream->viewer();
            if (viewer.custom == nullptr) {
                finish(late, shown_to(viewer.scope, found));
                ++done;
                continue;
            }
            // the application is asked once for those of a user who stand at the same point
            const auto [shown, is_first] = visited.try_emplace(
                {{viewer.scope.user, viewer.scope.session_key},
                 late.was.state ? late.was.state->position : -1}
            );
            if (is_first) {
                std::set<MessageId> wanted;
                add_wanted(wanted, late.rows);
                shown->second = visit(viewer, wanted);
            }
            if (shown->second) {
                finish(late, *shown->second);
            } else {
                late.stream->end(Counts::authentication);
                visited.erase(shown); // the others may have come in another way
            }
            ++done;
        }
        work.is_down = false;
        return true;
    } catch (const std::exception& error) {
        fails(work, error);
    }
    const std::lock_guard lock(mutex_);
    // the one at which it failed comes last, so that the others need not wait for it
    work.late.insert(work.late.end(), streams.begin() + done + 1, streams.end());
    work.late.push_back(streams[std::size_t(done)]);
    return false;
}

void MessageStreams::finish(const Late& late, const ShownChanges& shown) {
    const auto& viewer = late.stream->viewer();
    if (late.was.is_resumed) {
        ++counts_->resumes[late.is_lost ? Counts::expired : Counts::known];
    }
    std::string text;
    auto state = late.state;
    if (late.is_lost || late.was.is_new) {
        const auto event = late.is_lost ? Counts::reset : Counts::hello;
        append(text, {event, state, shown.summary});
        ++counts_->events[event];
    }
    if (!late.rows.empty()) {
        state.position = late.rows.back().position;
        Rows seen;
        std::ranges::copy_if(late.rows, std::back_inserter(seen), [&](const auto& row) {
            return store::is_in(viewer.scope, row);
        });
        text += said(seen, state.epoch, shown, viewer.least_level);
    }
    late.stream->catch_up(
        std::make_shared<const std::string>(std::move(text)), std::move(state), late.has_more
    );
}

} // namespace drf_messages::api
