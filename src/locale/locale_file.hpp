// SPDX-License-Identifier: MIT
#pragma once

#include "locale/date_forms.hpp"
#include "locale/language.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::locale {

/// A language of a locale file.
struct LocaleEntry {
    std::shared_ptr<const Texts> texts = std::make_shared<const Texts>();
    /// What the settings say instead is absent.
    std::optional<std::vector<std::string>> datetime_input_formats{};
    std::optional<std::vector<std::string>> date_input_formats{};
};

/// What the file of LOCALE_FILE holds: languages by their code, in lower case.
using LocaleFile = std::map<std::string, LocaleEntry, std::less<>>;

/// A file for a hundred languages is a tenth of that.
inline constexpr std::size_t longest_locale_file_bytes = 4 * 1024 * 1024;

/// Reads a locale file, which contrib/django/print_settings.py makes:
///
///     {"languages": {"fr": {
///         "texts": {"Not found.": "Non trouvé.", "Method \"{}\" not allowed.":
///             ["Méthode «\u00a0", 0, "\u00a0» non autorisée."]},
///         "datetime_input_formats": ["%d/%m/%Y %H:%M"], "date_input_formats": ["%d/%m/%Y"]}}}
///
/// A text is in words, or a list of words and the numbers of the arguments that stand between them.
/// One that is missing is said in English. Throws std::invalid_argument, with the place in the
/// file, for anything else.
LocaleFile parse_locale_file(std::string_view json);

} // namespace drf_messages::locale
