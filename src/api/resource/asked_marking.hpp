// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/errors.hpp"
#include "api/tables/fields.hpp"
#include "api/wire/parsers.hpp"
#include "messages/marking.hpp"
#include "middleware/http_request.hpp"

#include <vector>

namespace drf_messages::api {

/// What the body of a POST to messages/read/ or messages/unread/ asks for: marking_fields.
/// - throws ApiError 400 for one that asks for nothing, or for too much.
messages::Marking asked_marking(
    middleware::HttpRequest& request,
    const std::vector<Parser>& parsers,
    const MessageFormat& format,
    bool read
);

/// 400: nothing knows what was seen up to a state.
ApiError no_feed();

} // namespace drf_messages::api
