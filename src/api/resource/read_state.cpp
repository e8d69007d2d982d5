// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/resource/asked_marking.hpp"
#include "api/resource/asked_message.hpp"
#include "api/resource/messages_resource.hpp"
#include "api/tables/endpoints.hpp"
#include "messages/level_tag.hpp"
#include "messages/marking.hpp"
#include "messages/with_ids.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// messages/7/read/, messages/unread/, messages/counts/ and their like: read_state of
// MESSAGES_EXTENSIONS, which the original does not have.

namespace drf_messages::api {
namespace {

Condition both(const Condition& first, Condition second) {
    std::vector<Condition> operands{first};
    operands.push_back(std::move(second));
    return Condition::all_of(std::move(operands));
}

std::vector<MessageId> marked_or_throw(ApiRequest& request, Result<std::vector<MessageId>> marked) {
    if (marked.has_value()) {
        return *std::move(marked);
    }
    if (marked.error() == errc::state_expired) {
        const auto standing = storage_of(request).standing();
        throw state_expired(standing ? standing->state.str() : std::string());
    }
    if (marked.error() == errc::no_feed) {
        throw no_feed();
    }
    throw std::logic_error("messages were not marked: " + marked.error().message());
}

void write_state(text::JsonWriter& json, const std::optional<MessageState>& state) {
    json.key("state");
    state ? json.string(state->str()) : json.null();
}

} // namespace

void MessagesResource::keep_permitted(
    ApiRequest& request, MessageRows& rows, const Condition& where, messages::Marking& marking
) const {
    if (!check_object_) {
        return;
    }
    MessageQuery query;
    query.where = both(where, Condition::compare(Field::read_at, Lookup::isnull, marking.read));
    if (marking.ids) {
        query.where = both(query.where, messages::with_ids(*marking.ids));
    }
    std::vector<MessageId> permitted;
    for (const Message& message : rows.fetch(query, false, std::nullopt)) {
        try {
            check_object_(request, message);
            permitted.push_back(message.id);
        } catch (const ApiError&) { // as one that is another user's
        }
    }
    marking.ids = std::move(permitted);
}

ApiResponse MessagesResource::marked(
    ApiRequest& request, const rest::MessagesViewSet* custom, std::vector<MessageId> ids
) const {
    // Read before the rows: a state may be older than what stands beside it, never newer.
    const auto state = shown_state(request);
    const auto unread = summarize_unread(request, custom);
    return {200, [this, ids = std::move(ids), unread, state](text::JsonWriter& json) {
                json.begin_object();
                json.key("changed");
                json.integer(static_cast<std::int64_t>(ids.size()));
                json.key("ids");
                json.begin_array();
                const auto shown = std::min(ids.size(), most_marked_ids);
                for (auto id = ids.end() - static_cast<std::ptrdiff_t>(shown); id != ids.end();
                     ++id) {
                    format().ids_as_text ? json.string(std::to_string(id->value))
                                         : json.integer(id->value);
                }
                json.end_array();
                serializer_.write_summary_members(json, unread);
                write_state(json, state);
                json.end_object();
            }};
}

std::optional<MessageState> MessagesResource::shown_state(ApiRequest& request) const {
    const auto standing =
        settings_.messages_extensions.need_feed() ? storage_of(request).standing() : std::nullopt;
    return standing ? std::optional(standing->state) : std::nullopt;
}

ApiResponse MessagesResource::mark_one(
    ApiRequest& request, const rest::MessagesViewSet* custom, bool read
) const {
    const auto answer =
        [&](MessageRows& rows, const MessageQuery& query, const MessageQuerySet*) -> ApiResponse {
        const auto id = message_id(request);
        if (check_object_) {
            const auto message = rows.fetch_one(id, query.where, false);
            if (!message) {
                throw no_message(request);
            }
            check_object_(request, *message);
        }
        auto ids = marked_or_throw(request, rows.mark(query.where, {.read = read, .ids = {{id}}}));
        MessageQuery one;
        one.where = both(query.where, messages::with_ids(std::span(&id, 1)));
        if (ids.empty() && rows.count(one) == 0) {
            throw no_message(request);
        }
        return marked(request, custom, std::move(ids));
    };
    return with_rows(request, custom, answer);
}

ApiResponse MessagesResource::mark_many(
    ApiRequest& request, const rest::MessagesViewSet* custom, bool read
) const {
    const auto answer =
        [&](MessageRows& rows, const MessageQuery& query, const MessageQuerySet*) -> ApiResponse {
        auto marking = asked_marking(request.http, parsers_, format(), read);
        keep_permitted(request, rows, query.where, marking);
        return marked(request, custom, marked_or_throw(request, rows.mark(query.where, marking)));
    };
    return with_rows(request, custom, answer);
}

ApiResponse
MessageActions::read(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    return resource.mark_one(request, custom, true);
}

ApiResponse
MessageActions::unread(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    return resource.mark_one(request, custom, false);
}

ApiResponse
MessageActions::mark_read(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    return resource.mark_many(request, custom, true);
}

ApiResponse
MessageActions::mark_unread(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    return resource.mark_many(request, custom, false);
}

ApiResponse
MessageActions::counts(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    const auto answer =
        [&](MessageRows& rows, const MessageQuery& query, const MessageQuerySet*) -> ApiResponse {
        const auto state = resource.shown_state(request);
        const auto levels = rows.count_unread(query.where);
        UnreadSummary unread;
        for (const auto& [level, count] : levels) {
            unread.count += count;
            unread.max_level = level;
        }
        return {200, [&resource, levels, unread, state](text::JsonWriter& json) {
                    json.begin_object();
                    resource.serializer_.write_summary_members(json, unread);
                    json.key("levels");
                    json.begin_array();
                    for (const auto& [level, count] : levels) {
                        json.begin_object();
                        json.key("level");
                        json.integer(level);
                        json.key("level_tag");
                        json.string(messages::level_tag(resource.format().settings, level));
                        json.key("count");
                        json.integer(count);
                        json.end_object();
                    }
                    json.end_array();
                    write_state(json, state);
                    json.end_object();
                }};
    };
    return resource.with_rows(request, custom, answer);
}

} // namespace drf_messages::api
