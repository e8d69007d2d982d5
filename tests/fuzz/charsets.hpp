// SPDX-License-Identifier: MIT
#pragma once

#include "text/charset.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace drf_messages::fuzz {

/// A charset of each kind, for the first byte of an input: UTF-8, tables of single bytes, and what
/// iconv reads.
inline text::Charset charset(std::uint8_t chosen) {
    constexpr std::array<std::string_view, 8> names{
        "utf-8", "latin-1", "cp1252", "ascii", "shift_jis", "gb18030", "utf-16", "iso2022_jp"};
    return text::Charset::find(names[chosen % names.size()]).value();
}

} // namespace drf_messages::fuzz
