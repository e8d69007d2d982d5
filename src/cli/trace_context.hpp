// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::cli {

/// The trace that a request belongs to, as its client says: W3C Trace Context.
struct TraceContext {
    std::string_view trace_id;  ///< 32 hexadecimal digits of the field
    std::string_view parent_id; ///< 16 of them: the span from which the request comes
};

/// Of the field traceparent; absent without one, and where it is invalid or there are several.
std::optional<TraceContext> trace_context(const http::Request& request);

/// 16 hexadecimal digits by chance, not all 0.
std::string new_span_id();

} // namespace drf_messages::cli
