// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drf_messages::sql::mariadb {

/// Which characters LIKE takes for the same: of each class one stands for all.
class AlikeCharacters {
public:
    /// What stands for a character of which nothing is known.
    static constexpr char32_t unknown = 0xFFFFFFFF;

    AlikeCharacters() { pages_.emplace_back().fill(unknown); }

    /// - character: at most U+10FFFF.
    char32_t operator[](char32_t character) const {
        return pages_[page_of_[character / page_size]][character % page_size];
    }
    std::size_t size() const noexcept { return size_; }

    /// - key: those of a class have the same one.
    void add(char32_t character, std::string key);

private:
    static constexpr std::size_t page_size = 256;

    std::array<std::uint16_t, 0x110000 / page_size> page_of_{}; ///< 0: one without known ones
    std::vector<std::array<char32_t, page_size>> pages_;
    std::unordered_map<std::string, char32_t> first_; ///< of each class, by its key
    std::size_t size_ = 0;
};

/// Repeats what LIKE does in a column, which is the business of its collation: most compare a text
/// character by character. The server is asked for the collation each time, and about a character
/// the first time; for all connections of a factory. Thread safe.
class LikeFolding {
public:
    /// Connection::fold_as_like().
    /// - connection: asks; outside of any query of its own.
    bool fold(
        Connection& connection,
        std::string_view table,
        std::string_view column,
        std::vector<std::string>& texts
    );

private:
    std::shared_ptr<const AlikeCharacters> known_in(std::string_view collation);
    void keep(std::string_view collation, std::shared_ptr<const AlikeCharacters> alike);

    std::mutex mutex_;
    std::string collation_; ///< the last one, which is that of all messages
    std::shared_ptr<const AlikeCharacters> alike_ = std::make_shared<AlikeCharacters>();
};

} // namespace drf_messages::sql::mariadb
