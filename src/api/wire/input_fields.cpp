// SPDX-License-Identifier: MIT
#include "api/wire/input_fields.hpp"

#include "django/python_value.hpp"
#include "text/python_text.hpp"
#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace drf_messages::api {
namespace {

/// REST framework: fields.py, IntegerField.MAX_STRING_LENGTH.
constexpr std::size_t longest_integer_text = 1000;

std::string_view string_of(const boost::json::value& value) {
    return django::python_text(value.get_string());
}

/// A whole number beyond 64 bits, as read_python_json keeps it.
bool is_large_integer(const boost::json::value& value) {
    return value.is_string() && string_of(value).starts_with(django::python_marker);
}

bool is_text(const boost::json::value& value) {
    return value.is_string() && !is_large_integer(value);
}

std::size_t length(std::string_view text) {
    const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_lead));
}

/// The surrogate that a text begins with: read_python_json keeps it as three bytes.
std::optional<char32_t> surrogate(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.size() < 3 || byte(0) != 0xED || byte(1) < 0xA0) {
        return std::nullopt;
    }
    return 0xD000U | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
}

std::optional<char32_t> first_surrogate(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto found = surrogate(text.substr(at))) {
            return found;
        }
    }
    return std::nullopt;
}

/// Python's repr() of a str.
std::string quoted(std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    while (!text.empty()) {
        auto character = text::first_utf8_character(text);
        const auto lone = surrogate(text);
        if (lone) {
            character.code_point = *lone;
            character.size = 3;
        }
        const auto code = static_cast<unsigned>(character.code_point);
        const bool printable = code == ' ' || (!lone && !text::is_space(character.code_point) &&
                                               !text::is_other_character(character.code_point));
        if (code == '\n') {
            out += "\\n";
        } else if (code == '\r') {
            out += "\\r";
        } else if (code == '\t') {
            out += "\\t";
        } else if (!printable) {
            out += code < 0x100     ? fmt::format("\\x{:02x}", code)
                   : code < 0x10000 ? fmt::format("\\u{:04x}", code)
                                    : fmt::format("\\U{:08x}", code);
        } else {
            if (code == static_cast<unsigned char>(quote) || code == '\\') {
                out += '\\';
            }
            out += text.substr(0, character.size);
        }
        text.remove_prefix(character.size);
    }
    return out += quote;
}

std::string python_repr(const boost::json::value& value);

/// Python's str().
std::string python_str(const boost::json::value& value) {
    return is_text(value) ? std::string(string_of(value)) : python_repr(value);
}

std::string python_repr(const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::null:
        return "None";
    case boost::json::kind::bool_:
        return value.get_bool() ? "True" : "False";
    case boost::json::kind::int64:
        return fmt::format("{}", value.get_int64());
    case boost::json::kind::uint64:
        return fmt::format("{}", value.get_uint64());
    case boost::json::kind::double_: {
        const double number = value.get_double();
        std::string text = fmt::format("{}", number);
        if (std::isfinite(number) && text.find_first_of(".e") == std::string::npos) {
            text += ".0";
        }
        return text;
    }
    case boost::json::kind::string:
        return is_large_integer(value) ? std::string(string_of(value).substr(1))
                                       : quoted(string_of(value));
    case boost::json::kind::array: {
        std::string text = "[";
        for (const auto& item : value.get_array()) {
            text += text.size() == 1 ? "" : ", ";
            text += python_repr(item);
        }
        return text += "]";
    }
    case boost::json::kind::object:
        break;
    }
    std::string text = "{";
    for (const auto& [key, item] : value.get_object()) {
        text += text.size() == 1 ? "" : ", ";
        text += quoted(django::python_text(key)) + ": " + python_repr(item);
    }
    return text += "}";
}

/// The name of a value's type in Python.
std::string_view python_type(const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::array:
        return "list";
    case boost::json::kind::bool_:
        return "bool";
    case boost::json::kind::double_:
        return "float";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
        return "int";
    case boost::json::kind::string:
        return is_text(value) ? "str" : "int";
    case boost::json::kind::null:
        return "NoneType";
    case boost::json::kind::object:
        break;
    }
    return "dict";
}

/// What one field is cleaned into, and what is refused on the way.
class Cleaning {
public:
    explicit Cleaning(const FieldSpec& field) : field_(field) {}

    void run(const boost::json::value* input) {
        if (field_.type == FieldType::string && input != nullptr && is_blank(*input)) {
            cleaned_.value = "";
            if (!field_.allow_blank) {
                refuse("blank", "This field may not be blank.");
            }
        } else if (input == nullptr) {
            cleaned_.skipped = !field_.required;
            if (field_.required) {
                refuse("required", "This field is required.");
            }
        } else if (input->is_null()) {
            if (!field_.allow_null) {
                refuse("null", "This field may not be null.");
            }
        } else {
            convert(*input);
        }
    }

    CleanedField take() { return std::move(cleaned_); }

private:
    void convert(const boost::json::value& input) {
        switch (field_.type) {
        case FieldType::string:
            return string(input);
        case FieldType::integer:
            return integer(input);
        case FieldType::boolean:
            return boolean(input);
        case FieldType::choice:
            return choice(input);
        case FieldType::list:
            return list(input);
        case FieldType::datetime:
            break;
        }
        throw std::logic_error("a date and time is no input");
    }

    bool is_blank(const boost::json::value& input) const {
        return is_text(input) &&
               (field_.trim_whitespace ? text::strip(string_of(input)) : string_of(input)).empty();
    }

    void string(const boost::json::value& input) {
        if (input.is_bool() || input.is_structured()) {
            refuse("invalid", "Not a valid string.");
            return;
        }
        std::string text = python_str(input);
        if (field_.trim_whitespace) {
            text = text::strip(text);
        }
        check_length(length(text), "characters");
        if (text.find('\0') != std::string::npos) {
            refuse("null_characters_not_allowed", "Null characters are not allowed.");
        }
        if (const auto found = first_surrogate(text)) {
            refuse(
                "surrogate_characters_not_allowed",
                "Surrogate characters are not allowed: U+{}.",
                fmt::format("{:X}", static_cast<unsigned>(*found))
            );
        }
        cleaned_.value = text;
    }

    void integer(const boost::json::value& input) {
        if (is_text(input) && length(string_of(input)) > longest_integer_text) {
            refuse("max_string_length", "String value too large.");
            return;
        }
        const auto digits = input.is_structured()
                                ? std::nullopt
                                : text::parse_integer(without_zero_fraction(python_str(input)));
        if (!digits) {
            refuse("invalid", "A valid integer is required.");
            return;
        }
        std::int64_t number = 0;
        const bool fits =
            std::from_chars(digits->data(), digits->data() + digits->size(), number).ec ==
            std::errc();
        const bool below = !fits && digits->starts_with('-');
        if (field_.max_value && (fits ? number > *field_.max_value : !below)) {
            refuse(
                "max_value",
                "Ensure this value is less than or equal to {}.",
                fmt::format("{}", *field_.max_value)
            );
        }
        if (field_.min_value && (fits ? number < *field_.min_value : below)) {
            refuse(
                "min_value",
                "Ensure this value is greater than or equal to {}.",
                fmt::format("{}", *field_.min_value)
            );
        }
        cleaned_.value = fits ? boost::json::value(number)
                              : boost::json::value(std::string(1, django::python_marker) + *digits);
    }

    void boolean(const boost::json::value& input) {
        const auto number = text::parse_integer(python_str(input));
        const auto found = input.is_bool()         ? std::optional(input.get_bool())
                           : input.is_structured() ? std::nullopt
                           : is_text(input)        ? parse_boolean(string_of(input))
                           : number                ? parse_boolean(*number)
                                                   : std::nullopt;
        if (found) {
            cleaned_.value = *found;
        } else {
            refuse("invalid", "Must be a valid boolean.");
        }
    }

    /// "1.0" -> "1". REST framework: IntegerField.re_decimal.
    static std::string without_zero_fraction(std::string text) {
        auto number = text::strip(text);
        number = number.substr(0, number.find_last_not_of('0') + 1);
        return number.ends_with('.') ? std::string(number.substr(0, number.size() - 1)) : text;
    }

    void choice(const boost::json::value& input) {
        const auto text = python_str(input);
        if (text.empty() && field_.allow_blank) {
            cleaned_.value = "";
            return;
        }
        // Of two with one text the last counts, as in a dictionary.
        const auto found =
            std::find_if(field_.choices.rbegin(), field_.choices.rend(), [&](const Choice& choice) {
                return choice.text == text;
            });
        if (found == field_.choices.rend()) {
            refuse("invalid_choice", "\"{}\" is not a valid choice.", text);
        } else if (found->number) {
            cleaned_.value = *found->number;
        } else {
            cleaned_.value = text;
        }
    }

    void list(const boost::json::value& input) {
        const auto* items = input.if_array();
        if (items == nullptr) {
            refuse(
                "not_a_list",
                "Expected a list of items but got type \"{}\".",
                std::string(python_type(input))
            );
            return;
        }
        if (items->empty() && !field_.allow_empty) {
            refuse("empty", "This list may not be empty.");
            return;
        }
        boost::json::array values;
        FieldError::Items refused;
        std::size_t position = 0;
        for (const auto& item : *items) {
            auto cleaned = clean_field(*field_.child, &item);
            if (!cleaned.is_valid()) {
                cleaned.error.field = fmt::format("{}", position);
                refused.push_back(std::move(cleaned.error));
            }
            values.push_back(std::move(cleaned.value));
            ++position;
        }
        if (refused.empty()) {
            check_length(values.size(), "elements");
        } else {
            cleaned_.error.errors = std::move(refused);
        }
        cleaned_.value = std::move(values);
    }

    void check_length(std::size_t size, std::string_view of) {
        if (field_.max_length && size > *field_.max_length) {
            refuse(
                "max_length",
                fmt::format("Ensure this field has no more than {{}} {}.", of),
                fmt::format("{}", *field_.max_length)
            );
        }
        if (field_.min_length && size < *field_.min_length) {
            refuse(
                "min_length",
                fmt::format("Ensure this field has at least {{}} {}.", of),
                fmt::format("{}", *field_.min_length)
            );
        }
    }

    void refuse(std::string_view code, std::string english) {
        refuse(code, Words{std::move(english), {}});
    }
    void refuse(std::string_view code, std::string english, std::string argument) {
        refuse(code, Words{std::move(english), {std::move(argument)}});
    }
    void refuse(std::string_view code, Words words) {
        std::get<FieldError::Details>(cleaned_.error.errors).push_back({std::move(words), code});
    }

    const FieldSpec& field_;
    CleanedField cleaned_;
};

} // namespace

std::optional<bool> parse_boolean(std::string_view text) {
    constexpr std::string_view yes[] = {
        "t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "1"};
    constexpr std::string_view no[] = {
        "f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "0"};
    const auto is_among = [text](const auto& words) {
        return std::find(std::begin(words), std::end(words), text) != std::end(words);
    };
    return is_among(yes) ? std::optional(true) : is_among(no) ? std::optional(false) : std::nullopt;
}

CleanedField clean_field(const FieldSpec& field, const boost::json::value* input) {
    Cleaning cleaning(field);
    cleaning.run(input);
    return cleaning.take();
}

boost::json::object clean_fields(
    std::span<const FieldSpec> fields,
    const boost::json::value& data,
    std::string_view non_field_errors_key
) {
    const auto refuse = [&](std::string_view code, Words words) {
        return invalid(
            {{std::string(non_field_errors_key), FieldError::Details{{std::move(words), code}}}}
        );
    };
    if (data.is_null()) {
        throw refuse("null", {"No data provided", {}});
    }
    const auto* object = data.if_object();
    if (object == nullptr) {
        throw refuse(
            "invalid",
            {"Invalid data. Expected a dictionary, but got {}.", {std::string(python_type(data))}}
        );
    }
    boost::json::object values;
    FieldErrors errors;
    for (const FieldSpec& field : fields) {
        if (field.read_only) {
            continue;
        }
        auto cleaned = clean_field(field, object->if_contains(field.name));
        if (!cleaned.is_valid()) {
            cleaned.error.field = field.name;
            errors.push_back(std::move(cleaned.error));
        } else if (!cleaned.skipped) {
            values[field.name] = std::move(cleaned.value);
        }
    }
    if (!errors.empty()) {
        throw invalid(std::move(errors));
    }
    return values;
}

} // namespace drf_messages::api
