// SPDX-License-Identifier: MIT
#pragma once

struct sqlite3;

namespace drf_messages::sql::sqlite {

/// Gives a connection the function contains_all(text, words), with a NUL between two of the words:
/// whether each of them is in the text, as `text LIKE '%word%'` for each would say it. NULL for a
/// NULL.
void add_word_search(sqlite3* database);

} // namespace drf_messages::sql::sqlite
