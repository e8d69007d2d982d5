// SPDX-License-Identifier: MIT
#pragma once

#include "html/templates.hpp"

#include <drf_messages/rest/value.hpp>

#include <string>

namespace drf_messages::openapi {

/// The document as an HTML page that reads without a script.
/// - static_url: what stands before "drf_messages/style.css".
std::string reference_page(
    const rest::Value& document, const html::Templates& templates, const std::string& static_url
);

} // namespace drf_messages::openapi
