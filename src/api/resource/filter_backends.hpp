// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"
#include "api/exchange/query_parameter.hpp"
#include "http/query_dict.hpp"
#include "model/message_query.hpp"
#include "text/datetime.hpp"

#include <drf_messages/message_query_set.hpp>
#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace drf_messages::api {

/// An entry of DEFAULT_FILTER_BACKENDS. Django: django_filters/rest_framework/backends.py,
/// rest_framework/filters.py.
class FilterBackend {
public:
    virtual ~FilterBackend() = default;
    /// What the request's parameters leave of the query. Throws ApiError 400.
    virtual void filter(ApiRequest& request, MessageQuery& query) const = 0;
    /// What it reads of the query.
    virtual std::vector<QueryParameter> parameters() const = 0;
    /// Whether it decides which messages there are, of one too, and may refuse what it is sent:
    /// 400.
    virtual bool selects() const noexcept { return true; }
    /// Its part of the form that HTML pages have. REST framework: to_html.
    virtual FormPart form(const http::QueryDict& query) const = 0;
    /// Whether `unread` is a parameter of it.
    virtual bool knows_unread() const noexcept { return false; }
    /// The order that the parameters ask for, empty where they ask for none; absent where the
    /// backend does not order. REST framework: filters.py, get_ordering.
    virtual std::optional<std::vector<OrderBy>> asked_order(const http::QueryDict&) const {
        return std::nullopt;
    }
};

/// One entry: ours, or one of the application.
struct ConfiguredBackend {
    std::unique_ptr<FilterBackend> ours;
    ClassName name{}; ///< with `custom`
    std::shared_ptr<const rest::FilterBackend> custom{};

    /// What the backend leaves of the set.
    MessageQuerySet filter(ApiRequest& request, MessageQuerySet set) const;
};

/// - settings: must outlive them.
/// - throws std::invalid_argument for a class that neither we nor the application have.
std::vector<ConfiguredBackend> make_filter_backends(
    const Settings& settings, const text::TimeZone& zone, const CustomClasses& classes
);

} // namespace drf_messages::api
