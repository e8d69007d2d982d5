// SPDX-License-Identifier: MIT
#include "api/exchange/words.hpp"

#include "api/exchange/translations.hpp"
#include "text/ascii.hpp"

#include <algorithm>
#include <span>

namespace drf_messages::api {
namespace {

std::span<const Translation> translations_to(std::string_view language) {
    const auto primary = language.substr(0, language.find('-'));
    return text::lowered(primary) == "de" ? german_translations() : std::span<const Translation>();
}

} // namespace

std::string in_language(const Words& words, std::string_view language) {
    std::string_view pattern = words.english;
    const auto known = translations_to(language);
    const auto found = std::find_if(known.begin(), known.end(), [&](const Translation& one) {
        return one.english == words.english;
    });
    if (found != known.end()) {
        pattern = found->translated;
    }
    // An argument is the client's own text: what looks like a hole in it is none.
    std::string text;
    for (const auto& argument : words.arguments) {
        const auto hole = pattern.find("{}");
        if (hole == std::string_view::npos) {
            break;
        }
        text += pattern.substr(0, hole);
        text += argument;
        pattern.remove_prefix(hole + 2);
    }
    return text += pattern;
}

} // namespace drf_messages::api
