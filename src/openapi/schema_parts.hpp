// SPDX-License-Identifier: MIT
#pragma once

#include "openapi/components.hpp"

#include <drf_messages/settings.hpp>

#include <string>
#include <string_view>

// What the schemas of bodies are made of.

namespace drf_messages::openapi {

inline constexpr const char* schemas = "schemas"; ///< the section of Components

Value typed(const char* type);
Value list_of(Value items);
Value described(Value schema, std::string_view description);
/// - properties: all of which are always there; no endpoint takes them.
Value answer_schema(Value::Object properties);

/// Any level, of which MESSAGE_TAGS names some.
/// - name: of the component that lists them, "LevelEnum".
Value level_schema(Components& components, const Settings& settings, const std::string& name);
/// A tag of MESSAGE_TAGS, or nothing for a level without one.
Value tag_schema(Components& components, const Settings& settings, const std::string& name);
/// The members of a badge.
Value::Object summary_properties(Components& components, const Settings& settings);

} // namespace drf_messages::openapi
