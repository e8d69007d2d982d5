// SPDX-License-Identifier: MIT
#pragma once

#include "api/tables/fields.hpp"
#include "locale/language.hpp"
#include "text/json.hpp"

namespace drf_messages::api {

/// What OPTIONS says about a field.
/// - language: of the labels.
/// - REST framework 3.14: metadata.py, SimpleMetadata.get_field_info.
void write_field_info(
    text::JsonWriter& json, const FieldSpec& field, const locale::Language& language
);

} // namespace drf_messages::api
