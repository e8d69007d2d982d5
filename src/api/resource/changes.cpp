// SPDX-License-Identifier: MIT
#include "api/resource/changes.hpp"

#include "api/exchange/errors.hpp"
#include "api/exchange/value.hpp"
#include "api/resource/messages_resource.hpp"
#include "api/tables/endpoints.hpp"
#include "messages/message_changes.hpp"
#include "messages/query_set_state.hpp"
#include "middleware/required.hpp"
#include "text/python_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

/// The numbers of a query, and all that is wrong with it.
class Cleaning {
public:
    explicit Cleaning(const http::QueryDict& query) : query_(query) {}

    /// The last value of that name, unless it is empty.
    std::optional<std::string_view> given(std::string_view name) const {
        const auto value = query_.get(name);
        return value && !value->empty() ? value : std::nullopt;
    }

    std::int64_t
    number(std::string_view name, std::int64_t usual, std::int64_t least, std::int64_t most) {
        const auto text = given(name);
        if (!text) {
            return usual;
        }
        const auto digits = text::parse_integer(*text);
        if (!digits) {
            refuse(name, {"A valid integer is required.", {}});
            return usual;
        }
        std::int64_t number = 0;
        const char* end = digits->data() + digits->size();
        if (std::from_chars(digits->data(), end, number).ec != std::errc()) {
            number = digits->starts_with('-') ? least - 1 : most;
        }
        if (number < least) {
            refuse(
                name, {"Ensure this value is greater than or equal to {}.", {std::to_string(least)}}
            );
        }
        return std::min(number, most);
    }

    void refuse(std::string_view name, Words words) {
        errors_.push_back({std::string(name), FieldError::Details{{std::move(words)}}});
    }

    void finish() {
        if (!errors_.empty()) {
            throw invalid(std::move(errors_));
        }
    }

private:
    const http::QueryDict& query_;
    FieldErrors errors_;
};

Condition with_ids(const std::vector<MessageId>& ids) {
    std::vector<FieldValue> values;
    values.reserve(ids.size());
    for (const MessageId id : ids) {
        values.emplace_back(id.value);
    }
    return Condition::in(Field::id, std::move(values));
}

/// Those of the set with these ids. A set that an application has sliced cannot be searched.
std::vector<Message> messages_of(const MessageQuerySet& set, const std::vector<MessageId>& ids) {
    if (!set.state().sliced()) {
        return set.filter(with_ids(ids)).list();
    }
    auto all = set.list();
    std::erase_if(all, [&](const Message& message) {
        return std::find(ids.begin(), ids.end(), message.id) == ids.end();
    });
    return all;
}

std::vector<Message> living(
    ApiRequest& request, const rest::MessagesViewSet* custom, const std::vector<MessageId>& ids
) {
    if (ids.empty()) {
        return {};
    }
    if (custom != nullptr) {
        return messages_of(custom->get_queryset(rest::Request(request)), ids);
    }
    MessageQuery query;
    query.where = with_ids(ids);
    return storage_of(request).fetch(query, false);
}

Data only_state(const MessageState& state) {
    return [text = state.str()](text::JsonWriter& json) {
        json.begin_object();
        json.key("new_state");
        json.string(text);
        json.end_object();
    };
}

/// It is asked once: with the next state the URL is another one.
ApiResponse not_stored(ApiResponse response) {
    response.headers.set("Cache-Control", "no-store");
    return response;
}

} // namespace

ChangesQuery changes_query(const http::QueryDict& query) {
    Cleaning cleaning(query);
    ChangesQuery asked;
    if (const auto text = cleaning.given("since")) {
        asked.since = MessageState::parse(*text);
        if (!asked.since) {
            cleaning.refuse("since", {"Enter a valid state.", {}});
        }
    }
    asked.limit =
        std::size_t(cleaning.number("limit", usual_changes, 1, std::int64_t(most_changes)));
    asked.wait = std::chrono::seconds(cleaning.number("wait", 0, 0, longest_wait.count()));
    cleaning.finish();
    return asked;
}

ApiResponse
MessageActions::changes(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    auto& storage = storage_of(request);
    const auto asked = changes_query(middleware::required_query(request.http));
    if (!storage.viewer().user) {
        throw not_authenticated();
    }
    if (!asked.since) {
        return not_stored({200, only_state(*storage.settled_state())});
    }
    const auto answer = storage.changed_ids(*asked.since, asked.limit);
    if (const auto* expired = std::get_if<messages::ExpiredState>(&answer)) {
        throw state_expired(expired->now.str());
    }
    const auto& ids = std::get<messages::ChangedIds>(answer);
    MessageChanges changes;
    changes.old_state = *asked.since;
    ids.sort_out(living(request, custom, ids.living()), changes);
    const auto unread = resource.summarize_unread(request, custom);
    std::optional<rest::Value> created;
    std::optional<rest::Value> updated;
    if (custom != nullptr) {
        created = resource.represented(request, custom, changes.created);
        updated = resource.represented(request, custom, changes.updated);
    }
    return not_stored(
        {200,
         [&resource,
          changes = std::move(changes),
          unread,
          created = std::move(created),
          updated = std::move(updated)](text::JsonWriter& json) {
             const auto write = [&](const auto& shown, const std::vector<Message>& messages) {
                 shown ? write_value(json, *shown)
                       : resource.serializer_.write_list(json, messages);
             };
             json.begin_object();
             json.key("old_state");
             json.string(changes.old_state.str());
             json.key("new_state");
             json.string(changes.new_state.str());
             json.key("has_more");
             json.boolean(changes.has_more);
             json.key("created");
             write(created, changes.created);
             json.key("updated");
             write(updated, changes.updated);
             json.key("destroyed");
             json.begin_array();
             for (const MessageId id : changes.destroyed) {
                 resource.format().ids_as_text ? json.string(std::to_string(id.value))
                                               : json.integer(id.value);
             }
             json.end_array();
             resource.serializer_.write_summary_members(json, unread);
             json.end_object();
         }}
    );
}

} // namespace drf_messages::api
