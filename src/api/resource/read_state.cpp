// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/resource/asked_message.hpp"
#include "api/resource/messages_resource.hpp"
#include "api/tables/endpoints.hpp"
#include "api/tables/fields.hpp"
#include "api/wire/input_fields.hpp"
#include "api/wire/request_data.hpp"
#include "django/python_value.hpp"
#include "messages/level_tag.hpp"
#include "messages/marking.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// messages/7/read/, messages/unread/, messages/counts/ and their like: read_state of
// MESSAGES_EXTENSIONS, which the original does not have.

namespace drf_messages::api {
namespace {

/// What a form may hold beside its fields.
constexpr std::string_view csrf_field = "csrfmiddlewaretoken";

ApiError wrong(std::string field, std::string english, std::vector<std::string> arguments = {}) {
    return invalid(
        {{std::move(field), FieldError::Details{{{std::move(english), std::move(arguments)}}}}}
    );
}

/// Throws ApiError for a body that is not one field, and nothing else.
void require_one_field(const boost::json::object& sent, const std::string& non_field_errors_key) {
    const auto is_field = [](std::string_view name) {
        return std::any_of(
            std::begin(marking_fields),
            std::end(marking_fields),
            [name](const FieldSpec& field) { return field.name == name; }
        );
    };
    const auto is_other = [&](const auto& member) {
        return member.key() != csrf_field && !is_field(member.key());
    };
    const auto fields = std::count_if(sent.begin(), sent.end(), [&](const auto& member) {
        return is_field(member.key());
    });
    if (fields != 1 || std::any_of(sent.begin(), sent.end(), is_other)) {
        throw wrong(non_field_errors_key, "Say one of ids, up_to and all, and nothing else.");
    }
}

/// Before any of them is looked at.
void require_few_ids(const boost::json::object& sent) {
    const auto* ids = sent.if_contains("ids");
    if (ids != nullptr && ids->is_array() && ids->get_array().size() > most_marked_ids) {
        throw wrong(
            "ids",
            "Ensure this field has no more than {} elements.",
            {std::to_string(most_marked_ids)}
        );
    }
}

/// A form has nothing but texts, and REST framework's fields take them; in JSON a text is no
/// number, and 1 is not true. What is of another type becomes a list, which neither field takes.
/// - ids_as_text: as messages show them.
void refuse_other_types(boost::json::object& sent, bool ids_as_text) {
    const auto is_text = [](const boost::json::value& value) {
        return value.is_string() &&
               !django::python_text(value.get_string()).starts_with(django::python_marker);
    };
    if (auto* ids = sent.if_contains("ids"); ids != nullptr && ids->is_array() && !ids_as_text) {
        for (auto& id : ids->get_array()) {
            if (is_text(id)) {
                id.emplace_array();
            }
        }
    }
    if (auto* all = sent.if_contains("all"); all != nullptr && !all->is_bool() && !all->is_null()) {
        all->emplace_array();
    }
}

std::vector<MessageId> ids_of(const boost::json::value& cleaned) {
    std::vector<MessageId> ids;
    for (const auto& id : cleaned.get_array()) {
        ids.push_back({id.get_int64()});
    }
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
        throw wrong("ids", "No id may come twice.");
    }
    return ids;
}

Condition both(const Condition& first, Condition second) {
    std::vector<Condition> operands{first};
    operands.push_back(std::move(second));
    return Condition::all_of(std::move(operands));
}

Condition among(const std::vector<MessageId>& ids) {
    std::vector<FieldValue> values;
    values.reserve(ids.size());
    for (const MessageId id : ids) {
        values.emplace_back(id.value);
    }
    return Condition::in(Field::id, std::move(values));
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
        throw wrong("up_to", "There is no feed of changes.");
    }
    throw std::logic_error("messages were not marked: " + marked.error().message());
}

void write_state(text::JsonWriter& json, const std::optional<MessageState>& state) {
    json.key("state");
    state ? json.string(state->str()) : json.null();
}

} // namespace

drf_messages::messages::Marking
MessagesResource::asked_marking(ApiRequest& request, bool read) const {
    const auto& key = settings_.rest_framework.non_field_errors_key;
    auto data = request_data(request.http, parsers_, marking_fields);
    if (auto* sent = data.if_object()) {
        require_one_field(*sent, key);
        require_few_ids(*sent);
        // What is not empty had a parser.
        if (parser_for(parsers_, request.http).kind == Parser::Kind::json) {
            refuse_other_types(*sent, format().ids_as_text);
        }
    }
    const auto cleaned = clean_fields(marking_fields, data, key);
    messages::Marking marking{.read = read};
    if (const auto* ids = cleaned.if_contains("ids")) {
        marking.ids = ids_of(*ids);
    }
    if (const auto* up_to = cleaned.if_contains("up_to")) {
        marking.up_to = MessageState::parse(django::python_text(up_to->get_string()));
        if (!marking.up_to) {
            throw wrong("up_to", "Not a valid state.");
        }
        if (!settings_.messages_extensions.need_feed()) {
            throw wrong("up_to", "There is no feed of changes.");
        }
    }
    if (const auto* all = cleaned.if_contains("all"); all != nullptr && !all->get_bool()) {
        throw wrong("all", "Must be true.");
    }
    return marking;
}

void MessagesResource::keep_permitted(
    ApiRequest& request, MessageRows& rows, const Condition& where, messages::Marking& marking
) const {
    if (!check_object_) {
        return;
    }
    MessageQuery query;
    query.where = both(where, Condition::compare(Field::read_at, Lookup::isnull, marking.read));
    if (marking.ids) {
        query.where = both(query.where, among(*marking.ids));
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
        one.where = both(query.where, among({id}));
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
        auto marking = asked_marking(request, read);
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
