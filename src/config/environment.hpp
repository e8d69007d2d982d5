// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/load.hpp"
#include "config/reader.hpp"

#include <string>
#include <string_view>

namespace drf_messages::config {

/// Puts every DRF_MESSAGES_<NAME> into the document: "__" leads into a table, letters may be of
/// either case below the first name. A list of names may be words with commas between them. Of a
/// secret, <NAME>_FILE names a file that holds it. What Kubernetes and Docker put there of their
/// own is passed over. Unknown names become problems when they are read, like any others.
void overlay_environment(Node::Table& document, const Environment& environment, Reader& reader);

/// Whether a Member's place is a variable, not a line of a file.
bool is_variable(std::string_view where);

/// "; did you mean DRF_MESSAGES_SERVER__BIND?", or nothing.
/// - setting: what is known to be meant, "REST_FRAMEWORK.PAGE_SIZE"; empty: the nearest variable.
std::string variable_suggestion(std::string_view variable, std::string_view setting);

} // namespace drf_messages::config
