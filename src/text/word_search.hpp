// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::text {

/// Whether an ASCII letter is another one in capitals. SQLite's LIKE takes both for the same.
enum class Letters { as_they_are, in_either_case };

/// Words that are looked for together: one pass over a text finds all of them, in a time that grows
/// with the text and not with their number or length.
/// - Aho and Corasick, Efficient string matching, 1975.
class WordSearch {
public:
    /// - words: an empty one is in every text.
    WordSearch(std::vector<std::string> words, Letters letters);

    /// Whether each word occurs in the text.
    bool are_all_in(std::string_view text);

    /// Those of the words that are in no other one, byte for byte, each once, the longest first: a
    /// text that has them has all. In a time that grows with the length of all words together.
    static std::vector<std::string> outermost(std::vector<std::string> words);

private:
    WordSearch() = default;

    /// What a beginning of words, up to here, leads to. The root is the empty one.
    struct Node {
        std::uint32_t first_child = 0; ///< of those that stand behind each other
        std::uint32_t children = 0;
        std::uint32_t shorter = 0;   ///< the longest of its endings that is a beginning too
        std::uint32_t next_word = 0; ///< the longest word among its endings but itself; 0: none
        std::uint32_t seen_in = 0;   ///< the last text in which it occurred, if it is a word
        bool is_word = false;
    };

    char alike(char letter) const;
    std::uint32_t child(std::uint32_t node, char letter) const;
    std::uint32_t step(std::uint32_t node, char letter) const;
    void add(const std::vector<std::string>& sorted);
    void add_children(std::uint32_t node, const std::vector<std::string>& sorted);
    void add_child(std::uint32_t parent, char letter, bool is_word);

    struct Range {
        std::size_t begin;
        std::size_t end;
        std::size_t length; ///< of what the words in it have in common
    };

    Letters compared_ = Letters::as_they_are;
    std::vector<Node> nodes_;
    std::string letters_;       ///< the last one of each node
    std::vector<Range> ranges_; ///< of each node, while they are made
    std::array<std::uint32_t, 256> root_children_{};
    std::size_t word_count_ = 0;
    std::uint32_t text_number_ = 0;
};

} // namespace drf_messages::text
