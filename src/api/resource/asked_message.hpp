// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/exchange/errors.hpp"

#include <drf_messages/ids.hpp>

namespace drf_messages::api {

/// 404: what the route names is an id, but not that of a message that the request may see. No
/// language has other words for it.
/// - Django: shortcuts.py, get_object_or_404, whose words REST framework's exception_handler keeps.
ApiError no_message(const ApiRequest& request);

/// The message that the route names, unless it is not an id, or larger than any: 404.
/// - Django: AutoField.get_prep_value, that is int(), which refuses what is no number.
MessageId message_id(const ApiRequest& request);

} // namespace drf_messages::api
