// SPDX-License-Identifier: MIT
#include "api/resource/search_terms.hpp"

#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace drf_messages::api {
namespace {

bool is_quote(char c) {
    return c == '"' || c == '\'';
}

/// Where the phrases of a text end, asked from its beginning to its end.
class Phrases {
public:
    explicit Phrases(std::string_view text) : text_(text) {}

    /// Behind the phrase that begins with the quote at `begin`; absent where nothing closes it. A
    /// backslash takes the character behind it along, unless a line ends there.
    std::optional<std::size_t> end(std::size_t begin) {
        const char quote = text_[begin];
        // A quote that closed nothing was taken along: whoever looks from there sees the same.
        std::size_t& seen = quote == '"' ? without_double_ : without_single_;
        std::size_t at = begin + 1;
        if (at <= seen) {
            return std::nullopt;
        }
        for (; at < text_.size(); ++at) {
            if (text_[at] == quote) {
                return at + 1;
            }
            if (text_[at] == '\\') {
                if (at + 1 == text_.size() || text_[at + 1] == '\n') {
                    break;
                }
                ++at;
            }
        }
        seen = at;
        return std::nullopt;
    }

private:
    std::string_view text_;
    std::size_t without_double_ = 0; ///< no phrase ends before, as far as was looked
    std::size_t without_single_ = 0;
};

/// Where white space begins, or a quote unless these count as characters.
std::size_t end_of_run(std::string_view text, std::size_t at, bool with_quotes) {
    while (at < text.size()) {
        const auto character = text::first_utf8_character(text.substr(at));
        if (text::is_space(character.code_point) || (!with_quotes && is_quote(text[at]))) {
            break;
        }
        at += character.size;
    }
    return at;
}

/// The end of what begins at `begin`: characters and phrases up to white space, or, without a
/// phrase, whatever is no white space.
std::size_t end_of_bit(std::string_view text, std::size_t begin, Phrases& phrases) {
    std::optional<std::size_t> end;
    for (auto at = end_of_run(text, begin, false); at < text.size() && is_quote(text[at]);) {
        const auto closed = phrases.end(at);
        if (!closed) {
            break;
        }
        at = end_of_run(text, *closed, false);
        end = at;
    }
    return end ? *end : end_of_run(text, begin, true);
}

std::vector<std::string_view> smart_split(std::string_view text) {
    std::vector<std::string_view> bits;
    Phrases phrases(text);
    for (std::size_t at = 0; at < text.size();) {
        const auto character = text::first_utf8_character(text.substr(at));
        if (text::is_space(character.code_point)) {
            at += character.size;
            continue;
        }
        const auto end = end_of_bit(text, at, phrases);
        bits.push_back(text.substr(at, end - at));
        at = end;
    }
    return bits;
}

std::string_view without_commas_around(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(','), text.size());
    return text.substr(begin, text.find_last_not_of(',') + 1 - begin);
}

std::string without_backslashes_before(char escaped, std::string_view text) {
    std::string without;
    without.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == escaped) {
            ++at;
        }
        without += text[at];
    }
    return without;
}

/// What a phrase says, without its quotes.
std::string unescaped(std::string_view phrase) {
    const auto text = phrase.size() < 2 ? std::string_view() : phrase.substr(1, phrase.size() - 2);
    return without_backslashes_before('\\', without_backslashes_before(phrase.front(), text));
}

} // namespace

std::vector<std::string> search_words(std::string_view text) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), ',', ' ');
    const auto words = text::split_words(spaced);
    return {words.begin(), words.end()};
}

std::vector<std::string> search_phrases(std::string_view text) {
    std::vector<std::string> terms;
    for (const auto bit : smart_split(text)) {
        auto rest = without_commas_around(bit);
        if (!rest.empty() && is_quote(rest.front()) && rest.front() == rest.back()) {
            terms.push_back(unescaped(rest));
            continue;
        }
        while (!rest.empty()) {
            const auto size = std::min(rest.find(','), rest.size());
            terms.emplace_back(text::strip(rest.substr(0, size)));
            rest.remove_prefix(std::min(size + 1, rest.size()));
        }
    }
    // What every text contains asks for nothing.
    std::erase(terms, std::string());
    return terms;
}

} // namespace drf_messages::api
