// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/load.hpp"

namespace drf_messages::config {

/// Puts every DRF_MESSAGES_<NAME> into the document: "__" leads into a table, letters may be of
/// either case below the first name. What Kubernetes and Docker put there of their own is passed
/// over. Unknown names become problems when they are read, like any others.
void overlay_environment(Node::Table& document, const Environment& environment);

} // namespace drf_messages::config
