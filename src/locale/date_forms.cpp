// SPDX-License-Identifier: MIT
#include "locale/date_forms.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <stdexcept>

namespace drf_messages::locale {
namespace {

using Formats = std::vector<std::string>;

/// A date, and behind it a time with seconds, with fractions of one, and without.
Formats with_times(std::initializer_list<std::string_view> dates) {
    Formats formats;
    for (const std::string_view date : dates) {
        for (const std::string_view time : {" %H:%M:%S", " %H:%M:%S.%f", " %H:%M"}) {
            formats.push_back(std::string(date) + std::string(time));
        }
    }
    return formats;
}

InputFormats american(const model::Differences& differences) {
    InputFormats formats = input_formats_of(Settings());
    if (!differences.has(model::Difference::english_dates_with_months)) {
        formats.date = {"%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"};
    }
    return formats;
}

InputFormats british(const model::Differences&) {
    return {with_times({"%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"}), {"%d/%m/%Y", "%d/%m/%y"}};
}

InputFormats irish(const model::Differences& differences) {
    if (!differences.has(model::Difference::english_of_ireland)) {
        return american(differences);
    }
    InputFormats formats = british(differences);
    formats.date.insert(formats.date.end(), {"%d %b %Y", "%d %b, %Y", "%d %B %Y", "%d %B, %Y"});
    return formats;
}

InputFormats canadian(const model::Differences& differences) {
    if (!differences.has(model::Difference::english_of_canada)) {
        return american(differences);
    }
    return {
        {"%Y-%m-%d %H:%M:%S",
         "%y-%m-%d %H:%M:%S",
         "%Y-%m-%d %H:%M:%S.%f",
         "%y-%m-%d %H:%M:%S.%f",
         "%Y-%m-%d %H:%M",
         "%y-%m-%d %H:%M"},
        {"%Y-%m-%d", "%y-%m-%d"}};
}

InputFormats german(const model::Differences&) {
    return {with_times({"%d.%m.%Y"}), {"%d.%m.%Y", "%d.%m.%y"}};
}

struct BuiltIn {
    std::string_view code;
    InputFormats (*formats)(const model::Differences&);
};

// The parts of a language before the language.
constexpr std::array built_in{
    BuiltIn{"en-au", british},
    BuiltIn{"en-ca", canadian},
    BuiltIn{"en-gb", british},
    BuiltIn{"en-ie", irish},
    BuiltIn{"en", american},
    BuiltIn{"de", german},
};

void append_missing(Formats& to, const Formats& from) {
    for (const std::string& format : from) {
        if (std::find(to.begin(), to.end(), format) == to.end()) {
            to.push_back(format);
        }
    }
}

void append(DateForms& forms, const Formats& formats) {
    for (const std::string& format : formats) {
        auto parsed = text::StrptimeFormat::parse(format);
        if (!parsed) {
            throw std::invalid_argument(format);
        }
        forms.push_back(std::move(*parsed));
    }
}

} // namespace

InputFormats input_formats_of(const Settings& settings) {
    InputFormats formats{
        with_times({"%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"}),
        {"%Y-%m-%d",
         "%m/%d/%Y",
         "%m/%d/%y",
         "%b %d %Y",
         "%b %d, %Y",
         "%d %b %Y",
         "%d %b, %Y",
         "%B %d %Y",
         "%B %d, %Y",
         "%d %B %Y",
         "%d %B, %Y"}};
    if (settings.datetime_input_formats) {
        formats.datetime = *settings.datetime_input_formats;
    }
    if (settings.date_input_formats) {
        formats.date = *settings.date_input_formats;
    }
    return formats;
}

std::optional<InputFormats>
built_in_formats(std::string_view code, const model::Differences& differences) {
    const std::string_view language = code.substr(0, code.find('-'));
    const auto found = std::find_if(built_in.begin(), built_in.end(), [&](const BuiltIn& one) {
        return one.code == code || one.code == language;
    });
    return found == built_in.end() ? std::nullopt : std::optional(found->formats(differences));
}

InputFormats iso_formats() {
    return with_iso({});
}

InputFormats with_iso(InputFormats formats) {
    Formats iso = with_times({"%Y-%m-%d"});
    iso.emplace_back("%Y-%m-%d");
    append_missing(formats.datetime, iso);
    append_missing(formats.date, {"%Y-%m-%d"});
    return formats;
}

DateForms date_forms(const InputFormats& formats) {
    DateForms forms;
    append(forms, formats.datetime);
    append(forms, formats.date);
    return forms;
}

DayForms day_forms(const InputFormats& formats) {
    DayForms forms;
    forms.shown = formats.date.empty() ? "%Y-%m-%d" : formats.date.front();
    append(forms.read, formats.date);
    return forms;
}

} // namespace drf_messages::locale
