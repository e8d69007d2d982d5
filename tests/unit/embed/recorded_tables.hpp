// SPDX-License-Identifier: MIT
#pragma once

#include "sql/transaction.hpp"
#include "support/database.hpp"
#include "support/repository.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::test {

/// A file of tests/contract.
inline boost::json::object recording(std::string_view name) {
    std::ifstream file(repository_path("tests/contract/" + std::string(name)));
    return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
}

inline const boost::json::value* find(const boost::json::object& object, std::string_view key) {
    return object.if_contains(key);
}

inline std::string string_of(const boost::json::value& value) {
    return std::string(value.as_string());
}

/// "2024-01-01T12:00:00.500000Z" as Django's SQLite column has it.
inline std::string column_time(std::string time) {
    time[time.find('T')] = ' ';
    time.pop_back();
    return time;
}

/// Stores recorded rows, a list for each table, with the ids that they were recorded with.
inline void load_tables(sql::Connection& connection, const boost::json::object& tables) {
    sql::ScopedTransaction transaction(connection);
    for (const auto& [table, rows] : tables) {
        for (const boost::json::value& row : rows.as_array()) {
            std::string names;
            std::string marks;
            std::deque<std::string> texts;
            std::vector<sql::Value> values;
            for (const auto& [column, value] : row.as_object()) {
                names += (names.empty() ? "\"" : ", \"") + std::string(column) + "\"";
                marks += marks.empty() ? "?" : ", ?";
                if (value.is_string()) {
                    const bool time = column == "created" || column == "read_at" ||
                                      column == "date_joined" || column == "expire_date";
                    texts.push_back(time ? column_time(string_of(value)) : string_of(value));
                    values.emplace_back(std::string_view(texts.back()));
                } else if (value.is_bool()) {
                    values.emplace_back(value.as_bool());
                } else if (value.is_null()) {
                    values.emplace_back();
                } else {
                    values.emplace_back(value.as_int64());
                }
            }
            const std::string text =
                "INSERT INTO " + std::string(table) + " (" + names + ") VALUES (" + marks + ")";
            connection.execute({"fixture", text}, values);
        }
    }
    if (connection.dialect() == sql::Dialect::postgresql) {
        // Rows that bring their id do not count there.
        for (const char* table : {"drf_messages_message", "drf_messages_messagetag"}) {
            const std::string text = fmt::format(
                "SELECT setval('{0}_id_seq', (SELECT COALESCE(MAX(id), 0) + 1 FROM {0}), false)",
                table
            );
            connection.query({"fixture", text}, {}, [](const sql::Row&) {});
        }
    }
    transaction.commit();
}

} // namespace drf_messages::test
