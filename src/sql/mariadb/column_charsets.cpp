// SPDX-License-Identifier: MIT
#include "sql/mariadb/column_charsets.hpp"

#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <set>
#include <utility>

namespace drf_messages::sql::mariadb {
namespace {

/// A column that cannot hold a text is looked at again: an ALTER TABLE may have mended it.
constexpr std::chrono::seconds narrow_for{10};

/// More are forgotten: a client may send any.
constexpr std::size_t most_characters = 16'384;

constexpr Statement select_charsets = {
    "select_column_charsets",
    "SELECT column_name, character_set_name FROM information_schema.columns"
    " WHERE table_schema = DATABASE() AND table_name = ? AND character_set_name IS NOT NULL"};

template<class Visit>
void for_each_character(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const std::string_view character = text.substr(0, text::first_utf8_character(text).size);
        visit(character);
        text.remove_prefix(character.size());
    }
}

bool is_four_bytes_long(char lead) {
    return static_cast<unsigned char>(lead) >= 0xF0;
}

/// The characters that come back from a charset as they went; the server replaces the others.
std::set<std::string>
kept_by(Connection& connection, const std::string& charset, std::string_view text) {
    const std::string sql = "SELECT CONVERT(CONVERT(? USING " + charset + ") USING utf8mb4)";
    const std::array<Value, 1> parameters = {text};
    std::set<std::string> kept;
    connection.query({"convert_to_charset", sql}, parameters, [&kept](const Row& row) {
        for_each_character(row.text(0), [&kept](std::string_view character) {
            kept.emplace(character);
        });
    });
    return kept;
}

} // namespace

bool ColumnCharsets::can_hold(
    Connection& connection, std::string_view table, std::string_view column, std::string_view text
) {
    const auto held_since = [&](SteadyClock::time_point not_before) {
        const std::string charset = charset_of(connection, table, column, not_before);
        if (charset.empty() || charset == "utf8mb4") {
            return true;
        }
        if (charset == "utf8mb3" || charset == "utf8") {
            return std::none_of(text.begin(), text.end(), is_four_bytes_long);
        }
        return has_all(connection, charset, text);
    };
    return held_since(SteadyClock::time_point::min()) ||
           held_since(SteadyClock::now() - narrow_for);
}

void ColumnCharsets::forget() {
    const std::lock_guard lock(mutex_);
    tables_.clear();
}

std::string ColumnCharsets::charset_of(
    Connection& connection,
    std::string_view table,
    std::string_view column,
    SteadyClock::time_point not_before
) {
    const auto in = [column](const Charsets& charsets) {
        const auto found = charsets.find(column);
        return found == charsets.end() ? std::string() : found->second;
    };
    {
        const std::lock_guard lock(mutex_);
        const auto known = tables_.find(table);
        if (known != tables_.end() && known->second.asked >= not_before) {
            return in(known->second.of_column);
        }
    }
    Table asked{SteadyClock::now(), {}};
    const std::array<Value, 1> parameters = {table};
    connection.query(select_charsets, parameters, [&asked](const Row& row) {
        asked.of_column.emplace(row.text(0), row.text(1));
    });
    std::string charset = in(asked.of_column);
    const std::lock_guard lock(mutex_);
    tables_.insert_or_assign(std::string(table), std::move(asked));
    return charset;
}

bool ColumnCharsets::has_all(
    Connection& connection, const std::string& charset, std::string_view text
) {
    std::set<std::string> unknown;
    {
        const std::lock_guard lock(mutex_);
        const auto& known = characters_[charset];
        bool missing = false;
        for_each_character(text, [&](std::string_view character) {
            if (static_cast<unsigned char>(character.front()) < 0x80) {
                return;
            }
            const auto found = known.find(std::string(character));
            if (found == known.end()) {
                unknown.emplace(character);
            } else {
                missing = missing || !found->second;
            }
        });
        if (missing) {
            return false;
        }
    }
    if (unknown.empty()) {
        return true;
    }
    const std::set<std::string> kept = kept_by(
        connection, charset, std::accumulate(unknown.begin(), unknown.end(), std::string())
    );
    bool all = true;
    const std::lock_guard lock(mutex_);
    auto& known = characters_[charset];
    if (known.size() > most_characters) {
        known.clear();
    }
    for (const std::string& character : unknown) {
        const bool is_kept = kept.contains(character);
        known.insert_or_assign(character, is_kept);
        all = all && is_kept;
    }
    return all;
}

} // namespace drf_messages::sql::mariadb
