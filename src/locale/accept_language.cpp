// SPDX-License-Identifier: MIT
#include "locale/accept_language.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace drf_messages::locale {
namespace {

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

std::vector<std::string> accepted_languages(std::string_view header) {
    if (header.size() > longest_language_code) {
        const std::size_t comma = header.substr(0, longest_language_code).rfind(',');
        if (comma == std::string_view::npos || comma == 0) {
            return {};
        }
        header = header.substr(0, comma);
    }
    const std::string lower = text::lowered(header);
    auto ranges = RangeParser(lower).parse();
    if (!ranges) {
        return {};
    }
    std::stable_sort(
        ranges->begin(),
        ranges->end(),
        [](const LanguageRange& a, const LanguageRange& b) { return a.thousandths > b.thousandths; }
    );
    std::vector<std::string> codes;
    for (const LanguageRange& range : *ranges) {
        if (range.code == "*") {
            break;
        }
        codes.emplace_back(range.code);
    }
    return codes;
}

} // namespace drf_messages::locale
