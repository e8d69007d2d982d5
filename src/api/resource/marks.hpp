// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"

namespace drf_messages::api {

/// Whether what a GET shows is marked as read: not by HEAD, which shows the user nothing
/// (docs/differences.md, 7), and by the list as MESSAGES_MARK_ON_LIST says. With read_state
/// `?mark=` says it, and a prefetch marks nothing.
/// - throws ApiError 400 for a `mark` that is neither true nor false.
bool marks(ApiRequest& request);

} // namespace drf_messages::api
