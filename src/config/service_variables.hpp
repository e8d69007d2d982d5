// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"

#include <string>

namespace drf_messages::config {

/// Whether a variable is one of those by which Kubernetes tells a pod of each Service, and Docker a
/// container of those that it links. They are named after the service, which may be called
/// "drf-messages" or "drf-messages-postgresql".
/// - Kubernetes: pkg/kubelet/envvars/envvars.go. Docker: daemon/links/links.go.
/// - environment: all variables, since some of Docker's are known only by others beside them.
bool is_service_variable(const std::string& variable, const Environment& environment);

} // namespace drf_messages::config
