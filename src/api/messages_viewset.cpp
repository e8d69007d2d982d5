// SPDX-License-Identifier: MIT
#include "api/messages_viewset.hpp"

#include "api/class_attributes.hpp"
#include "api/filters.hpp"
#include "api/pagination_parts.hpp"
#include "middleware/bad_request.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr std::string_view filter_set_backend = "django_filters.rest_framework.DjangoFilterBackend";
constexpr std::string_view filter_set_backend_module =
    "django_filters.rest_framework.backends.DjangoFilterBackend";
constexpr std::string_view search_backend = "rest_framework.filters.SearchFilter";
constexpr std::string_view ordering_backend = "rest_framework.filters.OrderingFilter";

text::TimeZone time_zone(const Settings& settings) {
    auto zone = text::TimeZone::find(settings.time_zone);
    if (!zone) {
        throw std::invalid_argument(
            fmt::format("TIME_ZONE: there is no time zone {}", settings.time_zone)
        );
    }
    return *std::move(zone);
}

const http::QueryDict& query_of(ApiRequest& request) {
    const auto& query = request.http.query();
    if (!query) {
        throw middleware::BadRequest("the query has too many fields");
    }
    return *query;
}

messages::DBStorage& storage_of(ApiRequest& request) {
    if (!request.http.messages) {
        throw std::logic_error(
            "the messages endpoints need django.contrib.messages.middleware.MessageMiddleware"
        );
    }
    return *request.http.messages;
}

} // namespace
} // namespace drf_messages::api

const std::vector<drf_messages::ClassName>& drf_messages::api::MessagesViewSet::filter_backends() {
    static const std::vector<ClassName> names = {
        ClassName(filter_set_backend),
        ClassName(filter_set_backend_module),
        ClassName(search_backend),
        ClassName(ordering_backend)};
    return names;
}

drf_messages::api::MessagesViewSet::MessagesViewSet(const Settings& settings)
    : settings_(settings), zone_(time_zone(settings)), serializer_(settings, zone_),
      pagination_(make_pagination(settings, settings.rest_framework.default_pagination_class)) {
    const auto& rest = settings.rest_framework;
    for (const auto& name : rest.default_filter_backends) {
        const ClassAttributes attributes(settings, name);
        if (attributes.base() == filter_set_backend ||
            attributes.base() == filter_set_backend_module) {
            backends_.push_back({FilterBackend::filter_set, {}});
            has_filter_set_ = true;
        } else if (attributes.base() == search_backend) {
            attributes.allow_only({"search_param", "template", "search_title", "search_description"}
            );
            backends_.push_back(
                {FilterBackend::search,
                 text_attribute(attributes, "search_param", rest.search_param)}
            );
        } else if (attributes.base() == ordering_backend) {
            attributes.allow_only(
                {"ordering_param", "template", "ordering_title", "ordering_description"}
            );
            backends_.push_back(
                {FilterBackend::ordering,
                 text_attribute(attributes, "ordering_param", rest.ordering_param)}
            );
        } else {
            refuse_class("DEFAULT_FILTER_BACKENDS", name);
        }
    }
}

drf_messages::MessageQuery drf_messages::api::MessagesViewSet::filtered_query(ApiRequest& request
) const {
    const auto& parameters = query_of(request);
    MessageQuery query;
    std::vector<Condition> conditions;
    for (const auto& backend : backends_) {
        switch (backend.kind) {
        case FilterBackend::filter_set:
            conditions.push_back(filter_condition(parameters, settings_, zone_));
            break;
        case FilterBackend::search:
            conditions.push_back(search_condition(parameters, backend.parameter));
            break;
        case FilterBackend::ordering:
            query.order = ordering(parameters, backend.parameter);
            break;
        }
    }
    std::erase_if(conditions, [](const Condition& condition) {
        return condition.kind == Condition::Kind::all_of && condition.operands.empty();
    });
    query.where = Condition::all_of(std::move(conditions));
    return query;
}

// Django: AutoField.get_prep_value, that is int(); what it refuses is REST framework's 404, and no
// id is larger.
drf_messages::MessageId drf_messages::api::MessagesViewSet::message_id(const ApiRequest& request) {
    const auto pk = request.kwargs.find("pk");
    const auto number = pk == request.kwargs.end() ? std::nullopt : text::parse_integer(pk->second);
    MessageId id;
    if (!number || std::from_chars(number->data(), number->data() + number->size(), id.value).ec !=
                       std::errc()) {
        throw not_found();
    }
    return id;
}

drf_messages::api::ApiResponse drf_messages::api::MessagesViewSet::list(ApiRequest& request) const {
    auto& storage = storage_of(request);
    const auto query = filtered_query(request);
    const PageSource source{
        [&](const MessageQuery& wanted) { return storage.count(wanted); },
        [&](const MessageQuery& wanted, std::optional<std::size_t> mark_at_most) {
            return storage.fetch(wanted, request.marks(), mark_at_most);
        }};
    const auto absolute_uri = [&] { return request.http.build_absolute_uri(); };
    const auto& parameters = query_of(request);
    auto page = pagination_ ? pagination_->paginate(
                                  {parameters,
                                   absolute_uri,
                                   request.http.site.clock,
                                   request.marks(),
                                   has_filter_set_ && wanted_unread(parameters) == true,
                                   settings_.messages_delete_read},
                                  query,
                                  source
                              )
                            : whole_list(query, source);

    const auto shared = std::make_shared<const Page>(std::move(page));
    return {200, [this, shared](text::JsonWriter& json) {
                shared->wrap(json, [&](text::JsonWriter& results) {
                    serializer_.write_list(results, shared->messages);
                });
            }};
}

drf_messages::api::ApiResponse drf_messages::api::MessagesViewSet::retrieve(ApiRequest& request
) const {
    auto& storage = storage_of(request);
    // Filters apply to one message too, and what is wrong with them is told before what is wrong
    // with the id.
    const auto query = filtered_query(request);
    auto message = storage.fetch_one(message_id(request), query.where, request.marks());
    if (!message) {
        throw not_found();
    }
    return {200, [this, message = *std::move(message)](text::JsonWriter& json) {
                serializer_.write(json, message);
            }};
}

drf_messages::api::ApiResponse drf_messages::api::MessagesViewSet::destroy(ApiRequest& request
) const {
    auto& storage = storage_of(request);
    const auto query = filtered_query(request);
    const auto removed =
        storage.remove(message_id(request), query.where, settings_.messages_allow_delete_unread);
    if (!removed) {
        throw removed.error() == errc::unread_not_deletable
            ? permission_denied("You do not have the permission to delete unread messages")
            : not_found();
    }
    return {204, {}};
}

drf_messages::api::ApiResponse drf_messages::api::MessagesViewSet::peek(ApiRequest& request) const {
    const auto summary = storage_of(request).summarize_unread();
    return {
        200, [this, summary](text::JsonWriter& json) { serializer_.write_summary(json, summary); }};
}
