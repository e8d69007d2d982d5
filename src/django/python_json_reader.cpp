// SPDX-License-Identifier: MIT
#include "django/python_json.hpp"
#include "django/python_value.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>

namespace drf_messages::django {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<boost::json::value> document() {
        boost::json::value value;
        skip_space();
        if (!read_value(value, 0)) {
            return std::nullopt;
        }
        skip_space();
        if (!rest_.empty()) {
            return std::nullopt;
        }
        return value;
    }

private:
    void skip_space() {
        const auto end = rest_.find_first_not_of(" \t\n\r");
        rest_.remove_prefix(std::min(end, rest_.size()));
    }

    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    bool skip(std::string_view word) {
        if (!rest_.starts_with(word)) {
            return false;
        }
        rest_.remove_prefix(word.size());
        return true;
    }

    bool read_value(boost::json::value& value, int depth) {
        if (rest_.empty() || depth > deepest_nesting) {
            return false;
        }
        switch (rest_.front()) {
        case '{':
            return read_object(value.emplace_object(), depth);
        case '[':
            return read_array(value.emplace_array(), depth);
        case '"': {
            std::string text;
            if (!read_string(text)) {
                return false;
            }
            value = text;
            return true;
        }
        case 'n':
            value = nullptr;
            return skip("null");
        case 't':
            value = true;
            return skip("true");
        case 'f':
            value = false;
            return skip("false");
        case 'N':
            value = std::numeric_limits<double>::quiet_NaN();
            return skip("NaN");
        case 'I':
            value = std::numeric_limits<double>::infinity();
            return skip("Infinity");
        default:
            break;
        }
        if (skip("-Infinity")) {
            value = -std::numeric_limits<double>::infinity();
            return true;
        }
        return read_number(value);
    }

    bool read_object(boost::json::object& object, int depth) {
        skip('{');
        skip_space();
        if (skip('}')) {
            return true;
        }
        for (;;) {
            std::string key;
            if (!read_string(key)) {
                return false;
            }
            skip_space();
            if (!skip(':')) {
                return false;
            }
            skip_space();
            boost::json::value item;
            if (!read_value(item, depth + 1)) {
                return false;
            }
            object.insert_or_assign(key, std::move(item));
            skip_space();
            if (skip('}')) {
                return true;
            }
            if (!skip(',')) {
                return false;
            }
            skip_space();
        }
    }

    bool read_array(boost::json::array& array, int depth) {
        skip('[');
        skip_space();
        if (skip(']')) {
            return true;
        }
        for (;;) {
            boost::json::value item;
            if (!read_value(item, depth + 1)) {
                return false;
            }
            array.push_back(std::move(item));
            skip_space();
            if (skip(']')) {
                return true;
            }
            if (!skip(',')) {
                return false;
            }
            skip_space();
        }
    }

    bool read_string(std::string& out) {
        if (!skip('"')) {
            return false;
        }
        for (;;) {
            std::size_t plain = 0;
            while (plain < rest_.size() && rest_[plain] != '"' && rest_[plain] != '\\' &&
                   static_cast<unsigned char>(rest_[plain]) >= 0x20) {
                ++plain;
            }
            out += rest_.substr(0, plain);
            rest_.remove_prefix(plain);
            if (skip('"')) {
                return true;
            }
            if (!skip('\\') || !read_escape(out)) {
                return false;
            }
        }
    }

    bool read_escape(std::string& out) {
        if (rest_.empty()) {
            return false;
        }
        const char letter = rest_.front();
        rest_.remove_prefix(1);
        switch (letter) {
        case '"':
        case '\\':
        case '/':
            out += letter;
            return true;
        case 'b':
            out += '\b';
            return true;
        case 'f':
            out += '\f';
            return true;
        case 'n':
            out += '\n';
            return true;
        case 'r':
            out += '\r';
            return true;
        case 't':
            out += '\t';
            return true;
        case 'u':
            break;
        default:
            return false;
        }
        const auto unit = hex_unit(rest_);
        if (!unit) {
            return false;
        }
        rest_.remove_prefix(4);
        if (*unit >= 0xD800 && *unit <= 0xDBFF && rest_.starts_with("\\u")) {
            const auto low = hex_unit(rest_.substr(2));
            if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
                rest_.remove_prefix(6);
                text::append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
                return true;
            }
        }
        append_python_utf8(out, *unit);
        return true;
    }

    static std::optional<unsigned> hex_unit(std::string_view text) {
        unsigned unit = 0;
        const auto digits = text.substr(0, 4);
        const auto end = digits.data() + digits.size();
        if (digits.size() < 4 || std::from_chars(digits.data(), end, unit, 16).ptr != end) {
            return std::nullopt;
        }
        return unit;
    }

    std::size_t digits_from(std::size_t position) const {
        std::size_t count = 0;
        while (position + count < rest_.size() && text::is_digit(rest_[position + count])) {
            ++count;
        }
        return count;
    }

    bool read_number(boost::json::value& value) {
        std::size_t size = rest_.front() == '-' ? 1 : 0;
        std::size_t digits = digits_from(size);
        if (digits == 0) {
            return false;
        }
        // What follows a leading zero is not part of the number.
        if (rest_[size] == '0') {
            digits = 1;
        }
        size += digits;

        const std::size_t integer_size = size;
        if (size < rest_.size() && rest_[size] == '.') {
            const std::size_t fraction = digits_from(size + 1);
            if (fraction > 0) {
                size += 1 + fraction;
            }
        }
        if (size < rest_.size() && (rest_[size] == 'e' || rest_[size] == 'E')) {
            std::size_t exponent = size + 1;
            if (exponent < rest_.size() && (rest_[exponent] == '+' || rest_[exponent] == '-')) {
                ++exponent;
            }
            const std::size_t exponent_digits = digits_from(exponent);
            if (exponent_digits > 0) {
                size = exponent + exponent_digits;
            }
        }

        const std::string_view number = rest_.substr(0, size);
        rest_.remove_prefix(size);
        if (size != integer_size) {
            value = to_double(number);
            return true;
        }
        if (digits > longest_integer_digits) {
            return false;
        }
        set_integer(value, number);
        return true;
    }

    static double to_double(std::string_view number) {
        double out = 0;
        const auto end = number.data() + number.size();
        if (std::from_chars(number.data(), end, out).ec != std::errc::result_out_of_range) {
            return out;
        }
        // Python's float(): infinite when too large, zero when too small. The exponent's sign says
        // which of the two, unless somebody plays with a fraction of hundreds of digits.
        const auto exponent = number.find_first_of("eE");
        const bool small = exponent != std::string_view::npos
                               ? number.substr(exponent + 1).starts_with('-')
                               : number.find_first_of("123456789") > number.find('.');
        const double size = small ? 0.0 : std::numeric_limits<double>::infinity();
        return number.front() == '-' ? -size : size;
    }

    static void set_integer(boost::json::value& value, std::string_view number) {
        const auto end = number.data() + number.size();
        std::int64_t small = 0;
        if (std::from_chars(number.data(), end, small).ec == std::errc()) {
            value = small;
            return;
        }
        std::uint64_t large = 0;
        if (number.front() != '-' && std::from_chars(number.data(), end, large).ec == std::errc()) {
            value = large;
            return;
        }
        value = "\xFF" + std::string(number);
    }

    std::string_view rest_;
};

} // namespace

void append_python_utf8(std::string& out, char32_t code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) {
        out += static_cast<char>(0xE0U | code_point >> 12);
        out += static_cast<char>(0x80U | (code_point >> 6 & 0x3FU));
        out += static_cast<char>(0x80U | (code_point & 0x3FU));
    } else {
        text::append_utf8(out, code_point);
    }
}

std::optional<boost::json::value> parse_python_json(std::string_view utf8) {
    return Reader(utf8).document();
}

} // namespace drf_messages::django
