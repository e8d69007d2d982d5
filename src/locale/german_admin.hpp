// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace drf_messages::locale {

/// The words of the admin's pages, English and German. No locale file has them.
std::span<const std::pair<std::string_view, std::string_view>> german_admin_texts() noexcept;

} // namespace drf_messages::locale
