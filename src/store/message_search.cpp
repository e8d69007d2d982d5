// SPDX-License-Identifier: MIT
#include "store/message_search.hpp"

#include "store/message_columns.hpp"
#include "store/message_sql.hpp"
#include "store/sql_text.hpp"
#include "text/word_search.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

namespace drf_messages::store {
namespace {

/// What is fetched at most: 8 MB, but for letters whose capitals are longer.
constexpr std::int64_t most_messages = 2'000;
constexpr std::string_view most_bytes = "4000"; // of a message

using Texts = std::vector<std::string>;

bool write_capitals(sql::Connection& connection, Texts& texts) {
    const std::vector<sql::Value> values(texts.begin(), texts.end());
    SqlText sql(connection);
    sql << "SELECT UPPER(w) FROM unnest(CAST(";
    sql.bind_owned(joined_values(values, "{}")) << " AS text[])) AS w";
    Texts capitals;
    connection.query(
        sql.statement("capitals_of_words"),
        sql.parameters(),
        [&capitals](const sql::Row& row) { capitals.emplace_back(row.text(0)); }
    );
    texts = std::move(capitals);
    return true;
}

bool leave(sql::Connection&, Texts&) {
    return true;
}

bool fold(sql::Connection& connection, Texts& texts) {
    return connection.fold_as_like(message_table, "message", texts);
}

/// How texts of a database are compared here: written such that what it takes for the same is the
/// same, byte for byte.
struct Comparison {
    sql::Dialect dialect;
    std::size_t few_bytes;    ///< of all words; it looks for fewer itself
    std::string_view message; ///< the text of a message, as it is fetched
    /// Both are false where that cannot be done.
    bool (*write_words)(sql::Connection&, Texts& words);
    bool (*write_all)(sql::Connection&, Texts& words_and_messages);
    /// So many ids are named, some of them again, that few texts of statements exist.
    std::size_t named;
};

constexpr Comparison comparisons[] = {
    {sql::Dialect::postgresql, 16, "UPPER(CAST(m.message AS text))", write_capitals, leave, 1},
    {sql::Dialect::mariadb, 6, "m.message", fold, fold, std::size_t{most_messages}},
};

bool are_short(const Texts& words, std::size_t few_bytes) {
    std::size_t bytes = 0;
    for (const std::string& word : words) {
        bytes += word.size();
    }
    return bytes <= few_bytes;
}

/// Adds the texts of the scope's messages, and returns their ids; absent where it is too much.
std::optional<std::vector<FieldValue>> fetch(
    sql::Connection& connection, const MessageScope& scope, std::string_view message, Texts& texts
) {
    SqlText sql(connection);
    sql << "SELECT m.id, CASE WHEN OCTET_LENGTH(m.message) <= " << most_bytes << " THEN " << message
        << " END FROM drf_messages_message m WHERE ";
    MessageSql(sql, std::nullopt).scope(scope);
    sql << " LIMIT ";
    sql.bind(most_messages + 1);

    std::int64_t fetched = 0;
    bool too_long = false;
    std::vector<FieldValue> ids;
    connection
        .query(sql.statement("texts_of_messages"), sql.parameters(), [&](const sql::Row& row) {
            ++fetched;
            too_long = too_long || row.is_null(1);
            if (!too_long) {
                ids.emplace_back(row.integer(0));
                texts.emplace_back(row.text(1));
            }
        });
    return too_long || fetched > most_messages ? std::nullopt : std::optional(std::move(ids));
}

} // namespace

std::optional<std::vector<FieldValue>> ids_with_all(
    sql::Connection& connection, const MessageScope& scope, std::vector<std::string> words
) {
    const auto* const comparison =
        std::ranges::find(comparisons, connection.dialect(), &Comparison::dialect);
    if (comparison == std::end(comparisons) || are_short(words, comparison->few_bytes) ||
        !comparison->write_words(connection, words)) {
        return std::nullopt;
    }
    const std::size_t word_count = words.size();
    Texts texts = std::move(words);
    auto ids = fetch(connection, scope, comparison->message, texts);
    if (!ids || !comparison->write_all(connection, texts)) {
        return std::nullopt;
    }
    const auto messages = std::next(texts.begin(), static_cast<std::ptrdiff_t>(word_count));
    text::WordSearch search(Texts(texts.begin(), messages), text::Letters::as_they_are);
    std::vector<FieldValue> found;
    for (std::size_t i = 0; i < ids->size(); ++i) {
        if (search.are_all_in(texts[word_count + i])) {
            found.push_back(std::move((*ids)[i]));
        }
    }
    if (!found.empty()) {
        found.resize(std::max(found.size(), comparison->named), found.front());
    }
    return found;
}

} // namespace drf_messages::store
