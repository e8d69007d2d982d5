// SPDX-License-Identifier: MIT
#include "text/unicode.hpp"

#include "text/utf8.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace drf_messages::text {
namespace {

/// What is not UTF-8 stays as it is.
std::string mapped(std::string_view utf8, unsigned options) {
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
        static_cast<utf8proc_ssize_t>(utf8.size()),
        &made,
        static_cast<utf8proc_option_t>(options)
    );
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owned(made, std::free);
    return size < 0
               ? std::string(utf8)
               : std::string(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
}

} // namespace

bool is_word_character(char32_t code_point) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return code_point == U'_';
    }
}

bool is_other_character(char32_t code_point) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
        return true;
    default:
        return false;
    }
}

std::string capfirst(std::string_view utf8) {
    std::string text;
    if (!utf8.empty()) {
        const auto first = first_utf8_character(utf8);
        const auto code_point = static_cast<utf8proc_int32_t>(first.code_point);
        append_utf8(text, static_cast<char32_t>(utf8proc_toupper(code_point)));
        utf8.remove_prefix(first.size);
    }
    return text += utf8;
}

// The pairs of ASCII in re._casefix, which have two lower forms.
char32_t without_case(char32_t code_point) {
    constexpr char32_t dotless_i = 0x131;
    constexpr char32_t long_s = 0x17F;
    const auto lower =
        static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
    return lower == dotless_i ? U'i' : lower == long_s ? U's' : lower;
}

std::string nfkc(std::string_view utf8) {
    return mapped(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

std::string without_case_and_marks(std::string_view utf8) {
    return mapped(
        utf8,
        UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
            UTF8PROC_STRIPMARK | UTF8PROC_IGNORE
    );
}

} // namespace drf_messages::text
