// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/view.hpp"
#include "openapi/components.hpp"

#include <string>

namespace drf_messages::openapi {

/// Whether somebody without a name may get in.
bool lets_anonymous(const api::View& view, const std::string& method);

/// The Security Requirement Objects of an operation: a way to say who asks for each authenticator,
/// and none at all where somebody without a name may get in.
Value security_of(Components& components, const api::View& view, const std::string& method);

} // namespace drf_messages::openapi
