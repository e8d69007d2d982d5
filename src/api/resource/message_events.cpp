// SPDX-License-Identifier: MIT
#include "api/resource/message_events.hpp"

#include "api/wire/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace drf_messages::api {
namespace {

using Counts = live::StreamCounts;

/// What a client is to hear of one message.
struct Fold {
    MessageId message;
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool is_new = false; ///< created among the rows
    bool is_gone = false;
};

std::vector<Fold> fold(std::span<const store::FeedRow> rows) {
    std::vector<Fold> folds;
    std::map<MessageId, std::size_t> places;
    for (const auto& row : rows) {
        const auto [place, is_first] = places.emplace(*row.message, folds.size());
        if (is_first) {
            folds.push_back({*row.message, row.position});
        }
        auto& one = folds[place->second];
        one.last = row.position;
        one.is_new = one.is_new || row.kind == ChangeKind::created;
        one.is_gone = row.kind == ChangeKind::deleted;
    }
    return folds;
}

/// `{"first":…` and the members of the summary.
std::string with_summary(std::string_view first, const std::string& summary) {
    return fmt::format("{{{},{}", first, std::string_view(summary).substr(1));
}

} // namespace

std::vector<MessageEvent> message_events(
    std::span<const store::FeedRow> rows,
    const std::string& epoch,
    const ShownChanges& shown,
    std::optional<Level> least_level
) {
    std::vector<MessageEvent> events;
    std::vector<Fold> told;
    bool is_left_out = false;
    for (const auto& one : fold(rows)) {
        const auto found = shown.messages.find(one.message);
        const bool is_shown = found != shown.messages.end();
        // what is not there any more was shown before, unless it has only just been created
        if (one.is_gone || (!is_shown && !one.is_new)) {
            events.push_back(
                {Counts::destroyed,
                 {},
                 with_summary(
                     shown.ids_as_text ? fmt::format("\"ids\":[\"{}\"]", one.message.value)
                                       : fmt::format("\"ids\":[{}]", one.message.value),
                     shown.summary
                 )}
            );
            told.push_back(one);
            continue;
        }
        if (!is_shown) {
            continue;
        }
        if (one.is_new && least_level && found->second.level < *least_level) {
            is_left_out = true;
            continue;
        }
        events.push_back(
            {one.is_new ? Counts::created : Counts::updated,
             {},
             with_summary("\"message\":" + found->second.json, shown.summary)}
        );
        told.push_back(one);
    }
    if (events.empty() && is_left_out) {
        return {{Counts::badge, MessageState{epoch, rows.back().position}, shown.summary}};
    }
    std::int64_t reached = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        reached = std::max(reached, told[i].last);
        const bool is_last = i + 1 == events.size();
        if (is_last || told[i + 1].first > reached) {
            events[i].state = MessageState{epoch, is_last ? rows.back().position : reached};
        }
    }
    return events;
}

void append(std::string& text, const MessageEvent& event) {
    event_stream::append(
        text,
        event.state ? event.state->str() : std::string(),
        Counts::event_names[event.event],
        event.data
    );
}

} // namespace drf_messages::api
