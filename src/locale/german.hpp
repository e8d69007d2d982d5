// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"
#include "model/releases.hpp"

#include <span>
#include <string_view>

namespace drf_messages::locale {

/// A text that this server shows in the language of the request.
struct ShownText {
    std::string_view english;          ///< "{}" stands for each argument
    std::string_view german{};         ///< empty: as in English
    std::string_view german_of_3_16{}; ///< where REST framework 3.16 has it otherwise
    /// Whose it is: Django's, REST framework's or django-filter's, whose translations a locale file
    /// has; or this server's, which no locale file has.
    bool ours = false;
};

/// All of them. contrib/django/print_settings.py has the same list.
std::span<const ShownText> shown_texts();

/// The German texts of a site's releases.
Texts german_texts(const model::Differences& differences);

/// Those of them that no locale file has.
Texts german_texts_of_ours();

} // namespace drf_messages::locale
