// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <functional>

namespace drf_messages::http {

/// A plain blocking function from request to answer. Called from many threads at once; must not
/// throw.
using Handler = std::function<Response(const Request&)>;

} // namespace drf_messages::http
