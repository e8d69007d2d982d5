// SPDX-License-Identifier: MIT
#include "api/resource/messages_resource.hpp"

#include "api/classes/custom_call.hpp"
#include "api/exchange/errors.hpp"
#include "api/exchange/value.hpp"
#include "api/pagination/parts.hpp"
#include "api/resource/asked_message.hpp"
#include "api/resource/filters.hpp"
#include "api/resource/marks.hpp"
#include "api/resource/message_streams.hpp"
#include "api/tables/endpoints.hpp"
#include "messages/query_set_state.hpp"
#include "middleware/required.hpp"
#include "model/site_time.hpp"
#include "text/python_text.hpp"

#include <drf_messages/rest/messages_viewset.hpp>
#include <drf_messages/rest/pagination.hpp>

#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

/// About how many bytes stand around the messages of a page: the count, and two links.
constexpr std::size_t around_a_page = 512;

ApiError refusal_to_delete(const ApiRequest& request, const boost::system::error_code& reason) {
    return reason == errc::unread_not_deletable
               ? permission_denied("You do not have the permission to delete unread messages")
               : no_message(request);
}

/// Whether the set's rows are those of the request's visitor, which its storage then serves.
bool is_visitors(ApiRequest& request, const MessageQuerySet& set) {
    const auto& state = set.state();
    return state.rows && !state.rows->everybody &&
           state.origin->database == request.query_set_database();
}

bool has_conditions(const MessageQuery& query) {
    return query.where.kind != Condition::Kind::all_of || !query.where.operands.empty();
}

} // namespace

MessagesResource::MessagesResource(
    const Settings& settings, const CustomClasses& classes, ObjectCheck check_object
)
    : settings_(settings), zone_(site_time_zone(settings)), serializer_(settings, zone_),
      backends_(make_filter_backends(settings, zone_, classes)), parsers_(make_parsers(settings)),
      check_object_(std::move(check_object)), streams_(std::make_unique<StreamsOfResource>()) {
    const auto& pagination = settings.rest_framework.default_pagination_class;
    if (!pagination.empty()) {
        const ClassAttributes attributes(settings, pagination);
        custom_pagination_ = classes.find<rest::Pagination>(attributes);
        custom_pagination_name_ = pagination;
    }
    if (!custom_pagination_) {
        pagination_ = make_pagination(settings, pagination, classes);
    }
    needs_query_sets_ = custom_pagination_ != nullptr;
    for (const auto& backend : backends_) {
        knows_unread_ = knows_unread_ || (backend.ours && backend.ours->knows_unread());
        needs_query_sets_ = needs_query_sets_ || backend.custom;
    }
}

MessagesResource::~MessagesResource() = default;

namespace {

template<class Write>
std::string json_by(const Settings& settings, const Write& write) {
    const auto& rest = settings.rest_framework;
    text::JsonWriter json(text::JsonStyle{!rest.unicode_json, rest.compact_json});
    write(json);
    return json.take();
}

} // namespace

std::string MessagesResource::json_of(const Message& message) const {
    return json_by(settings_, [&](auto& json) { serializer_.write(json, message); });
}

std::string MessagesResource::json_of(const UnreadSummary& summary) const {
    return json_by(settings_, [&](auto& json) { serializer_.write_summary(json, summary); });
}

std::string MessagesResource::json_of(const rest::Value& value) const {
    return json_by(settings_, [&](auto& json) { write_value(json, value); });
}

drf_messages::MessageQuery MessagesResource::filtered_query(ApiRequest& request) const {
    MessageQuery query;
    for (const auto& backend : backends_) {
        backend.ours->filter(request, query);
    }
    return query;
}

drf_messages::MessageQuerySet
MessagesResource::filter_queryset(ApiRequest& request, MessageQuerySet set) const {
    for (const auto& backend : backends_) {
        set = backend.filter(request, std::move(set));
    }
    return set;
}

drf_messages::MessageQuerySet
MessagesResource::selected(ApiRequest& request, const rest::MessagesViewSet* custom) const {
    const rest::Request asked(request);
    return custom == nullptr ? filter_queryset(request, asked.messages())
                             : custom->filter_queryset(asked, custom->get_queryset(asked));
}

FilterForm MessagesResource::filter_form(ApiRequest& request) const {
    const auto& parameters = middleware::required_query(request.http);
    FilterForm form;
    form.page_parameter = pagination_ ? pagination_->page_parameter() : "";
    for (const auto& backend : backends_) {
        if (backend.ours) {
            form.parts.push_back(backend.ours->form(parameters));
        }
    }
    return form;
}

ApiResponse MessagesResource::run_with_rows(
    ApiRequest& request, const rest::MessagesViewSet* custom, const RowsWork& work
) const {
    auto& storage = storage_of(request);
    if (custom == nullptr && !needs_query_sets_) {
        StorageRows rows(storage);
        return work(rows, filtered_query(request), nullptr);
    }
    const auto set = selected(request, custom);
    const auto& slice = messages::query_of(set);
    const auto with = [&](MessageRows& rows) -> ApiResponse {
        if (!set.state().sliced()) {
            return work(rows, slice, &set);
        }
        MessageQuery query = slice;
        query.offset = 0;
        query.limit.reset();
        SlicedRows sliced(rows, slice);
        return work(sliced, query, &set);
    };
    if (is_visitors(request, set)) {
        StorageRows rows(storage);
        return with(rows);
    }
    QuerySetRows rows(set, storage);
    return with(rows);
}

std::vector<drf_messages::OrderBy> MessagesResource::asked_order(const http::QueryDict& parameters
) const {
    for (const auto& backend : backends_) {
        if (auto order = backend.ours ? backend.ours->asked_order(parameters) : std::nullopt) {
            return *std::move(order);
        }
    }
    return {};
}

Page MessagesResource::page_of(
    ApiRequest& request, const MessageQuery& query, MessageRows& rows, bool mark
) const {
    const PageSource source{
        [&](const MessageQuery& wanted) { return rows.count(wanted); },
        [&, mark](const MessageQuery& wanted, std::optional<std::size_t> mark_at_most) {
            return rows.fetch(wanted, mark, mark_at_most);
        }};
    if (!pagination_) {
        return whole_list(query, source);
    }
    const auto absolute_uri = [&] { return request.http.build_absolute_uri(); };
    const auto& parameters = middleware::required_query(request.http);
    return pagination_->paginate(
        {parameters,
         absolute_uri,
         [&request] {
             request.depends_on_time = true;
             return request.http.site.clock();
         },
         request.http.site.differences,
         marks(request),
         knows_unread_ && wanted_unread(parameters) == true,
         settings_.messages_delete_read,
         asked_order(parameters),
         request.page_notes == nullptr ? nullptr : &request.page_notes->links},
        query,
        source
    );
}

drf_messages::rest::Value MessagesResource::represented(
    ApiRequest& request, const rest::MessagesViewSet* custom, const Message& message
) const {
    return custom == nullptr ? to_representation(message)
                             : custom->to_representation(rest::Request(request), message);
}

drf_messages::rest::Value MessagesResource::represented(
    ApiRequest& request, const rest::MessagesViewSet* custom, const std::vector<Message>& messages
) const {
    rest::Value::Array list;
    list.reserve(messages.size());
    for (const auto& message : messages) {
        list.push_back(represented(request, custom, message));
    }
    return list;
}

std::optional<ApiResponse> MessagesResource::custom_page(
    ApiRequest& request,
    const rest::MessagesViewSet* custom,
    const MessageQuerySet& set,
    MessageRows& rows
) const {
    const rest::Request asked(request);
    const auto page = call_custom(custom_pagination_name_, [&] {
        return custom_pagination_->paginate_queryset(asked, set);
    });
    if (!page) {
        return std::nullopt;
    }
    auto results = represented(request, custom, page->messages);
    auto answer = call_custom(custom_pagination_name_, [&] {
        return custom_pagination_->get_paginated_response(asked, *page, std::move(results));
    });
    if (marks(request)) {
        rows.mark(page->messages);
    }
    return ApiResponse{200, data_of(std::move(answer))};
}

ApiResponse
MessageActions::list(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    const auto answer = [&](MessageRows& rows, const MessageQuery& query, const MessageQuerySet* set
                        ) -> ApiResponse {
        if (resource.custom_pagination_) {
            if (auto page = resource.custom_page(request, custom, *set, rows)) {
                return *std::move(page);
            }
        }
        if (custom == nullptr) {
            const auto page =
                std::make_shared<const Page>(resource.page_of(request, query, rows, marks(request))
                );
            return {200, [&resource, page](text::JsonWriter& json) {
                        json.expect(MessageSerializer::bytes_of(page->messages) + around_a_page);
                        page->wrap(json, [&](text::JsonWriter& results) {
                            resource.serializer_.write_list(results, page->messages);
                        });
                    }};
        }
        // Nothing is marked before the application has said how it is shown.
        auto page = resource.page_of(request, query, rows, false);
        auto shown = resource.represented(request, custom, page.messages);
        if (marks(request)) {
            rows.mark(page.messages);
        }
        return {
            200, [wrap = std::move(page.wrap), shown = std::move(shown)](text::JsonWriter& json) {
                wrap(json, [&](text::JsonWriter& results) { write_value(results, shown); });
            }};
    };
    return resource.with_rows(request, custom, answer);
}

ApiResponse
MessageActions::retrieve(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    // Filters apply to one message too, and what is wrong with them is told before what is wrong
    // with the id.
    const auto answer =
        [&](MessageRows& rows, const MessageQuery& query, const MessageQuerySet*) -> ApiResponse {
        const auto id = message_id(request);
        const bool look_first = custom != nullptr || resource.check_object_;
        auto message = rows.fetch_one(id, query.where, marks(request) && !look_first);
        if (!message) {
            throw no_message(request);
        }
        if (resource.check_object_) {
            resource.check_object_(request, *message);
        }
        if (request.page_notes != nullptr) {
            request.page_notes->message = *message;
        }
        Data data;
        if (custom == nullptr) {
            data = [&resource, message = *std::move(message)](text::JsonWriter& json) {
                resource.serializer_.write(json, message);
            };
        } else {
            data = data_of(resource.represented(request, custom, *message));
        }
        if (look_first && marks(request) && !rows.fetch_one(id, query.where, true)) {
            throw no_message(request); // deleted meanwhile
        }
        return {200, std::move(data)};
    };
    return resource.with_rows(request, custom, answer);
}

ApiResponse
MessageActions::destroy(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    const auto answer =
        [&](MessageRows& rows, const MessageQuery& query, const MessageQuerySet*) -> ApiResponse {
        const auto id = message_id(request);
        if (resource.check_object_) {
            const auto message = rows.fetch_one(id, query.where, false);
            if (!message) {
                throw no_message(request);
            }
            resource.check_object_(request, *message);
        }
        const auto removed =
            rows.remove(id, query.where, resource.settings_.messages_allow_delete_unread);
        if (!removed) {
            throw refusal_to_delete(request, removed.error());
        }
        return {204, {}};
    };
    return resource.with_rows(request, custom, answer);
}

UnreadSummary
MessagesResource::summarize_unread(ApiRequest& request, const rest::MessagesViewSet* custom) const {
    auto& storage = storage_of(request);
    const auto set = custom == nullptr
                         ? std::nullopt
                         : std::optional(custom->get_queryset(rest::Request(request)));
    if (!set || (is_visitors(request, *set) && !set->state().sliced() &&
                 !has_conditions(messages::query_of(*set)))) {
        return storage.summarize_unread();
    }
    UnreadSummary summary;
    const auto unread = set->filter(Condition::compare(Field::read_at, Lookup::isnull, true));
    summary.max_level = unread.max(field::level);
    summary.count = summary.max_level ? unread.count() : 0;
    return summary;
}

ApiResponse
MessageActions::peek(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    const auto summary = resource.summarize_unread(request, custom);
    return {200, [&resource, summary](text::JsonWriter& json) {
                resource.serializer_.write_summary(json, summary);
            }};
}

} // namespace drf_messages::api
