// SPDX-License-Identifier: MIT
#include "django/pickle_machine.hpp"
#include "django/pickle_text.hpp"
#include "django/python_value.hpp"
#include "text/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace drf_messages::django {
namespace {

// Binary ones are held to longest_integer_digits too.
constexpr std::size_t longest_integer_bytes = 1'786;

// As str() writes a whole number, and nothing else that int() would take.
bool is_decimal(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    return !digits.empty() && (digits == "0" || digits.front() != '0') &&
           std::all_of(digits.begin(), digits.end(), text::is_digit);
}

} // namespace

std::string_view PickleMachine::keep(std::string_view bytes) {
    if (bytes.empty()) {
        return {};
    }
    auto* const kept = static_cast<char*>(memory_.allocate(bytes.size(), 1));
    std::memcpy(kept, bytes.data(), bytes.size());
    return {kept, bytes.size()};
}

bool PickleMachine::push_number(Kind kind, std::int64_t number) {
    PickleNode node;
    node.kind = kind;
    node.number = number;
    return push_node(node);
}

bool PickleMachine::push_real(double real) {
    PickleNode node;
    node.kind = Kind::real;
    node.real = real;
    return push_node(node);
}

bool PickleMachine::push_text(Kind kind, std::optional<std::string_view> text) {
    if (!text) {
        return false;
    }
    PickleNode node;
    node.kind = kind;
    node.text = *text;
    return push_node(node);
}

bool PickleMachine::push_utf8(std::optional<std::string_view> text) {
    return text && is_python_utf8(*text) && push_text(Kind::text, text);
}

bool PickleMachine::push_ascii(std::optional<std::string_view> text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return text && std::all_of(text->begin(), text->end(), is_ascii) && push_text(Kind::text, text);
}

bool PickleMachine::push_unsigned(std::size_t bytes) {
    const auto number = take_number(bytes);
    return number && push_number(Kind::integer, static_cast<std::int64_t>(*number));
}

bool PickleMachine::push_signed(std::size_t bytes) {
    const auto number = take_number(bytes);
    if (!number) {
        return false;
    }
    const std::uint64_t sign = std::uint64_t{1} << (bytes * 8 - 1);
    return push_number(Kind::integer, static_cast<std::int64_t>((*number ^ sign) - sign));
}

bool PickleMachine::push_decimal(std::string_view digits) {
    std::int64_t number = 0;
    const char* const end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, number).ec == std::errc()) {
        return push_number(Kind::integer, number);
    }
    return push_text(Kind::digits, keep(digits));
}

bool PickleMachine::push_integer_line() {
    const auto line = take_line();
    if (!line) {
        return false;
    }
    if (*line == "00" || *line == "01") {
        return push_number(Kind::boolean, *line == "01" ? 1 : 0);
    }
    return line->size() <= longest_integer_digits && is_decimal(*line) && push_decimal(*line);
}

bool PickleMachine::push_long_line() {
    auto line = take_line();
    if (!line || line->size() > longest_integer_digits) {
        return false;
    }
    if (line->ends_with('L')) {
        line->remove_suffix(1);
    }
    return is_decimal(*line) && push_decimal(*line);
}

bool PickleMachine::push_binary_long(std::optional<std::string_view> bytes) {
    if (!bytes) {
        return false;
    }
    if (bytes->size() <= sizeof(std::int64_t)) {
        const bool negative =
            !bytes->empty() && (static_cast<unsigned char>(bytes->back()) & 0x80U);
        std::uint64_t number = negative ? ~std::uint64_t{0} : 0;
        for (auto byte = bytes->rbegin(); byte != bytes->rend(); ++byte) {
            number = number << 8 | static_cast<unsigned char>(*byte);
        }
        return push_number(Kind::integer, static_cast<std::int64_t>(number));
    }
    long_bytes_ += bytes->size();
    if (bytes->size() > longest_integer_bytes || long_bytes_ > most_integer_bytes) {
        return push_text(Kind::foreign, "builtins\nint"); // which Python reads, at its leisure
    }
    return push_decimal(long_to_decimal(*bytes));
}

bool PickleMachine::push_float_line() {
    const auto line = take_line();
    if (!line || line->empty() || line->find('(') != std::string_view::npos) {
        return false;
    }
    double real = 0;
    const char* const end = line->data() + line->size();
    const auto read = std::from_chars(line->data(), end, real);
    return read.ec == std::errc() && read.ptr == end && push_real(real);
}

bool PickleMachine::push_binary_float() {
    const auto bytes = take(sizeof(double));
    if (!bytes) {
        return false;
    }
    std::uint64_t bits = 0;
    for (const char byte : *bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
    }
    double real = 0;
    std::memcpy(&real, &bits, sizeof real);
    return push_real(real);
}

bool PickleMachine::push_unicode_line() {
    const auto line = take_line();
    if (!line) {
        return false;
    }
    const auto is_plain = [](char c) { return c != '\\' && static_cast<unsigned char>(c) < 0x80; };
    if (std::all_of(line->begin(), line->end(), is_plain)) {
        return push_text(Kind::text, line);
    }
    const auto text = decode_raw_unicode_escape(*line);
    return text && push_text(Kind::text, keep(*text));
}

bool PickleMachine::push_string_line() {
    const auto line = take_line();
    if (!line) {
        return false;
    }
    const auto text = decode_string_literal(*line);
    return text && push_text(Kind::text, keep(*text));
}

} // namespace drf_messages::django
