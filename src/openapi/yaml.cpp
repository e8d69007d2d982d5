// SPDX-License-Identifier: MIT
#include "openapi/yaml.hpp"

#include "text/ascii.hpp"
#include "text/json.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace drf_messages::openapi {
namespace {

using rest::Value;

/// Begins like a name or a path and holds nothing that YAML reads in a way of its own.
bool is_plain(std::string_view text) {
    constexpr std::array<std::string_view, 9> words = {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    if (text.empty() ||
        !(text::is_alphanumeric(text.front()) || text.front() == '/' || text.front() == '$') ||
        (text.front() >= '0' && text.front() <= '9')) {
        return false;
    }
    const auto is_safe = [](char c) {
        return text::is_alphanumeric(c) ||
               std::string_view("_-./{}$").find(c) != std::string_view::npos;
    };
    return std::all_of(text.begin(), text.end(), is_safe) &&
           std::find(words.begin(), words.end(), text::lowered(text)) == words.end();
}

/// Whether YAML wants an escape that JSON does not: DEL, the C1 controls, the byte order mark, and
/// what is no character.
bool needs_escape(char32_t c) {
    return (c >= 0x7f && c <= 0x9f) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

void append_text(std::string& out, std::string_view text) {
    if (is_plain(text)) {
        out += text;
        return;
    }
    // JSON's text is YAML's double-quoted one. What follows a backslash is ASCII, so that each of
    // these characters stands for itself.
    std::string json;
    text::append_json_string(json, text, false);
    for (const char32_t c : text::code_points(json)) {
        if (needs_escape(c)) {
            out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
        } else {
            text::append_utf8(out, c);
        }
    }
}

std::string indented(std::size_t depth) {
    return std::string(depth, ' ');
}

/// The lines of a list or an object that is not empty, the first one without its indentation.
void append_block(std::string& out, const Value& value, std::size_t depth);

void append_value(std::string& out, const Value& value, std::size_t depth) {
    if (const auto* text = value.get_if<std::string>()) {
        append_text(out, *text);
    } else if (const auto* number = value.get_if<std::int64_t>()) {
        out += fmt::format("{}", *number);
    } else if (const auto* flag = value.get_if<bool>()) {
        out += *flag ? "true" : "false";
    } else if (const auto* list = value.get_if<Value::Array>()) {
        list->empty() ? void(out += "[]") : append_block(out, value, depth);
    } else if (const auto* object = value.get_if<Value::Object>()) {
        object->empty() ? void(out += "{}") : append_block(out, value, depth);
    } else {
        out += "null";
    }
}

bool is_block(const Value& value) {
    const auto* list = value.get_if<Value::Array>();
    const auto* object = value.get_if<Value::Object>();
    return (list != nullptr && !list->empty()) || (object != nullptr && !object->empty());
}

void append_block(std::string& out, const Value& value, std::size_t depth) {
    constexpr std::size_t step = 2;
    std::string_view before;
    const std::string next_line = "\n" + indented(depth);
    if (const auto* list = value.get_if<Value::Array>()) {
        for (const auto& item : *list) {
            out.append(before).append("- ");
            append_value(out, item, depth + step);
            before = next_line;
        }
        return;
    }
    for (const auto& [name, member] : *value.get_if<Value::Object>()) {
        out.append(before);
        append_text(out, name);
        out += is_block(member) ? ":\n" + indented(depth + step) : ": ";
        append_value(out, member, depth + step);
        before = next_line;
    }
}

} // namespace

std::string to_yaml(const rest::Value& value) {
    std::string out;
    append_value(out, value, 0);
    out += '\n';
    return out;
}

} // namespace drf_messages::openapi
