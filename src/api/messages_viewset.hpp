// SPDX-License-Identifier: MIT
#pragma once

#include "api/api_request.hpp"
#include "api/message_serializer.hpp"
#include "api/pagination.hpp"

#include <memory>
#include <string>
#include <vector>

namespace drf_messages::api {

/// The four endpoints. Django: drf_messages/views.py, MessagesViewSet. Authentication, permissions
/// and the rest of REST framework's dispatch are done by api::View before a method here is called;
/// `request.http.messages` is there.
class MessagesViewSet {
public:
    /// Throws std::invalid_argument for a class or an attribute of the settings that it does not
    /// know.
    /// - settings: must outlive it.
    explicit MessagesViewSet(const Settings& settings);

    /// These throw ApiError for what is not found, not allowed or not understood.
    ApiResponse list(ApiRequest& request) const;
    ApiResponse retrieve(ApiRequest& request) const;
    ApiResponse destroy(ApiRequest& request) const;
    ApiResponse peek(ApiRequest& request) const;

    /// The names of DEFAULT_FILTER_BACKENDS that we have.
    static const std::vector<ClassName>& filter_backends();

private:
    enum class FilterBackend { filter_set, search, ordering };
    struct ConfiguredBackend {
        FilterBackend kind;
        std::string parameter; ///< of the query, for search and ordering
    };

    /// What the configured backends make of the request's parameters.
    MessageQuery filtered_query(ApiRequest& request) const;
    /// The message that the route names, unless it is not an id: 404.
    static MessageId message_id(const ApiRequest& request);

    const Settings& settings_;
    text::TimeZone zone_;
    MessageSerializer serializer_;
    std::unique_ptr<Pagination> pagination_;
    std::vector<ConfiguredBackend> backends_;
    bool has_filter_set_ = false;
};

} // namespace drf_messages::api
