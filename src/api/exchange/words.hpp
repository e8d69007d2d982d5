// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"

#include <string>
#include <vector>

namespace drf_messages::api {

/// A text for the client in English, which may be said in the request's language: one of
/// locale/german.cpp. Each "{}" stands for the next argument.
struct Words {
    std::string english;
    std::vector<std::string> arguments;

    bool empty() const noexcept { return english.empty(); }
    bool operator==(const Words&) const = default;
};

/// The text in a language, as Django, REST framework and django-filter word it there; in English
/// where we have no other.
inline std::string in_language(const Words& words, const locale::Language& language) {
    return language.say(words.english, words.arguments);
}

} // namespace drf_messages::api
