// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string_view>

namespace drf_messages::embed {

/// Whether a class of REST framework, or a subclass of it, authenticates for any view.
bool authenticates_by(const Settings& settings, std::string_view authentication);
/// Whether a view that names no authentication of its own takes tokens.
bool takes_tokens_by_default(const Settings& settings);
/// Whether a route gives tokens in exchange for passwords.
bool gives_tokens(const Settings& settings);
/// Whether the table of tokens is asked at all: by every view, by a viewset of `[CLASSES]`, or by
/// what gives them.
bool uses_tokens(const Settings& settings);

} // namespace drf_messages::embed
