// SPDX-License-Identifier: MIT
#include "api/resource/changes.hpp"

#include "api/exchange/errors.hpp"
#include "api/exchange/media_types.hpp"
#include "api/exchange/value.hpp"
#include "api/resource/changes_wait.hpp"
#include "api/resource/messages_resource.hpp"
#include "api/tables/endpoints.hpp"
#include "api/wire/renderers.hpp"
#include "messages/message_changes.hpp"
#include "messages/query_set_state.hpp"
#include "messages/with_ids.hpp"
#include "middleware/required.hpp"

#include <fmt/format.h>

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
        const auto text = query_.get(name);
        if (!text) {
            return usual;
        }
        std::int64_t number = 0;
        const char* end = text->data() + text->size();
        const auto read = std::from_chars(text->data(), end, number);
        if (read.ptr != end || read.ec == std::errc::invalid_argument) {
            refuse(name, {"A valid integer is required.", {}});
            return usual;
        }
        if (read.ec == std::errc::result_out_of_range) {
            number = text->starts_with('-') ? least - 1 : most;
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

/// Those of the set with these ids. A set that an application has sliced cannot be searched.
std::vector<Message> messages_of(const MessageQuerySet& set, const std::vector<MessageId>& ids) {
    if (!set.state().sliced()) {
        return set.filter(messages::with_ids(ids)).list();
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
    query.where = messages::with_ids(ids);
    return storage_of(request).fetch(query, false);
}

Data only_state(const MessageState& state) {
    return [state](text::JsonWriter& json) { write_state(json, state); };
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
            cleaning.refuse("since", {"Not a valid state.", {}});
        }
    }
    asked.limit =
        std::size_t(cleaning.number("limit", usual_changes, 1, std::int64_t(most_changes)));
    asked.wait = std::chrono::seconds(cleaning.number("wait", 0, 0, longest_wait.count()));
    cleaning.finish();
    return asked;
}

void write_state(text::JsonWriter& json, const MessageState& state) {
    json.begin_object();
    json.key("new_state");
    json.string(state.str());
    json.end_object();
}

void write_changes(
    text::JsonWriter& json,
    const MessageChanges& changes,
    const MessageSerializer& serializer,
    const Data& created,
    const Data& updated
) {
    const auto write_list = [&](const Data& shown, const std::vector<Message>& messages) {
        shown ? shown(json) : serializer.write_list(json, messages);
    };
    json.begin_object();
    json.key("old_state");
    json.string(changes.old_state.str());
    json.key("new_state");
    json.string(changes.new_state.str());
    json.key("has_more");
    json.boolean(changes.has_more);
    json.key("created");
    write_list(created, changes.created);
    json.key("updated");
    write_list(updated, changes.updated);
    json.key("destroyed");
    json.begin_array();
    for (const MessageId id : changes.destroyed) {
        serializer.format().ids_as_text ? json.string(std::to_string(id.value))
                                        : json.integer(id.value);
    }
    json.end_array();
    serializer.write_summary_members(json, {changes.count, changes.max_level});
    json.end_object();
}

/// What has happened to the messages of a view, and how it is said.
class ChangesTeller {
public:
    using Custom = MessageActions::Custom;

    /// What has happened, as the view shows it.
    struct Told {
        MessageChanges changes;
        /// The messages as an application's viewset shows them; empty: ours does.
        Data created;
        Data updated;

        bool is_silent() const {
            return changes.new_state == changes.old_state && !changes.has_more;
        }
    };

    ChangesTeller(const MessagesResource& resource, Custom custom)
        : resource_(resource), custom_(custom) {}

    Told tell(ApiRequest& request, const ChangesQuery& asked) const {
        const auto answer = storage_of(request).changed_ids(*asked.since, asked.limit);
        if (const auto* expired = std::get_if<messages::ExpiredState>(&answer)) {
            throw state_expired(expired->now.str());
        }
        const auto& ids = std::get<messages::ChangedIds>(answer);
        Told told;
        told.changes.old_state = *asked.since;
        ids.sort_out(living(request, custom_, ids.living()), told.changes);
        const auto unread = resource_.summarize_unread(request, custom_);
        told.changes.count = unread.count;
        told.changes.max_level = unread.max_level;
        if (custom_ != nullptr) {
            told.created = data_of(resource_.represented(request, custom_, told.changes.created));
            told.updated = data_of(resource_.represented(request, custom_, told.changes.updated));
        }
        return told;
    }

    Data data(Told told) const {
        return [&serializer = resource_.serializer_, told = std::move(told)](text::JsonWriter& json
               ) { write_changes(json, told.changes, serializer, told.created, told.updated); };
    }

    /// As the renderer of the request writes it.
    std::string text(const ApiRequest& request, Told told) const {
        return render_json(
            resource_.settings_,
            data(std::move(told)),
            request.media_type,
            media_type_rules(request.http.site.differences)
        );
    }

    /// An answer that comes when there is something to tell; null where it is to come at once.
    std::shared_ptr<ChangesWait> begin_wait(ApiRequest& request, const ChangesQuery& asked) const {
        auto* hub = request.http.site.hub.get();
        const bool is_json =
            request.renderer != nullptr && request.renderer->kind == Renderer::Kind::json;
        if (hub == nullptr || !is_json || asked.wait.count() == 0 ||
            request.http.method == "HEAD") {
            return nullptr;
        }
        return ChangesWait::begin(
            request,
            *hub,
            *asked.since,
            [this_one = *this, asked](ApiRequest& again) -> std::optional<std::string> {
                auto told = this_one.tell(again, asked);
                return told.is_silent() ? std::nullopt
                                        : std::optional(this_one.text(again, std::move(told)));
            }
        );
    }

    /// What is said when nothing has happened, and when it cannot be told: that there is more.
    ChangesWait::Silence silence(const ApiRequest& request, const Told& told) const {
        Told more = told;
        more.changes.has_more = true;
        return {text(request, told), text(request, std::move(more))};
    }

private:
    const MessagesResource& resource_;
    const Custom custom_;
};

std::vector<QueryParameter> MessageActions::changes_parameters() {
    const auto number = [](std::int64_t least) {
        return rest::Value::object({{"type", "integer"}, {"minimum", least}});
    };
    return {
        {"since",
         "The state since when; without it the answer says only where the messages stand now.",
         rest::Value::object(
             {{"type", "string"}, {"pattern", "^([0-9a-z]{1,16}-(0|[1-9][0-9]{0,18}))?$"}}
         )},
        {"limit",
         fmt::format(
             "How many messages at most: {}, and never more than {}.", usual_changes, most_changes
         ),
         number(1)},
        {"wait",
         fmt::format(
             "So many seconds the answer waits for a change if there is none, at most {}.",
             longest_wait.count()
         ),
         number(0)}};
}

ApiResponse
MessageActions::changes(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    const auto asked = changes_query(middleware::required_query(request.http));
    if (!asked.since) {
        return not_stored({200, only_state(*storage_of(request).settled_state())});
    }
    const ChangesTeller teller(resource, custom);
    const auto wait = teller.begin_wait(request, asked);
    auto told = teller.tell(request, asked);
    if (!wait || !told.is_silent()) {
        return not_stored({200, teller.data(std::move(told))});
    }
    wait->hold(teller.silence(request, told), asked.wait);
    ApiResponse response;
    response.headers.set("Content-Type", request.renderer->content_type());
    response.stream = wait;
    return not_stored(std::move(response));
}

} // namespace drf_messages::api
