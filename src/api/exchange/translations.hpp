// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace drf_messages::api {

/// A text as `Words` have it, and its translation with the arguments in the same order.
struct Translation {
    std::string_view english;
    std::string_view translated;
};

/// - Django 3.2: conf/locale/de; REST framework 3.14: locale/de; django-filter 23.1: locale/de.
std::span<const Translation> german_translations() noexcept;

} // namespace drf_messages::api
