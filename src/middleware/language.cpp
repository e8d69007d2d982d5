// SPDX-License-Identifier: MIT
#include "middleware/language.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace drf_messages::middleware {
namespace {

/// Longer headers are cut at a comma. Django: ACCEPT_LANGUAGE_HEADER_MAX_LENGTH.
constexpr std::size_t header_max_length = 500;

/// Django 3.2, django/conf/global_settings.py, LANGUAGES.
constexpr std::string_view languages[] = {
    "af",    "ar",    "ar-dz",   "ast",   "az",    "bg", "be",      "bn",     "br",    "bs", "ca",
    "cs",    "cy",    "da",      "de",    "dsb",   "el", "en",      "en-au",  "en-gb", "eo", "es",
    "es-ar", "es-co", "es-mx",   "es-ni", "es-ve", "et", "eu",      "fa",     "fi",    "fr", "fy",
    "ga",    "gd",    "gl",      "he",    "hi",    "hr", "hsb",     "hu",     "hy",    "ia", "id",
    "ig",    "io",    "is",      "it",    "ja",    "ka", "kab",     "kk",     "km",    "kn", "ko",
    "ky",    "lb",    "lt",      "lv",    "mk",    "ml", "mn",      "mr",     "my",    "nb", "ne",
    "nl",    "nn",    "os",      "pa",    "pl",    "pt", "pt-br",   "ro",     "ru",    "sk", "sl",
    "sq",    "sr",    "sr-latn", "sv",    "sw",    "ta", "te",      "tg",     "th",    "tk", "tr",
    "tt",    "udm",   "uk",      "ur",    "uz",    "vi", "zh-hans", "zh-hant"};

struct Fallback {
    std::string_view code;
    std::string_view language;
};

constexpr std::array fallbacks{
    Fallback{"zh-cn", "zh-hans"},
    Fallback{"zh-hk", "zh-hant"},
    Fallback{"zh-mo", "zh-hant"},
    Fallback{"zh-my", "zh-hans"},
    Fallback{"zh-sg", "zh-hans"},
    Fallback{"zh-tw", "zh-hant"},
};

struct LanguageRange {
    std::string_view code;
    int thousandths = 1000; ///< q
};

/// Reads the ranges of a header in lower case.
class RangeParser {
public:
    explicit RangeParser(std::string_view text) : text_(text) {}

    std::optional<std::vector<LanguageRange>> parse() {
        std::vector<LanguageRange> ranges;
        while (at_ < text_.size()) {
            LanguageRange range;
            if (!code(range) || !quality(range) || !separator()) {
                return std::nullopt;
            }
            ranges.push_back(range);
        }
        return ranges;
    }

private:
    bool code(LanguageRange& range) {
        const std::size_t begin = at_;
        if (at_ < text_.size() && text_[at_] == '*') {
            ++at_;
        } else {
            if (!subtag(text::is_letter)) {
                return false;
            }
            while (at_ < text_.size() && text_[at_] == '-') {
                ++at_;
                if (!subtag(text::is_alphanumeric)) {
                    return false;
                }
            }
        }
        range.code = text_.substr(begin, at_ - begin);
        return true;
    }

    template<class Fits>
    bool subtag(Fits fits) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && fits(text_[at_])) {
            ++at_;
        }
        return at_ > begin && at_ - begin <= 8;
    }

    /// ";q=0.8", which may be absent.
    bool quality(LanguageRange& range) {
        const std::size_t begin = at_;
        spaces();
        if (at_ == text_.size() || text_[at_] != ';') {
            at_ = begin;
            return true;
        }
        ++at_;
        spaces();
        if (text_.substr(at_, 2) != "q=" || at_ + 2 >= text_.size()) {
            return false;
        }
        at_ += 2;
        const char whole = text_[at_++];
        if (whole != '0' && whole != '1') {
            return false;
        }
        range.thousandths = whole == '1' ? 1000 : 0;
        if (at_ < text_.size() && text_[at_] == '.') {
            ++at_;
            for (int weight = 100; weight > 0 && at_ < text_.size() && text::is_digit(text_[at_]);
                 weight /= 10) {
                const int digit = text_[at_++] - '0';
                if (whole == '1' && digit != 0) {
                    return false;
                }
                range.thousandths += digit * weight;
            }
        }
        return true;
    }

    /// A comma, or the end.
    bool separator() {
        if (at_ == text_.size()) {
            return true;
        }
        spaces();
        if (at_ == text_.size() || text_[at_] != ',') {
            return false;
        }
        ++at_;
        spaces();
        return true;
    }

    void spaces() {
        while (at_ < text_.size() && text::is_ascii_space(text_[at_])) {
            ++at_;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

bool is_supported_language(std::string_view code) {
    return std::find(std::begin(languages), std::end(languages), code) != std::end(languages);
}

std::optional<std::string> supported_language_variant(std::string_view code) {
    if (code.empty()) {
        return std::nullopt;
    }
    if (is_supported_language(code)) {
        return std::string(code);
    }
    for (const Fallback& fallback : fallbacks) {
        if (fallback.code == code) {
            return std::string(fallback.language);
        }
    }
    const std::string generic(code.substr(0, code.find('-')));
    if (is_supported_language(generic)) {
        return generic;
    }
    for (const std::string_view language : languages) {
        if (language.starts_with(generic + "-")) {
            return std::string(language);
        }
    }
    return std::nullopt;
}

std::optional<std::string> accepted_language(std::string_view accept_language) {
    if (accept_language.size() > header_max_length) {
        const std::size_t comma = accept_language.substr(0, header_max_length).rfind(',');
        if (comma == std::string_view::npos || comma == 0) {
            return std::nullopt;
        }
        accept_language = accept_language.substr(0, comma);
    }
    const std::string lower = text::lowered(accept_language);
    auto ranges = RangeParser(lower).parse();
    if (!ranges) {
        return std::nullopt;
    }
    std::stable_sort(
        ranges->begin(),
        ranges->end(),
        [](const LanguageRange& a, const LanguageRange& b) { return a.thousandths > b.thousandths; }
    );
    for (const LanguageRange& range : *ranges) {
        if (range.code == "*") {
            break;
        }
        if (auto language = supported_language_variant(range.code)) {
            return language;
        }
    }
    return std::nullopt;
}

} // namespace drf_messages::middleware
