// SPDX-License-Identifier: MIT
#include "django/python_json.hpp"
#include "text/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace drf_messages::django {
namespace {

std::string_view view(const boost::json::string& text) {
    return {text.data(), text.size()};
}

// Where a lone surrogate begins, as parse_python_json keeps them.
std::size_t find_surrogate(std::string_view text) {
    for (std::size_t i = text.find('\xED'); i != std::string_view::npos;
         i = text.find('\xED', i + 1))
        if (i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0)
            return i;
    return std::string_view::npos;
}

void write_string(std::string& out, std::string_view text) {
    auto surrogate = find_surrogate(text);
    if (surrogate == std::string_view::npos) {
        text::append_json_string(out, text, true);
        return;
    }
    constexpr char digits[] = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        std::string part;
        text::append_json_string(part, text.substr(0, surrogate), true);
        out.append(part, 1, part.size() - 2);
        if (surrogate == std::string_view::npos)
            break;
        const auto middle = static_cast<unsigned char>(text[surrogate + 1]);
        const auto last = static_cast<unsigned char>(text[surrogate + 2]);
        const unsigned low_bits = (middle & 0x3FU) << 6 | (last & 0x3FU);
        out += "\\ud";
        out += digits[low_bits >> 8 & 0x0F];
        out += digits[low_bits >> 4 & 0x0F];
        out += digits[low_bits & 0x0F];
        text.remove_prefix(surrogate + 3);
        surrogate = find_surrogate(text);
    }
    out += '"';
}

// Python's repr() of a float: the shortest digits that read back, plain between 1e-4 and 1e16.
void write_double(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "NaN";
        return;
    }
    if (std::isinf(number)) {
        out += number < 0 ? "-Infinity" : "Infinity";
        return;
    }
    std::array<char, 40> buffer;
    const auto end = std::to_chars(
                         buffer.data(),
                         buffer.data() + buffer.size(),
                         std::fabs(number),
                         std::chars_format::scientific
    )
                         .ptr;
    const std::string_view scientific(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const auto e = scientific.find('e');
    std::string digits(scientific.substr(0, 1));
    if (e > 2)
        digits += scientific.substr(2, e - 2);
    int exponent = 0;
    const bool small = scientific[e + 1] == '-';
    std::from_chars(scientific.data() + e + 2, end, exponent);
    if (small)
        exponent = -exponent;

    if (std::signbit(number))
        out += '-';
    const auto count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (count > 1)
            out.append(".").append(digits, 1);
        out += scientific.substr(e);
    } else if (exponent < 0) {
        out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
    } else if (count <= exponent + 1) {
        out.append(digits).append(static_cast<std::size_t>(exponent + 1 - count), '0').append(".0");
    } else {
        const auto whole = static_cast<std::size_t>(exponent + 1);
        out.append(digits, 0, whole).append(".").append(digits, whole);
    }
}

void write_value(std::string& out, const boost::json::value& value);

void write_object(std::string& out, const boost::json::object& object) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : object) {
        if (!first)
            out += ',';
        first = false;
        write_string(out, {key.data(), key.size()});
        out += ':';
        write_value(out, item);
    }
    out += '}';
}

void write_value(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::null:
        out += "null";
        break;
    case boost::json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        break;
    case boost::json::kind::int64:
        out += std::to_string(value.get_int64());
        break;
    case boost::json::kind::uint64:
        out += std::to_string(value.get_uint64());
        break;
    case boost::json::kind::double_:
        write_double(out, value.get_double());
        break;
    case boost::json::kind::string: {
        const auto text = view(value.get_string());
        if (text.starts_with('\xFF'))
            out += text.substr(1);
        else
            write_string(out, text);
        break;
    }
    case boost::json::kind::array: {
        out += '[';
        bool first = true;
        for (const auto& item : value.get_array()) {
            if (!first)
                out += ',';
            first = false;
            write_value(out, item);
        }
        out += ']';
        break;
    }
    case boost::json::kind::object:
        write_object(out, value.get_object());
        break;
    }
}

} // namespace
} // namespace drf_messages::django

std::string drf_messages::django::write_python_json(const boost::json::object& object) {
    std::string out;
    write_object(out, object);
    return out;
}
