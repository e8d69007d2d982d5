// SPDX-License-Identifier: MIT
#include "sql/sqlite/word_search.hpp"

#include "text/word_search.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql::sqlite {
namespace {

std::vector<std::string> between_nuls(std::string_view joined) {
    std::vector<std::string> words;
    for (;;) {
        const auto end = joined.find('\0');
        words.emplace_back(joined.substr(0, end));
        if (end == std::string_view::npos) {
            return words;
        }
        joined.remove_prefix(end + 1);
    }
}

std::string_view text_of(sqlite3_value* value) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text == nullptr
               ? std::string_view()
               : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

void contains_all(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
    sqlite3_value* const text = arguments[0];
    sqlite3_value* const words = arguments[1];
    if (sqlite3_value_type(text) == SQLITE_NULL || sqlite3_value_type(words) == SQLITE_NULL) {
        return;
    }
    try {
        auto* search = static_cast<text::WordSearch*>(sqlite3_get_auxdata(context, 1));
        std::unique_ptr<text::WordSearch> owned;
        if (search == nullptr) {
            owned = std::make_unique<text::WordSearch>(
                between_nuls(text_of(words)), text::Letters::in_either_case
            );
            search = owned.get();
        }
        const std::string_view whole = text_of(text);
        // LIKE ends at a NUL.
        sqlite3_result_int(context, search->are_all_in(whole.substr(0, whole.find('\0'))) ? 1 : 0);
        if (owned) {
            // For the rows behind; SQLite may also throw it away at once.
            sqlite3_set_auxdata(context, 1, owned.release(), [](void* kept) {
                delete static_cast<text::WordSearch*>(kept);
            });
        }
    } catch (...) {
        // There is no other reason, and none may pass through SQLite.
        sqlite3_result_error_nomem(context);
    }
}

} // namespace

void add_word_search(sqlite3* database) {
    // Refused only while a statement runs, or without memory; a search then says so.
    sqlite3_create_function_v2(
        database,
        "contains_all",
        2,
        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
        nullptr,
        contains_all,
        nullptr,
        nullptr,
        nullptr
    );
}

} // namespace drf_messages::sql::sqlite
