// SPDX-License-Identifier: MIT
#pragma once

#include "api/api_request.hpp"
#include "api/message_serializer.hpp"
#include "api/pagination.hpp"

#include <memory>

namespace drf_messages::api {

/// The four endpoints. Django: drf_messages/views.py, MessagesViewSet. Authentication, permissions and the rest of REST
/// framework's dispatch are done by api::View before a method here is called; `request.http.messages` is there.
class MessagesViewSet {
public:
    explicit MessagesViewSet(const Settings& settings);

    ApiResponse list(ApiRequest& request) const;
    ApiResponse retrieve(ApiRequest& request) const;
    ApiResponse destroy(ApiRequest& request) const;
    ApiResponse peek(ApiRequest& request) const;

private:
    const Settings& settings_;
    text::TimeZone zone_;
    MessageSerializer serializer_;
    std::unique_ptr<Pagination> pagination_;
};

} // namespace drf_messages::api
