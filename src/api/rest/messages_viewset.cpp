// SPDX-License-Identifier: MIT
#include "api/resource/messages_resource.hpp"
#include "api/tables/endpoints.hpp"

#include <drf_messages/rest/messages_viewset.hpp>

#include <stdexcept>
#include <utility>

namespace drf_messages::rest {
namespace {

/// What stands behind the viewset that the request came to.
const api::MessagesResource& resource_of(const Request& request) {
    const auto* resource = request.state().resource;
    if (resource == nullptr) {
        throw std::logic_error("a rest::MessagesViewSet was called outside of its own endpoints");
    }
    return *resource;
}

Response response_of(api::ApiResponse answer) {
    Response response(std::move(answer.data), answer.status);
    response.headers = std::move(answer.headers);
    return response;
}

} // namespace

MessagesViewSet::~MessagesViewSet() = default;

MessageQuerySet MessagesViewSet::get_queryset(const Request& request) const {
    return request.messages();
}

MessageQuerySet
MessagesViewSet::filter_queryset(const Request& request, MessageQuerySet messages) const {
    return resource_of(request).filter_queryset(request.state(), std::move(messages));
}

Value MessagesViewSet::to_representation(const Request& request, const Message& message) const {
    return resource_of(request).to_representation(message);
}

Value MessagesViewSet::get_representation_schema(Value) const {
    return Value::Object{};
}

std::optional<std::string> MessagesViewSet::get_etag(const Request&) const {
    return std::nullopt;
}

Response MessagesViewSet::list(const Request& request) const {
    return response_of(api::MessageActions::list(resource_of(request), request.state(), this));
}

Response MessagesViewSet::retrieve(const Request& request) const {
    return response_of(api::MessageActions::retrieve(resource_of(request), request.state(), this));
}

Response MessagesViewSet::destroy(const Request& request) const {
    return response_of(api::MessageActions::destroy(resource_of(request), request.state(), this));
}

Response MessagesViewSet::peek(const Request& request) const {
    return response_of(api::MessageActions::peek(resource_of(request), request.state(), this));
}

Response MessagesViewSet::read(const Request& request) const {
    return response_of(api::MessageActions::read(resource_of(request), request.state(), this));
}

Response MessagesViewSet::unread(const Request& request) const {
    return response_of(api::MessageActions::unread(resource_of(request), request.state(), this));
}

Response MessagesViewSet::mark_read(const Request& request) const {
    return response_of(api::MessageActions::mark_read(resource_of(request), request.state(), this));
}

Response MessagesViewSet::mark_unread(const Request& request) const {
    return response_of(api::MessageActions::mark_unread(resource_of(request), request.state(), this)
    );
}

Response MessagesViewSet::counts(const Request& request) const {
    return response_of(api::MessageActions::counts(resource_of(request), request.state(), this));
}

} // namespace drf_messages::rest
