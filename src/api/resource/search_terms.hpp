// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// What a search looks for: its words, which commas or white space part.
/// - REST framework 3.14: filters.py, SearchFilter.get_search_terms.
std::vector<std::string> search_words(std::string_view text);

/// The same, where words in quotes belong together: `"disk full" now` is two terms. A quote that
/// nothing closes is a character like others, and so is one inside of a word with its phrase.
/// - REST framework 3.15: filters.py, search_smart_split. Django: utils/text.py, smart_split and
///   unescape_string_literal.
std::vector<std::string> search_phrases(std::string_view text);

} // namespace drf_messages::api
