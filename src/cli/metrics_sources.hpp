// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/exposition.hpp"
#include "middleware/site_resources.hpp"

#include <string>

namespace drf_messages::cli {

/// What metrics ask of a site, which must live longer.
metrics::Sources metrics_sources(middleware::SiteResources& site);

/// The same for people, in a line: "20 streams, feed 12 ms".
std::string status_line(middleware::SiteResources& site);

} // namespace drf_messages::cli
