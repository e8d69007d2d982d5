// SPDX-License-Identifier: MIT
#include "django/python_json.hpp"
#include "django/python_value.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace drf_messages::django {
namespace {

class Reader {
public:
    Reader(std::string_view text, NonFinite non_finite, std::optional<std::size_t> most_keys)
        : text_(text), non_finite_(non_finite), most_keys_(most_keys) {}

    ReadJson document() {
        ReadJson read;
        if (!read_document(read.value)) {
            read.error = std::move(error_);
        }
        return read;
    }

private:
    /// Always false.
    bool refuse(std::string reason, std::optional<std::size_t> position) {
        error_ = {std::move(reason), position};
        return false;
    }

    bool read_document(boost::json::value& value) {
        if (text_.starts_with("\xEF\xBB\xBF")) {
            return refuse("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
        }
        skip_space();
        if (!read_value(value)) {
            return false;
        }
        skip_space();
        return at_ == text_.size() || refuse("Extra data", at_);
    }

    bool at_end() const { return at_ == text_.size(); }

    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }

    bool skip(char c) {
        if (at_end() || text_[at_] != c) {
            return false;
        }
        ++at_;
        return true;
    }

    bool skip(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) {
            return false;
        }
        at_ += word.size();
        return true;
    }

    /// An array or object whose end has not been read.
    struct Open {
        boost::json::value value;
        std::string key{}; ///< of the object's next value

        char end() const { return value.is_object() ? '}' : ']'; }
        void add(boost::json::value&& item) {
            if (auto* const object = value.if_object()) {
                object->insert_or_assign(key, std::move(item));
            } else {
                value.get_array().push_back(std::move(item));
            }
        }
    };

    /// However deep it is nested: on the stack that would take memory which a thread, or a fiber,
    /// never gives back.
    bool read_value(boost::json::value& value) {
        std::vector<Open> open;
        do {
            if (at_end() || open.size() > deepest_nesting) {
                return refuse("Expecting value", at_);
            }
            bool has_value = false;
            if (skip('{')) {
                open.push_back({boost::json::object()});
            } else if (skip('[')) {
                open.push_back({boost::json::array()});
            } else if (has_value = read_plain(value); !has_value) {
                return false;
            }
            if (!read_to_next(open, value, has_value)) {
                return false;
            }
        } while (!open.empty());
        return true;
    }

    /// Up to where the next value begins, or to the end of the outermost one, which is `value`
    /// then.
    /// - value: the last one that was read, unless a container has just begun.
    bool read_to_next(std::vector<Open>& open, boost::json::value& value, bool has_value) {
        while (!open.empty()) {
            Open& last = open.back();
            if (has_value) {
                last.add(std::move(value));
            }
            skip_space();
            if (!skip(last.end())) {
                return (!has_value || read_comma()) &&
                       (last.value.is_array() || read_key(last.key));
            }
            value = std::move(last.value);
            has_value = true;
            open.pop_back();
        }
        return true;
    }

    bool read_comma() {
        if (!skip(',')) {
            return refuse("Expecting ',' delimiter", at_);
        }
        skip_space();
        return true;
    }

    bool read_key(std::string& key) {
        if (at_end() || text_[at_] != '"') {
            return refuse("Expecting property name enclosed in double quotes", at_);
        }
        if (most_keys_ && keys_++ == *most_keys_) {
            return refuse(fmt::format("More than {} keys", *most_keys_), std::nullopt);
        }
        key.clear();
        if (!read_string(key)) {
            return false;
        }
        skip_space();
        if (!skip(':')) {
            return refuse("Expecting ':' delimiter", at_);
        }
        skip_space();
        return true;
    }

    bool read_plain(boost::json::value& value) {
        switch (text_[at_]) {
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
            return read_word("null");
        case 't':
            value = true;
            return read_word("true");
        case 'f':
            value = false;
            return read_word("false");
        case 'N':
            value = std::numeric_limits<double>::quiet_NaN();
            return read_word("NaN") && take_non_finite("NaN");
        case 'I':
            value = std::numeric_limits<double>::infinity();
            return read_word("Infinity") && take_non_finite("Infinity");
        default:
            break;
        }
        if (skip("-Infinity")) {
            value = -std::numeric_limits<double>::infinity();
            return take_non_finite("-Infinity");
        }
        return read_number(value);
    }

    bool read_word(std::string_view word) { return skip(word) || refuse("Expecting value", at_); }

    bool take_non_finite(std::string_view name) {
        if (non_finite_ == NonFinite::taken) {
            return true;
        }
        return refuse(
            fmt::format("Out of range float values are not JSON compliant: '{}'", name),
            std::nullopt
        );
    }

    bool read_string(std::string& out) {
        const auto begin = at_;
        skip('"');
        for (;;) {
            auto end = at_;
            while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
                   static_cast<unsigned char>(text_[end]) >= 0x20) {
                ++end;
            }
            out += text_.substr(at_, end - at_);
            at_ = end;
            if (skip('"')) {
                return true;
            }
            if (at_end() || (text_[at_] == '\\' && at_ + 1 == text_.size())) {
                return refuse("Unterminated string starting at", begin);
            }
            if (!skip('\\')) {
                return refuse("Invalid control character at", at_);
            }
            if (!read_escape(out)) {
                return false;
            }
        }
    }

    /// What follows the backslash, of which there is something.
    bool read_escape(std::string& out) {
        switch (const char letter = text_[at_++]) {
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
            return refuse("Invalid \\escape", at_ - 2);
        }
        const auto unit = hex_unit(at_);
        if (!unit) {
            return refuse("Invalid \\uXXXX escape", at_ - 1);
        }
        at_ += 4;
        if (*unit >= 0xD800 && *unit <= 0xDBFF && text_.substr(at_).starts_with("\\u")) {
            const auto low = hex_unit(at_ + 2);
            if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
                at_ += 6;
                text::append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
                return true;
            }
        }
        append_python_utf8(out, *unit);
        return true;
    }

    /// Four digits; as Python has it, something stands behind them, were it the closing quote.
    std::optional<unsigned> hex_unit(std::size_t at) const {
        if (at + 4 >= text_.size()) {
            return std::nullopt;
        }
        unsigned unit = 0;
        const auto* const end = text_.data() + at + 4;
        if (std::from_chars(text_.data() + at, end, unit, 16).ptr != end) {
            return std::nullopt;
        }
        return unit;
    }

    std::size_t digits_from(std::size_t position) const {
        std::size_t count = 0;
        while (position + count < text_.size() && text::is_digit(text_[position + count])) {
            ++count;
        }
        return count;
    }

    bool read_number(boost::json::value& value) {
        std::size_t end = at_ + (text_[at_] == '-' ? 1 : 0);
        std::size_t digits = digits_from(end);
        if (digits == 0) {
            return refuse("Expecting value", at_);
        }
        // What follows a leading zero is not part of the number.
        if (text_[end] == '0') {
            digits = 1;
        }
        end += digits;

        const std::size_t integer_end = end;
        if (end < text_.size() && text_[end] == '.') {
            const std::size_t fraction = digits_from(end + 1);
            if (fraction > 0) {
                end += 1 + fraction;
            }
        }
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            std::size_t exponent = end + 1;
            if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) {
                ++exponent;
            }
            const std::size_t exponent_digits = digits_from(exponent);
            if (exponent_digits > 0) {
                end = exponent + exponent_digits;
            }
        }

        const std::string_view number = text_.substr(at_, end - at_);
        at_ = end;
        if (end != integer_end) {
            value = to_double(number);
            return true;
        }
        if (digits > longest_integer_digits) {
            return refuse(
                fmt::format(
                    "Exceeds the limit ({} digits) for integer string conversion: value has {} "
                    "digits; use sys.set_int_max_str_digits() to increase the limit",
                    longest_integer_digits,
                    digits
                ),
                std::nullopt
            );
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

    std::string_view text_;
    NonFinite non_finite_;
    std::optional<std::size_t> most_keys_;
    std::size_t keys_ = 0;
    std::size_t at_ = 0;
    JsonError error_;
};

std::ptrdiff_t characters(std::string_view utf8) {
    return std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    });
}

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

std::string JsonError::message(std::string_view text) const {
    if (!position) {
        return reason;
    }
    const auto before = text.substr(0, *position);
    const auto line_begin = before.rfind('\n') + 1; // 0 where there is none
    return fmt::format(
        "{}: line {} column {} (char {})",
        reason,
        std::count(before.begin(), before.end(), '\n') + 1,
        characters(before.substr(line_begin)) + 1,
        characters(before)
    );
}

ReadJson read_python_json(
    std::string_view utf8, NonFinite non_finite, std::optional<std::size_t> most_keys
) {
    return Reader(utf8, non_finite, most_keys).document();
}

std::optional<boost::json::value> parse_python_json(std::string_view utf8) {
    auto read = read_python_json(utf8, NonFinite::taken);
    return read.error ? std::nullopt : std::optional(std::move(read.value));
}

} // namespace drf_messages::django
