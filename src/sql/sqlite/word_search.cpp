// SPDX-License-Identifier: MIT
#include "sql/sqlite/word_search.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace drf_messages::sql::sqlite {

namespace {

constexpr std::uint32_t root = 0;

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::vector<std::string> sorted_words(std::string_view words) {
    std::vector<std::string> sorted;
    for (;;) {
        const auto end = words.find('\0');
        std::string& word = sorted.emplace_back(words.substr(0, end));
        std::transform(word.begin(), word.end(), word.begin(), lowered);
        if (end == std::string_view::npos) {
            break;
        }
        words.remove_prefix(end + 1);
    }
    std::sort(sorted.begin(), sorted.end());
    return sorted;
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
        auto* search = static_cast<WordSearch*>(sqlite3_get_auxdata(context, 1));
        std::unique_ptr<WordSearch> owned;
        if (search == nullptr) {
            owned = std::make_unique<WordSearch>(text_of(words));
            search = owned.get();
        }
        const std::string_view whole = text_of(text);
        // LIKE ends at a NUL.
        sqlite3_result_int(context, search->are_all_in(whole.substr(0, whole.find('\0'))) ? 1 : 0);
        if (owned) {
            // For the rows behind; SQLite may also throw it away at once.
            sqlite3_set_auxdata(context, 1, owned.release(), [](void* kept) {
                delete static_cast<WordSearch*>(kept);
            });
        }
    } catch (...) {
        // There is no other reason, and none may pass through SQLite.
        sqlite3_result_error_nomem(context);
    }
}

} // namespace

WordSearch::WordSearch(std::string_view words) {
    const std::vector<std::string> sorted = sorted_words(words);
    nodes_.emplace_back();
    letters_ += '\0';
    ranges_.push_back({0, sorted.size(), 0});
    // By length: what is shorter than a node has its children already.
    for (std::uint32_t node = root; node < nodes_.size(); ++node) {
        add_children(node, sorted);
    }
    ranges_ = {};
}

/// A child for each letter by which words of its range go on.
void WordSearch::add_children(std::uint32_t node, const std::vector<std::string>& sorted) {
    auto [begin, end, length] = ranges_[node];
    while (begin < end && sorted[begin].size() == length) {
        ++begin;
    }
    nodes_[node].first_child = static_cast<std::uint32_t>(nodes_.size());
    while (begin < end) {
        const char letter = sorted[begin][length];
        const std::size_t first = begin;
        while (begin < end && sorted[begin][length] == letter) {
            ++begin;
        }
        ranges_.push_back({first, begin, length + 1});
        ++nodes_[node].children;
        add_child(node, letter, sorted[first].size() == length + 1);
    }
}

void WordSearch::add_child(std::uint32_t parent, char letter, bool is_word) {
    Node added;
    added.is_word = is_word;
    if (parent == root) {
        root_children_[static_cast<unsigned char>(letter)] =
            static_cast<std::uint32_t>(nodes_.size());
    } else {
        added.shorter = step(nodes_[parent].shorter, letter);
        const Node& shorter = nodes_[added.shorter];
        added.next_word = shorter.is_word ? added.shorter : shorter.next_word;
    }
    word_count_ += is_word ? 1 : 0;
    nodes_.push_back(added);
    letters_ += letter;
}

std::uint32_t WordSearch::child(std::uint32_t node, char letter) const {
    if (node == root) {
        return root_children_[static_cast<unsigned char>(letter)];
    }
    const Node& parent = nodes_[node];
    const char* const first = letters_.data() + parent.first_child;
    const void* const found = std::memchr(first, letter, parent.children);
    return found == nullptr
               ? root
               : parent.first_child +
                     static_cast<std::uint32_t>(static_cast<const char*>(found) - first);
}

/// The longest ending of what the node is, with the letter behind it, that words begin with.
std::uint32_t WordSearch::step(std::uint32_t node, char letter) const {
    for (;;) {
        const std::uint32_t next = child(node, letter);
        if (next != root || node == root) {
            return next;
        }
        node = nodes_[node].shorter;
    }
}

bool WordSearch::are_all_in(std::string_view text) {
    std::size_t left = word_count_;
    if (left == 0) {
        return true;
    }
    ++text_number_;
    std::uint32_t node = root;
    for (const char c : text) {
        node = step(node, lowered(c));
        // Where a word was seen before, so were its endings.
        for (std::uint32_t word = nodes_[node].is_word ? node : nodes_[node].next_word;
             word != root && nodes_[word].seen_in != text_number_;
             word = nodes_[word].next_word) {
            nodes_[word].seen_in = text_number_;
            if (--left == 0) {
                return true;
            }
        }
    }
    return false;
}

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
