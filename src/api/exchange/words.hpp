// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// A text for the client in English, which may be said in the request's language. Each "{}" stands
/// for the next argument.
struct Words {
    std::string english;
    std::vector<std::string> arguments;

    bool empty() const noexcept { return english.empty(); }
    bool operator==(const Words&) const = default;
};

/// The text in a language, as Django, REST framework and django-filter word it there; in English
/// where we have no other.
/// - language: "de", "de-at", "en-us".
std::string in_language(const Words& words, std::string_view language);

} // namespace drf_messages::api
