// SPDX-License-Identifier: MIT
#pragma once

#include "api/tables/fields.hpp"
#include "text/json.hpp"

#include <string_view>

namespace drf_messages::api {

/// What OPTIONS says about a field.
/// - language: of the labels, as in_language() takes it.
/// - REST framework 3.14: metadata.py, SimpleMetadata.get_field_info.
void write_field_info(text::JsonWriter& json, const FieldSpec& field, std::string_view language);

} // namespace drf_messages::api
