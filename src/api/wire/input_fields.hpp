// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/errors.hpp"
#include "api/tables/fields.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace drf_messages::api {

/// What REST framework makes of the input for one field.
struct CleanedField {
    /// A string, a whole number as django::read_python_json keeps it, a list of them, or null; of
    /// no meaning where there is an error.
    boost::json::value value{};
    FieldError error{};   ///< without a name
    bool skipped = false; ///< not sent, and not required

    bool is_valid() const {
        return std::visit([](const auto& errors) { return errors.empty(); }, error.errors);
    }
};

/// Whether a text, as a form or a query has it, is true or false; absent: neither.
/// - REST framework: fields.py, BooleanField.
std::optional<bool> parse_boolean(std::string_view text);

/// CharField, IntegerField, BooleanField, ChoiceField and ListField, with REST framework's texts
/// and codes.
/// - input: as request_data() gives it; null: not sent.
/// - throws std::logic_error for a type of field that has no input here.
/// - REST framework 3.14: fields.py, Field.run_validation.
CleanedField clean_field(const FieldSpec& field, const boost::json::value* input);

/// The valid values of the fields that are not read-only, by name. Throws ApiError 400 with what is
/// wrong with any of them, or with `data` itself when it is no object.
/// - REST framework 3.14: serializers.py, Serializer.to_internal_value.
boost::json::object clean_fields(
    std::span<const FieldSpec> fields,
    const boost::json::value& data,
    std::string_view non_field_errors_key
);

} // namespace drf_messages::api
