// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"
#include "text/python_text.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace drf_messages::api {

Condition search_condition(const http::QueryDict& query, std::string_view parameter) {
    std::string text(query.get(parameter).value_or(std::string_view()));
    std::erase(text, '\0');
    std::replace(text.begin(), text.end(), ',', ' ');

    // A word twice asks for nothing more, and a thousand words would cost a statement of that size.
    std::set<std::string_view> seen;
    std::vector<Condition> words;
    for (const auto word : text::split_words(text)) {
        if (seen.insert(word).second) {
            words.push_back(Condition::compare(Field::message, Lookup::icontains, std::string(word))
            );
        }
    }
    return Condition::all_of(std::move(words));
}

} // namespace drf_messages::api
