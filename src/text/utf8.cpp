// SPDX-License-Identifier: MIT
#include "text/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace drf_messages::text {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::size_t ascii_prefix(std::string_view bytes) {
    constexpr std::uint64_t beyond_ascii = 0x8080808080808080;
    std::size_t size = 0;
    for (std::uint64_t word = 0; bytes.size() - size >= sizeof word; size += sizeof word) {
        std::memcpy(&word, bytes.data() + size, sizeof word);
        if ((word & beyond_ascii) != 0) {
            break;
        }
    }
    while (size < bytes.size() && static_cast<unsigned char>(bytes[size]) < 0x80) {
        ++size;
    }
    return size;
}

} // namespace

Utf8Character first_utf8_character(std::string_view bytes) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead < 0x80) {
        return {lead, 1, true};
    }

    std::size_t size = 0;
    unsigned char lowest = 0x80;
    unsigned char highest = 0xBF;
    char32_t code_point = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
        code_point = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        code_point = lead & 0x0FU;
        if (lead == 0xE0) {
            lowest = 0xA0;
        }
        if (lead == 0xED) {
            highest = 0x9F;
        }
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        code_point = lead & 0x07U;
        if (lead == 0xF0) {
            lowest = 0x90;
        }
        if (lead == 0xF4) {
            highest = 0x8F;
        }
    } else {
        return {0xFFFD, 1, false};
    }

    for (std::size_t i = 1; i < size; ++i) {
        if (i >= bytes.size()) {
            return {0xFFFD, i, false};
        }
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (byte < lowest || byte > highest) {
            return {0xFFFD, i, false};
        }
        lowest = 0x80;
        highest = 0xBF;
        code_point = code_point << 6 | (byte & 0x3FU);
    }
    return {code_point, size, true};
}

bool is_valid_utf8(std::string_view bytes) {
    for (;;) {
        bytes.remove_prefix(ascii_prefix(bytes));
        if (bytes.empty()) {
            return true;
        }
        const auto character = first_utf8_character(bytes);
        if (!character.valid) {
            return false;
        }
        bytes.remove_prefix(character.size);
    }
}

std::size_t utf8_length(std::string_view utf8) {
    std::size_t length = 0;
    for (const char byte : utf8) {
        length += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }
    return length;
}

std::string_view utf8_prefix(std::string_view utf8, std::size_t length) {
    std::size_t size = 0;
    for (; size < utf8.size(); ++size) {
        const bool begins = (static_cast<unsigned char>(utf8[size]) & 0xC0U) != 0x80U;
        if (begins && length-- == 0) {
            break;
        }
    }
    return utf8.substr(0, size);
}

std::string utf8_or_replacement(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t plain = ascii_prefix(bytes);
        out += bytes.substr(0, plain);
        bytes.remove_prefix(plain);
        if (bytes.empty()) {
            break;
        }
        const auto character = first_utf8_character(bytes);
        out += character.valid ? bytes.substr(0, character.size) : replacement;
        bytes.remove_prefix(character.size);
    }
    return out;
}

std::string latin1_to_utf8(std::string_view bytes) {
    const std::size_t plain = ascii_prefix(bytes);
    std::string out;
    out.reserve(bytes.size());
    out += bytes.substr(0, plain);
    for (const char byte : bytes.substr(plain)) {
        append_utf8(out, static_cast<unsigned char>(byte));
    }
    return out;
}

void append_utf8(std::string& out, char32_t code_point) {
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0U | code_point >> 6);
        out += static_cast<char>(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        if (code_point >= 0xD800 && code_point <= 0xDFFF) {
            out += replacement;
            return;
        }
        out += static_cast<char>(0xE0U | code_point >> 12);
        out += static_cast<char>(0x80U | (code_point >> 6 & 0x3FU));
        out += static_cast<char>(0x80U | (code_point & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | code_point >> 18);
        out += static_cast<char>(0x80U | (code_point >> 12 & 0x3FU));
        out += static_cast<char>(0x80U | (code_point >> 6 & 0x3FU));
        out += static_cast<char>(0x80U | (code_point & 0x3FU));
    }
}

} // namespace drf_messages::text
