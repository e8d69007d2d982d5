// SPDX-License-Identifier: MIT
#include "locale/locale_file.hpp"

#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace drf_messages::locale {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(std::string_view place, std::string_view expected) {
    throw std::invalid_argument(fmt::format("{}: expected {}", place, expected));
}

std::string text_of(const json::string& text) {
    return {text.data(), text.size()};
}

std::string inside(std::string_view place, std::string_view key) {
    return fmt::format("{}.{}", place, key);
}

void check_encoding(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        refuse("the file", "UTF-8 without the byte order mark with which it begins");
    }
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (!text::is_valid_utf8(text.substr(at, end - at))) {
            refuse(fmt::format("line {}", line), "UTF-8");
        }
        at = end + 1;
    }
}

json::value parse(std::string_view text) {
    json::parser parser;
    json::error_code error;
    const std::size_t read = parser.write_some(text.data(), text.size(), error);
    if (!error && read < text.size() &&
        text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        error = json::error::extra_data;
    }
    if (error) {
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<long>(read), '\n');
        throw std::invalid_argument(fmt::format("line {}: no JSON: {}", line, error.message()));
    }
    return parser.release();
}

const json::object& object_of(const json::value& value, std::string_view place) {
    if (const auto* object = value.if_object()) {
        return *object;
    }
    refuse(place, "an object");
}

Pattern::Piece piece_of(const json::value& value, std::int64_t arguments, std::string_view place) {
    if (const auto* words = value.if_string()) {
        return text_of(*words);
    }
    const auto* argument = value.if_int64();
    if (argument == nullptr || *argument < 0) {
        refuse(place, "words, and numbers of arguments from 0 on");
    }
    if (*argument >= arguments) {
        refuse(
            place,
            fmt::format(
                "the number of an argument, of which there are {}, counted from 0; found {}",
                arguments,
                *argument
            )
        );
    }
    return static_cast<std::size_t>(*argument);
}

/// - arguments: how many the text has.
Pattern pattern_of(const json::value& value, std::int64_t arguments, std::string_view place) {
    std::vector<Pattern::Piece> pieces;
    if (const auto* items = value.if_array()) {
        for (const auto& item : *items) {
            pieces.push_back(piece_of(item, arguments, place));
        }
    } else if (const auto* words = value.if_string()) {
        pieces.emplace_back(text_of(*words));
    } else {
        refuse(place, "a text, or a list of texts and numbers");
    }
    return Pattern(std::move(pieces));
}

std::shared_ptr<const Texts> texts_of(const json::value& value, std::string_view place) {
    Texts texts;
    for (const auto& [key, text] : object_of(value, place)) {
        const std::string english(key.data(), key.size());
        const auto arguments = static_cast<std::int64_t>(Pattern(english).arguments());
        texts.emplace(english, pattern_of(text, arguments, inside(place, '"' + english + '"')));
    }
    return std::make_shared<const Texts>(std::move(texts));
}

bool is_date_format(std::string_view format) {
    const auto parsed = text::StrptimeFormat::parse(format);
    // Django: conf/locale/zh_Hans/formats.py has %n, with which it reads nothing either.
    return parsed && (!parsed->reads_nothing() || format.find("%n") != std::string_view::npos);
}

std::vector<std::string> formats_of(const json::value& value, std::string_view place) {
    const auto* items = value.if_array();
    if (items == nullptr) {
        refuse(place, "a list of texts");
    }
    std::vector<std::string> formats;
    for (const auto& item : *items) {
        const auto* format = item.if_string();
        if (format == nullptr) {
            refuse(place, "a list of texts");
        }
        formats.push_back(text_of(*format));
        if (!is_date_format(formats.back())) {
            refuse(
                place,
                fmt::format(
                    "formats of dates by directives of Python's strptime, each once, without weeks "
                    "and names of zones, at most {} of them and of other characters; found \"{}\"",
                    text::StrptimeFormat::most_items,
                    formats.back()
                )
            );
        }
    }
    return formats;
}

LocaleEntry entry_of(const json::value& value, std::string_view place) {
    LocaleEntry entry;
    for (const auto& [key, member] : object_of(value, place)) {
        const std::string there = inside(place, std::string_view(key.data(), key.size()));
        if (key == "texts") {
            entry.texts = texts_of(member, there);
        } else if (key == "datetime_input_formats") {
            entry.datetime_input_formats = formats_of(member, there);
        } else if (key == "date_input_formats") {
            entry.date_input_formats = formats_of(member, there);
        } else {
            refuse(there, "texts, datetime_input_formats or date_input_formats");
        }
    }
    return entry;
}

} // namespace

LocaleFile parse_locale_file(std::string_view text) {
    check_encoding(text);
    const json::value document = parse(text);
    LocaleFile languages;
    for (const auto& [key, value] : object_of(document, "the file")) {
        const std::string place(key.data(), key.size());
        if (place != "languages") {
            refuse(place, "languages");
        }
        for (const auto& [code, entry] : object_of(value, place)) {
            const std::string_view name(code.data(), code.size());
            languages.emplace(text::lowered(name), entry_of(entry, inside(place, name)));
        }
    }
    return languages;
}

} // namespace drf_messages::locale
