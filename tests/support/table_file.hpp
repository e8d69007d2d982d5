// SPDX-License-Identifier: MIT
#pragma once

#include "support/repository.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::test {

using TableRow = std::vector<std::string>;

/// The fields of a line, between tabs; \t, \n, \r, \0 and \\ in them stand for one character.
inline TableRow fields_of(std::string_view line) {
    TableRow fields(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\t') {
            fields.emplace_back();
        } else if (line[i] != '\\') {
            fields.back() += line[i];
        } else {
            constexpr std::string_view letters = "tnr0";
            constexpr std::string_view characters("\t\n\r\0", letters.size());
            const std::size_t at = letters.find(line[++i]);
            fields.back() += at == std::string_view::npos ? line[i] : characters[at];
        }
    }
    return fields;
}

/// The lines of tests/compat/NAME.
inline std::vector<TableRow> rows_of(std::string_view name) {
    std::ifstream file(repository_path("tests/compat/" + std::string(name)));
    std::vector<TableRow> rows;
    for (std::string line; std::getline(file, line);) {
        rows.push_back(fields_of(line));
    }
    return rows;
}

} // namespace drf_messages::test
