// SPDX-License-Identifier: MIT
#include "schema/narrow_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace drf_messages::schema {
namespace {

/// Of the columns of one table whose charset does not have all of Unicode: what ALTER TABLE …
/// MODIFY has to say again. MariaDB keeps a default as SQL, MySQL as its value.
constexpr sql::Statement select_narrow_columns = {
    "select narrow columns",
    "SELECT c.column_name, c.character_set_name, c.column_type, c.is_nullable,"
    " CASE WHEN c.column_default IS NULL OR VERSION() LIKE '%MariaDB%' THEN c.column_default"
    " WHEN c.extra LIKE '%DEFAULT_GENERATED%' THEN CONCAT('(', c.column_default, ')')"
    " ELSE QUOTE(c.column_default) END,"
    " QUOTE(c.column_comment),"
    " SUBSTRING(c.collation_name, CHAR_LENGTH(c.character_set_name) + 2),"
    " EXISTS (SELECT 1 FROM information_schema.collations o WHERE o.collation_name IN ("
    "CONCAT('utf8mb4', SUBSTRING(c.collation_name, CHAR_LENGTH(c.character_set_name) + 1)),"
    " CONCAT('uca1400', SUBSTRING_INDEX(c.collation_name, '_uca1400', -1)))),"
    " EXISTS (SELECT 1 FROM information_schema.key_column_usage k"
    " WHERE k.referenced_table_name IS NOT NULL"
    " AND ((k.table_schema = c.table_schema AND k.table_name = c.table_name"
    " AND k.column_name = c.column_name)"
    " OR (k.referenced_table_schema = c.table_schema AND k.referenced_table_name = c.table_name"
    " AND k.referenced_column_name = c.column_name)))"
    " FROM information_schema.columns c WHERE c.table_schema = DATABASE() AND c.table_name = ?"
    " AND c.character_set_name NOT IN ('utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030')"
    " ORDER BY c.ordinal_position"};
namespace column {
enum : int { name, charset, type, nullable, default_value, comment, family, has_family, in_key };
} // namespace column

std::string quoted(std::string_view name) {
    std::string result = "`";
    for (const char c : name) {
        result.append(c == '`' ? 2 : 1, c);
    }
    return result += '`';
}

/// "swedish_ci" of latin1 is there for utf8mb4 too; "general_cs" is not, and only "bin" tells the
/// same letters apart.
std::string collation_of(std::string_view family, bool has_family) {
    if (has_family) {
        return fmt::format("utf8mb4_{}", family);
    }
    return family.ends_with("_cs") ? "utf8mb4_bin" : "utf8mb4_general_ci";
}

std::string modification(const sql::Row& row) {
    std::string text = fmt::format(
        "MODIFY {} {} CHARACTER SET utf8mb4 COLLATE {} {}",
        quoted(row.text(column::name)),
        row.text(column::type),
        collation_of(row.text(column::family), row.boolean(column::has_family)),
        row.text(column::nullable) == "NO" ? "NOT NULL" : "NULL"
    );
    if (!row.is_null(column::default_value)) {
        text += fmt::format(" DEFAULT {}", row.text(column::default_value));
    }
    if (const auto comment = row.text(column::comment); comment != "''") {
        text += fmt::format(" COMMENT {}", comment);
    }
    return text;
}

} // namespace

std::vector<NarrowColumns>
narrow_columns(sql::Connection& connection, std::span<const WordColumns> wanted) {
    std::vector<NarrowColumns> all;
    if (connection.dialect() != sql::Dialect::mariadb) {
        return all;
    }
    for (const WordColumns& words : wanted) {
        NarrowColumns found;
        std::vector<std::string> modifications;
        bool in_key = false;
        const std::array<sql::Value, 1> parameters = {words.table};
        connection.query(select_narrow_columns, parameters, [&](const sql::Row& row) {
            const std::string_view name = row.text(column::name);
            if (std::find(words.columns.begin(), words.columns.end(), name) ==
                words.columns.end()) {
                return;
            }
            if (found.columns.empty()) {
                found.charset = row.text(column::charset);
            }
            found.columns.emplace_back(name);
            modifications.push_back(modification(row));
            in_key = in_key || row.boolean(column::in_key);
        });
        if (found.columns.empty()) {
            continue;
        }
        found.table = words.table;
        if (!in_key) {
            found.mend = fmt::format(
                "ALTER TABLE {} {}", quoted(words.table), fmt::join(modifications, ", ")
            );
        }
        all.push_back(std::move(found));
    }
    return all;
}

} // namespace drf_messages::schema
