// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"
#include "api/tables/filters.hpp"
#include "text/python_text.hpp"
#include "text/word_search.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::api {

Condition search_condition(const http::QueryDict& query, std::string_view parameter) {
    std::string text(query.get(parameter).value_or(std::string_view()));
    std::erase(text, '\0');
    std::replace(text.begin(), text.end(), ',', ' ');

    // A word twice asks for nothing more.
    std::set<std::string_view> words;
    for (const auto word : text::split_words(text)) {
        words.insert(word);
    }
    if (words.size() > most_values) {
        throw invalid(
            {{std::string(parameter),
              FieldError::Details{
                  {{"Search for no more than {} words.", {std::to_string(most_values)}}}}}}
        );
    }
    if (words.empty()) {
        return Condition::all_of({});
    }
    Condition contains;
    contains.kind = Condition::Kind::comparison;
    contains.field = Field::message;
    contains.lookup = Lookup::icontains;
    // Nor does a word that is in another one.
    for (auto& word : text::WordSearch::outermost({words.begin(), words.end()})) {
        contains.values.emplace_back(std::move(word));
    }
    return contains;
}

} // namespace drf_messages::api
