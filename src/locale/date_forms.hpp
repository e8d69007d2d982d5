// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"
#include "model/releases.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::locale {

/// What Django calls DATETIME_INPUT_FORMATS and DATE_INPUT_FORMATS.
struct InputFormats {
    std::vector<std::string> datetime;
    std::vector<std::string> date;
};

/// Those of the settings, or Django's own.
/// - Django: conf/global_settings.py.
InputFormats input_formats_of(const Settings& settings);

/// Those that Django has for a form of English or German; absent for any other language.
/// - code: in lower case.
/// - Django: conf/locale/*/formats.py.
std::optional<InputFormats>
built_in_formats(std::string_view code, const model::Differences& differences);

/// What no language changes: ISO 8601.
InputFormats iso_formats();

/// With those of ISO 8601 at the end, where they are missing.
/// - Django: utils/formats.py, get_format.
InputFormats with_iso(InputFormats formats);

/// In the order in which a form for date-times tries them. Throws std::invalid_argument, with the
/// format in question, for one that is not read here.
/// - Django: forms/fields.py, DateTimeFormatsIterator.
DateForms date_forms(const InputFormats& formats);

/// The same for a day alone. The first format is the one that a field shows.
/// - Django: forms/widgets.py, DateTimeBaseInput.format_value.
DayForms day_forms(const InputFormats& formats);

} // namespace drf_messages::locale
