// SPDX-License-Identifier: MIT
#pragma once

#include "locale/pattern.hpp"
#include "text/strptime.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::locale {

/// Translations by the English text, in which "{}" stands for each argument.
using Texts = std::map<std::string, Pattern, std::less<>>;

/// In which a date-time is looked for, one after the other.
using DateForms = std::vector<text::StrptimeFormat>;

/// How a field of a form shows a day, in a format of strftime, and in which forms it is read.
/// - Django: DATE_INPUT_FORMATS.
struct DayForms {
    std::string shown;
    DateForms read;
};

/// A language as it is spoken here. Safe to share between threads.
struct Language {
    /// Of what it says, as Content-Language names it: "de-at". Where it has no texts of its own,
    /// those of another language stand in, and this is its name.
    std::string code;
    std::shared_ptr<const Texts> texts;
    std::shared_ptr<const DateForms> date_forms;
    std::shared_ptr<const DayForms> day_forms{};

    /// The text in this language, in English where there is no other.
    std::string say(std::string_view english, std::span<const std::string> arguments = {}) const {
        const auto found = texts->find(english);
        return (found != texts->end() ? found->second : Pattern(english)).fill(arguments);
    }
};

} // namespace drf_messages::locale
