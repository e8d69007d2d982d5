// SPDX-License-Identifier: MIT
#include "embed/languages.hpp"

#include "config/small_file.hpp"
#include "locale/german.hpp"
#include "middleware/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::embed {
namespace {

locale::LocaleFile read_locale_file(const Settings& settings) {
    if (!settings.locale_file) {
        return {};
    }
    const std::string& path = *settings.locale_file;
    if (std::error_code ignored; std::filesystem::is_other(path, ignored)) {
        // a pipe would be waited for, and could be read only once
        throw std::invalid_argument(fmt::format("LOCALE_FILE: {} is no regular file", path));
    }
    auto content = config::read_small_file(path, locale::longest_locale_file_bytes);
    if (const auto* unreadable = std::get_if<config::Unreadable>(&content)) {
        throw std::invalid_argument(fmt::format("LOCALE_FILE: {} {}", path, unreadable->why));
    }
    try {
        return locale::parse_locale_file(std::get<std::string>(content));
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("LOCALE_FILE: {}: {}", path, error.what()));
    }
}

} // namespace

std::unique_ptr<const locale::Languages>
make_languages(const Settings& settings, const model::Differences& differences) {
    const locale::LocaleFile file = read_locale_file(settings);
    try {
        return std::make_unique<const locale::Languages>(settings, differences, file);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(
            fmt::format("DATETIME_INPUT_FORMATS: \"{}\" is not read here", error.what())
        );
    }
}

std::optional<std::string> language_warning(const Settings& settings) {
    const auto languages = make_languages(settings, model::differences_of(settings));
    constexpr std::size_t most_named = 5;
    std::vector<std::string> codes =
        languages->unknown(middleware::is_installed(settings, middleware::names::locale));
    if (codes.empty()) {
        return std::nullopt;
    }
    std::string others;
    if (codes.size() > most_named) {
        others = fmt::format(" and {} more", codes.size() - most_named);
        codes.resize(most_named);
    }
    return fmt::format(
        "the site speaks or offers {}{}, which LOCALE_FILE does not have: their texts are those of "
        "another language, their dates in filters those of ISO 8601 alone. print_settings.py "
        "writes "
        "such a file; LANGUAGES says what is offered.",
        fmt::join(codes, ", "),
        others
    );
}

std::optional<std::string> text_warning(const Settings& settings) {
    const auto known = locale::shown_texts();
    std::size_t count = 0;
    std::string example;
    for (const auto& [code, entry] : read_locale_file(settings)) {
        for (const auto& [english, pattern] : *entry.texts) {
            const bool is_shown = std::any_of(
                known.begin(),
                known.end(),
                [&english = english](const locale::ShownText& text) {
                    return text.english == english;
                }
            );
            if (!is_shown && count++ == 0) {
                example = fmt::format("\"{}\" of {}", english, code);
            }
        }
    }
    if (count == 0) {
        return std::nullopt;
    }
    return fmt::format(
        "{} of the texts of LOCALE_FILE {} not shown here, such as {}; each is "
        "named by its words in English, with {{}} for an argument.",
        count,
        count == 1 ? "is" : "are",
        example
    );
}

} // namespace drf_messages::embed
