// SPDX-License-Identifier: MIT
#include "http/cookies.hpp"

#include "http/whitespace.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace drf_messages::http {

namespace {

bool is_octal_escape(std::string_view digits) {
    return digits.size() >= 3 && digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' &&
           digits[1] <= '7' && digits[2] >= '0' && digits[2] <= '7';
}

/// Python's http.cookies._unquote.
std::string unquote(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
        return std::string(value);
    }
    value = value.substr(1, value.size() - 2);
    std::string result;
    result.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        // a backslash before a line feed is not an escape: the original's pattern is `\\.`
        if (value[i] != '\\' || i + 1 == value.size() || value[i + 1] == '\n') {
            result += value[i];
        } else if (is_octal_escape(value.substr(i + 1))) {
            text::append_utf8(
                result,
                static_cast<char32_t>(
                    (value[i + 1] - '0') * 64 + (value[i + 2] - '0') * 8 + (value[i + 3] - '0')
                )
            );
            i += 3;
        } else {
            result += value[++i];
        }
    }
    return result;
}

/// What needs no quotes: Python's _LegalChars.
bool is_legal(char c) {
    return text::is_alphanumeric(c) ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~:").find(c) != std::string_view::npos);
}

/// What needs no escape between quotes: Python's _UnescapedChars.
bool is_unescaped(char c) {
    return is_legal(c) ||
           (c != '\0' && std::string_view(" ()/<=>?@[]{}").find(c) != std::string_view::npos);
}

void append_octal(std::string& out, unsigned code_point) {
    out += '\\';
    out += static_cast<char>('0' + (code_point >> 6));
    out += static_cast<char>('0' + ((code_point >> 3) & 7));
    out += static_cast<char>('0' + (code_point & 7));
}

/// Python's http.cookies._quote: characters up to U+00FF are escaped one by one, wider ones stay.
void append_quoted(std::string& out, std::string_view value) {
    bool legal = !value.empty();
    for (const char c : value) {
        legal = legal && is_legal(c);
    }
    if (legal) {
        out += value;
        return;
    }
    out += '"';
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (value[i] == '"' || value[i] == '\\') {
            out += '\\';
            out += value[i];
        } else if (is_unescaped(value[i])) {
            out += value[i];
        } else if (byte < 0x80) {
            append_octal(out, byte);
        } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < value.size()) {
            const auto next = static_cast<unsigned char>(value[++i]);
            append_octal(out, ((byte & 0x03U) << 6) | (next & 0x3FU));
        } else {
            out += value[i];
        }
    }
    out += '"';
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    // http.cookies leaves out empty attributes
    if (!value.empty()) {
        out += "; ";
        out += name;
        out += '=';
        out += value;
    }
}

} // namespace

std::unordered_map<std::string, std::string> parse_cookies(std::string_view header) {
    std::unordered_map<std::string, std::string> cookies;
    std::string replaced;
    if (!text::is_valid_utf8(header)) {
        replaced = text::utf8_or_replacement(header);
        header = replaced;
    }
    for (std::size_t read = 0; read < most_cookies; ++read) {
        const auto end = header.find(';');
        const auto chunk = header.substr(0, end);
        const auto equals = chunk.find('=');
        // a chunk without "=" is the value of the cookie without a name
        const auto name =
            equals == std::string_view::npos ? std::string_view() : strip(chunk.substr(0, equals));
        const auto value =
            strip(equals == std::string_view::npos ? chunk : chunk.substr(equals + 1));
        if (!name.empty() || !value.empty()) {
            cookies.insert_or_assign(std::string(name), unquote(value));
        }
        if (end == std::string_view::npos) {
            break;
        }
        header.remove_prefix(end + 1);
    }
    return cookies;
}

std::string set_cookie(
    std::string_view name,
    std::string_view value,
    const CookieAttributes& attributes,
    std::chrono::sys_seconds now
) {
    std::string out(name);
    out += '=';
    append_quoted(out, value);
    append_attribute(out, "Domain", attributes.domain.value_or(""));
    if (attributes.expires) {
        append_attribute(out, "expires", http_date(*attributes.expires));
    } else if (attributes.max_age) {
        append_attribute(out, "expires", http_date(now + *attributes.max_age));
    }
    if (attributes.httponly) {
        out += "; HttpOnly";
    }
    if (attributes.max_age) {
        append_attribute(out, "Max-Age", fmt::format_int(attributes.max_age->count()).c_str());
    }
    append_attribute(out, "Path", attributes.path);
    append_attribute(out, "SameSite", attributes.samesite.value_or(""));
    if (attributes.secure) {
        out += "; Secure";
    }
    return out;
}

std::string delete_cookie(
    std::string_view name,
    const std::string& path,
    const std::optional<std::string>& domain,
    const std::optional<std::string>& samesite
) {
    CookieAttributes attributes;
    attributes.max_age = std::chrono::seconds(0);
    attributes.expires = std::chrono::sys_seconds{};
    attributes.path = path;
    attributes.domain = domain;
    attributes.samesite = samesite;
    attributes.secure = name.starts_with("__Secure-") || name.starts_with("__Host-") ||
                        (samesite && text::lowered(*samesite) == "none");
    return set_cookie(name, "", attributes, {});
}

std::string http_date(std::chrono::sys_seconds moment) {
    static constexpr std::array<const char*, 7> days = {
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count()
    );
}

} // namespace drf_messages::http
