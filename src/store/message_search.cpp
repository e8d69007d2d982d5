// SPDX-License-Identifier: MIT
#include "store/message_search.hpp"

#include "store/message_sql.hpp"
#include "store/sql_text.hpp"
#include "text/word_search.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace drf_messages::store {
namespace {

/// What is fetched at most: 8 MB, but for letters whose capitals are longer.
constexpr std::int64_t most_messages = 2'000;
constexpr std::string_view most_bytes = "4000"; // of a message

text::WordSearch search_for(sql::Connection& connection, std::string words) {
    SqlText sql(connection);
    sql << "SELECT UPPER(w) FROM unnest(CAST(";
    sql.bind_owned(std::move(words)) << " AS text[])) AS w";
    std::vector<std::string> capitals;
    connection.query(
        sql.statement("capitals_of_words"),
        sql.parameters(),
        [&capitals](const sql::Row& row) { capitals.emplace_back(row.text(0)); }
    );
    return text::WordSearch(std::move(capitals));
}

} // namespace

std::optional<std::vector<FieldValue>>
ids_with_all(sql::Connection& connection, const MessageScope& scope, std::string words) {
    text::WordSearch search = search_for(connection, std::move(words));
    SqlText sql(connection);
    sql << "SELECT m.id, CASE WHEN OCTET_LENGTH(m.message) <= " << most_bytes
        << " THEN UPPER(CAST(m.message AS text)) END FROM drf_messages_message m WHERE ";
    MessageSql(sql, std::nullopt).scope(scope);
    sql << " LIMIT ";
    sql.bind(most_messages + 1);

    std::int64_t fetched = 0;
    bool too_long = false;
    std::vector<FieldValue> ids;
    connection.query(sql.statement("capitals"), sql.parameters(), [&](const sql::Row& row) {
        ++fetched;
        too_long = too_long || row.is_null(1);
        if (!too_long && search.are_all_in(row.text(1))) {
            ids.emplace_back(row.integer(0));
        }
    });
    return too_long || fetched > most_messages ? std::nullopt : std::optional(std::move(ids));
}

} // namespace drf_messages::store
