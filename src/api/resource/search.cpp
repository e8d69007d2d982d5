// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"
#include "api/resource/search_terms.hpp"
#include "api/tables/filters.hpp"
#include "text/word_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::api {

Condition search_condition(
    const http::QueryDict& query, std::string_view parameter, const model::Differences& differences
) {
    std::string text(query.get(parameter).value_or(std::string_view()));
    if (std::erase(text, '\0') > 0 && differences.has(model::Difference::search_null)) {
        throw invalid_value("Null characters are not allowed.");
    }

    // A word twice asks for nothing more.
    std::set<std::string> words;
    std::ranges::move(
        differences.has(model::Difference::search_phrases) ? search_phrases(text)
                                                           : search_words(text),
        std::inserter(words, words.end())
    );
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

QueryParameter search_parameter(
    std::string name, std::string_view description, const model::Differences& differences
) {
    auto schema = rest::Value::object({{"type", "string"}});
    if (differences.has(model::Difference::search_null)) {
        schema["pattern"] = text_without_null;
    }
    return {
        std::move(name),
        fmt::format(
            "{} Every word must occur in the text of the message; at most {} words.",
            description,
            most_values
        ),
        std::move(schema)};
}

} // namespace drf_messages::api
