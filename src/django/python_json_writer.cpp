// SPDX-License-Identifier: MIT
#include "django/python_json.hpp"
#include "django/python_value.hpp"
#include "text/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace drf_messages::django {
namespace {

// Where a lone surrogate begins, as parse_python_json keeps them.
std::size_t find_surrogate(std::string_view text) {
    for (std::size_t i = text.find('\xED'); i != std::string_view::npos;
         i = text.find('\xED', i + 1)) {
        if (i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0) {
            return i;
        }
    }
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
        if (surrogate == std::string_view::npos) {
            break;
        }
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
    if (e > 2) {
        digits += scientific.substr(2, e - 2);
    }
    int exponent = 0;
    const bool small = scientific[e + 1] == '-';
    std::from_chars(scientific.data() + e + 2, end, exponent);
    if (small) {
        exponent = -exponent;
    }

    if (std::signbit(number)) {
        out += '-';
    }
    const auto count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (count > 1) {
            out.append(".").append(digits, 1);
        }
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

class JsonText {
public:
    explicit JsonText(bool spaced) : comma_(spaced ? ", " : ","), colon_(spaced ? ": " : ":") {}

    void object(const boost::json::object& object) {
        if (const auto* const member = python_value(object)) {
            python(python_text(member->key()), member->value());
            return;
        }
        out_ += '{';
        bool first = true;
        for (const auto& member : object) {
            const auto key = python_text(member.key());
            if (key == python_other_keys || key == python_skipped) {
                continue;
            }
            separate(first);
            write_string(out_, key);
            out_ += colon_;
            value(member.value());
        }
        if (const auto* const pairs = object.if_contains(python_other_keys)) {
            other_keys(pairs->get_array(), first);
        }
        out_ += '}';
    }

    void value(const boost::json::value& value) {
        switch (value.kind()) {
        case boost::json::kind::null:
            out_ += "null";
            break;
        case boost::json::kind::bool_:
            out_ += value.get_bool() ? "true" : "false";
            break;
        case boost::json::kind::int64:
            out_ += std::to_string(value.get_int64());
            break;
        case boost::json::kind::uint64:
            out_ += std::to_string(value.get_uint64());
            break;
        case boost::json::kind::double_:
            write_double(out_, value.get_double());
            break;
        case boost::json::kind::string: {
            const auto text = python_text(value.get_string());
            if (text.starts_with(python_marker)) {
                out_ += text.substr(1);
            } else {
                write_string(out_, text);
            }
            break;
        }
        case boost::json::kind::array:
            array(value.get_array());
            break;
        case boost::json::kind::object:
            object(value.get_object());
            break;
        }
    }

    std::string take() { return std::move(out_); }

private:
    void separate(bool& first) {
        if (!first) {
            out_ += comma_;
        }
        first = false;
    }

    void array(const boost::json::array& array) {
        out_ += '[';
        bool first = true;
        for (const auto& item : array) {
            separate(first);
            value(item);
        }
        out_ += ']';
    }

    // Numbers, truth and None as keys are their JSON in quotes; json.dumps refuses all others.
    void other_keys(const boost::json::array& pairs, bool& first) {
        for (const auto& pair : pairs) {
            const auto& key = pair.get_array()[0];
            if (key.is_object()) {
                continue;
            }
            separate(first);
            out_ += '"';
            value(key);
            out_ += '"';
            out_ += colon_;
            value(pair.get_array()[1]);
        }
    }

    void python(std::string_view tag, const boost::json::value& content) {
        if (tag == python_tuple || tag == python_set || tag == python_frozenset) {
            array(content.get_array());
        } else if (tag == python_datetime_tag) {
            write_string(out_, iso_datetime(content.get_array()));
        } else if (tag == python_date) {
            write_string(out_, iso_date(python_text(content.get_string())));
        } else {
            out_ += "null";
        }
    }

    std::string_view comma_;
    std::string_view colon_;
    std::string out_;
};

} // namespace

std::string write_python_json(const boost::json::object& object) {
    JsonText text(false);
    text.object(object);
    return text.take();
}

std::string write_spaced_python_json(const boost::json::value& value) {
    JsonText text(true);
    text.value(value);
    return text.take();
}

} // namespace drf_messages::django
