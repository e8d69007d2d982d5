// SPDX-License-Identifier: MIT
#pragma once

#include "text/json.hpp"

#include <functional>
#include <string>

namespace drf_messages::api {

/// What a view answers before it is rendered: writes itself as JSON. Empty: no content (204).
using Data = std::function<void(text::JsonWriter&)>;

/// `{"detail": text}`.
Data detail(std::string text);

} // namespace drf_messages::api
