// SPDX-License-Identifier: MIT
#include "text/word_search.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace drf_messages::text {
namespace {

constexpr std::uint32_t root = 0;

} // namespace

WordSearch::WordSearch(std::vector<std::string> words, Letters letters) : compared_(letters) {
    for (std::string& word : words) {
        for (char& letter : word) {
            letter = alike(letter);
        }
    }
    std::sort(words.begin(), words.end());
    add(words);
    ranges_ = {};
}

std::vector<std::string> WordSearch::outermost(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    WordSearch search;
    search.add(words);
    // A word that is in another one begins it, or ends a beginning of it.
    std::vector<bool> is_inner(search.nodes_.size());
    for (const Node& node : search.nodes_) {
        is_inner[node.next_word] = true;
    }
    std::vector<std::string> outermost;
    for (std::size_t node = search.nodes_.size(); --node > root;) {
        const bool is_end = search.nodes_[node].children == 0;
        if (is_end && !is_inner[node]) {
            outermost.push_back(std::move(words[search.ranges_[node].begin]));
        }
    }
    return outermost;
}

void WordSearch::add(const std::vector<std::string>& sorted) {
    nodes_.emplace_back();
    letters_ += '\0';
    ranges_.push_back({0, sorted.size(), 0});
    // By length: what is shorter than a node has its children already.
    for (std::uint32_t node = root; node < nodes_.size(); ++node) {
        add_children(node, sorted);
    }
}

char WordSearch::alike(char letter) const {
    return compared_ == Letters::in_either_case ? lower(letter) : letter;
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
        node = step(node, alike(c));
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

} // namespace drf_messages::text
