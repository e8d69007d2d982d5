// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"
#include "http/query_dict.hpp"
#include "model/message_query.hpp"
#include "text/datetime.hpp"

#include <drf_messages/message_query_set.hpp>
#include <drf_messages/settings.hpp>

#include <memory>
#include <vector>

namespace drf_messages::api {

/// An entry of DEFAULT_FILTER_BACKENDS. Django: django_filters/rest_framework/backends.py,
/// rest_framework/filters.py.
class FilterBackend {
public:
    virtual ~FilterBackend() = default;
    /// What the request's parameters leave of the query. Throws ApiError 400.
    virtual void filter(const http::QueryDict& parameters, MessageQuery& query) const = 0;
    /// Whether `unread` is a parameter of it.
    virtual bool knows_unread() const noexcept { return false; }
};

/// One entry: ours, or one of the application.
struct ConfiguredBackend {
    std::unique_ptr<FilterBackend> ours;
    ClassName name{}; ///< with `custom`
    std::shared_ptr<const rest::FilterBackend> custom{};

    /// What the backend leaves of the set.
    MessageQuerySet
    filter(ApiRequest& request, const http::QueryDict& parameters, MessageQuerySet set) const;
};

/// - settings: must outlive them.
/// - throws std::invalid_argument for a class that neither we nor the application have.
std::vector<ConfiguredBackend> make_filter_backends(
    const Settings& settings, const text::TimeZone& zone, const CustomClasses& classes
);

} // namespace drf_messages::api
