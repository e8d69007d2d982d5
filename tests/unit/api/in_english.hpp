// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/words.hpp"
#include "api/wire/datetime_field.hpp"
#include "locale/languages.hpp"

#include <string>

namespace drf_messages::api {

inline const locale::Language& english() {
    static const locale::Languages languages;
    return languages.of_site();
}

inline std::string in_english(const Words& words) {
    return in_language(words, english());
}

/// As Django 3.2 reads date-times without USE_L10N.
inline MomentReading english_moments(const text::TimeZone& zone, bool use_tz = true) {
    return {zone, use_tz, text::IsoForms::django_3_2, *english().date_forms};
}

} // namespace drf_messages::api
