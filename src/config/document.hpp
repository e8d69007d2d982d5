// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::config {

struct Member;

/// A value of a TOML document that knows its place there.
struct Node {
    using Array = std::vector<Node>;
    using Table = std::vector<Member>; ///< in the order of the document: MESSAGE_TAGS needs it
    /// monostate stands for what no setting takes: a date or a time.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> value;
    std::string where;              ///< file:line, or the environment variable
    std::optional<std::string> raw; ///< an environment variable's text, for settings that are text
};

struct Member {
    std::string key;
    std::string where;
    Node node;
};

Member* find_member(Node::Table& table, std::string_view key);
const Member* find_member(const Node::Table& table, std::string_view key);

/// Parses a document; a syntax error becomes a problem and makes the table empty.
Node::Table
parse_document(std::string_view text, const std::string& file, std::vector<Problem>& problems);

/// An environment variable's value: TOML if it can be parsed as TOML, otherwise plain text.
Node parse_environment_value(std::string_view text, const std::string& variable);

/// The value as TOML, on one line.
std::string to_toml(const Node& node);
/// A key, quoted if TOML requires it.
std::string to_toml_key(std::string_view key);

/// "the integer 5", "a list", "text": describes the value in messages. Of secrets it shows only the
/// type.
std::string found(const Node& node, bool secret = false);

} // namespace drf_messages::config
