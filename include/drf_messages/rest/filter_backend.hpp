// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/message_query_set.hpp>
#include <drf_messages/rest/request.hpp>
#include <drf_messages/rest/value.hpp>

namespace drf_messages::rest {

/// An entry of DEFAULT_FILTER_BACKENDS. One object serves every request, from several threads.
/// - REST framework: rest_framework/filters.py, BaseFilterBackend.
class DRF_MESSAGES_API FilterBackend {
public:
    FilterBackend() = default;
    virtual ~FilterBackend();
    FilterBackend(const FilterBackend&) = delete;
    FilterBackend& operator=(const FilterBackend&) = delete;

    /// The part of `messages` that the request asks for. It filters what list, retrieve and destroy
    /// find. Throws ValidationError for invalid parameters.
    virtual MessageQuerySet
    filter_queryset(const Request& request, MessageQuerySet messages) const = 0;
    /// For the OpenAPI document: a list of Parameter Objects. None unless a class says otherwise.
    virtual Value get_schema_operation_parameters() const;
};

} // namespace drf_messages::rest
