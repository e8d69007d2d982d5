// SPDX-License-Identifier: MIT
#pragma once

#include "http/server_interface.hpp"
#include "sql/pool.hpp"

#include <string>

namespace drf_messages::embed {

/// A handler that answers PREFIX/healthz and PREFIX/readyz itself, to GET and HEAD, and leaves
/// every other request to `next`. healthz is 200 while the process answers; readyz is 200 while the
/// database does, else 503. Neither looks at the Host header, so that a probe may come by address.
/// - prefix: empty, or "/..." without a slash at its end.
/// - database: must outlive the handler.
http::Handler with_health(http::Handler next, std::string prefix, sql::Pool& database);

} // namespace drf_messages::embed
