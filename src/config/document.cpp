// SPDX-License-Identifier: MIT
#include "config/document.hpp"

#include "config/dotted_keys.hpp"
#include "config/masks.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

namespace drf_messages::config {
namespace {

std::string position(const std::string& file, const toml::source_region& region) {
    return region.begin ? fmt::format("{}:{}", file, region.begin.line) : file;
}

Node convert(const toml::node& node, const std::string& file, bool lines);

Node::Table convert_table(const toml::table& table, const std::string& file, bool lines) {
    struct Placed {
        toml::source_position at;
        Member member;
    };
    std::vector<Placed> placed;
    for (const auto& [key, value] : table) {
        placed.push_back(
            {key.source().begin,
             {std::string(key.str()),
              lines ? position(file, key.source()) : file,
              convert(value, file, lines)}}
        );
    }
    // toml++ sorts keys by name; MESSAGE_TAGS and [CLASSES] are ordered as they are written.
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return a.at < b.at;
    });
    Node::Table result;
    for (auto& one : placed) {
        result.push_back(std::move(one.member));
    }
    return result;
}

Node convert(const toml::node& node, const std::string& file, bool lines) {
    Node result;
    result.where = lines ? position(file, node.source()) : file;
    if (const auto* boolean = node.as_boolean()) {
        result.value = boolean->get();
    } else if (const auto* integer = node.as_integer()) {
        result.value = integer->get();
    } else if (const auto* number = node.as_floating_point()) {
        result.value = number->get();
    } else if (const auto* text = node.as_string()) {
        result.value = text->get();
    } else if (const auto* array = node.as_array()) {
        Node::Array items;
        for (const auto& item : *array) {
            items.push_back(convert(item, file, lines));
        }
        result.value = std::move(items);
    } else if (const auto* table = node.as_table()) {
        result.value = convert_table(*table, file, lines);
    }
    return result;
}

// What the parser says of a number that it cannot hold names the number, which can be a secret
// without its quotes.
std::string without_numbers(std::string_view description) {
    for (const std::string_view why :
         {"is not representable in 64 bits", "could not be interpreted as a value"}) {
        if (description.ends_with(why)) {
            return fmt::format("a number {}", why);
        }
    }
    return std::string(description);
}

// A basic string of TOML.
std::string basic_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        switch (c) {
        case '"':
            result += "\\\"";
            break;
        case '\\':
            result += "\\\\";
            break;
        case '\n':
            result += "\\n";
            break;
        case '\r':
            result += "\\r";
            break;
        case '\t':
            result += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                result += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
            } else {
                result += c;
            }
        }
    }
    return result + '"';
}

std::string number_text(double number) {
    if (std::isnan(number)) {
        return "nan";
    }
    if (std::isinf(number)) {
        return number > 0 ? "inf" : "-inf";
    }
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".en") == std::string::npos) {
        text += ".0";
    }
    return text;
}

} // namespace

Member* find_member(Node::Table& table, std::string_view key) {
    const auto at = std::find_if(table.begin(), table.end(), [&](const Member& member) {
        return member.key == key;
    });
    return at == table.end() ? nullptr : &*at;
}

const Member* find_member(const Node::Table& table, std::string_view key) {
    return find_member(const_cast<Node::Table&>(table), key);
}

Node::Table
parse_document(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
    if (const auto line = line_of_too_deep_key(text)) {
        problems.push_back(
            {fmt::format("{}:{}", file, *line),
             fmt::format("a key of more than {} parts", most_key_parts)}
        );
        return {};
    }
    try {
        return convert_table(toml::parse(text, file), file, true);
    } catch (const toml::parse_error& error) {
        const auto& at = error.source().begin;
        problems.push_back(
            {fmt::format("{}:{}:{}", file, at.line, at.column),
             fmt::format("no valid TOML: {}", without_numbers(error.description()))}
        );
        return {};
    }
}

Node parse_environment_value(std::string_view text, const std::string& variable) {
    Node node{std::string(text), variable, std::string(text)};
    // A line break would let a value go on as further keys.
    if (text.find_first_of("\r\n") == std::string_view::npos && !line_of_too_deep_key(text)) {
        try {
            const auto table = toml::parse("value = " + std::string(text));
            if (const auto* value = table.get("value"); value != nullptr && table.size() == 1) {
                node = convert(*value, variable, false);
                node.raw = std::string(text);
                if (const auto* string = std::get_if<std::string>(&node.value)) {
                    node.raw = *string;
                }
            }
        } catch (const toml::parse_error&) {
            return node;
        }
    }
    return node;
}

std::string to_toml_key(std::string_view key) {
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return text::is_alphanumeric(c) || c == '_' || c == '-';
    });
    return bare ? std::string(key) : basic_string(key);
}

std::string to_toml(const Node& node) {
    struct Writer {
        std::string operator()(std::monostate) const { return "\"\""; }
        std::string operator()(bool value) const { return value ? "true" : "false"; }
        std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
        std::string operator()(double value) const { return number_text(value); }
        std::string operator()(const std::string& value) const { return basic_string(value); }
        std::string operator()(const Node::Array& value) const {
            std::string text = "[";
            for (const Node& item : value) {
                text += (text.size() > 1 ? ", " : "") + to_toml(item);
            }
            return text + "]";
        }
        std::string operator()(const Node::Table& value) const {
            std::string text = "{";
            for (const Member& member : value) {
                text += (text.size() > 1 ? ", " : " ") + to_toml_key(member.key) + " = " +
                        to_toml(member.node);
            }
            return text + (value.empty() ? "}" : " }");
        }
    };
    return std::visit(Writer{}, node.value);
}

std::string found(const Node& node, bool secret) {
    static constexpr std::size_t longest_shown = 60;
    static constexpr const char* kinds[] = {
        "a date or time",
        "the boolean",
        "the integer",
        "the number",
        "the text",
        "a list",
        "a table"};
    std::string text = kinds[node.value.index()];
    if (secret || node.value.index() == 0 || node.value.index() > 4) {
        if (secret && text.starts_with("the ")) {
            text = (text == "the integer" ? "an" : "a") + text.substr(3);
        }
        return text;
    }
    Node masked = node;
    mask_secrets(masked, false);
    std::string shown = to_toml(masked);
    if (shown.size() > longest_shown) {
        std::size_t end = longest_shown;
        while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) {
            --end;
        }
        shown = shown.substr(0, end) + "…";
    }
    return text + ' ' + shown;
}

} // namespace drf_messages::config
