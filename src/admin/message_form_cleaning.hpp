// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"
#include "pages/page_texts.hpp"
#include "text/datetime.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The fields of Django's forms, as far as the form of a message has them. Errors are in the words
// of Django, in the page's language.

namespace drf_messages::admin {

/// The values of a form by the names of its widgets; of a name that was sent twice, the last.
using FormValues = std::map<std::string, std::string, std::less<>>;

/// Absent where the form has no such field.
std::optional<std::string_view> find_value(const FormValues& values, std::string_view name);
/// Empty where the form has no such field.
std::string_view value_of(const FormValues& values, std::string_view name);

/// Whether a checkbox is checked. Django: forms/widgets.py, CheckboxInput.value_from_datadict.
bool is_checked(const FormValues& values, std::string_view name);

using FieldErrors = std::vector<std::string>;

/// What is said of a choice that names what is not there.
inline constexpr std::string_view unavailable_choice =
    "Select a valid choice. That choice is not one of the available choices.";

/// What a field makes of what was posted; the value is of no meaning beside errors.
template<class Value>
struct Cleaned {
    Value value{};
    FieldErrors errors{};
};

/// The text without white space around it. Empty text is valid.
/// - max_length: in characters.
/// - Django: forms/fields.py, CharField.
Cleaned<std::string>
clean_text(std::string_view posted, std::size_t max_length, const pages::PageTexts& texts);

/// A number that must be there; what does not fit into 64 bits is the nearest that does.
/// - Django: forms/fields.py, IntegerField.
Cleaned<std::int64_t>
clean_whole_number(std::optional<std::string_view> posted, const pages::PageTexts& texts);

/// A day and a time of day; absent where both are empty.
/// - days: the forms of a day in the request's language.
/// - Django: forms/fields.py, SplitDateTimeField.
Cleaned<std::optional<text::TimeZone::LocalTime>> clean_day_and_time(
    std::string_view day,
    std::string_view time,
    const locale::DayForms& days,
    const pages::PageTexts& texts
);

} // namespace drf_messages::admin
