// SPDX-License-Identifier: MIT
#pragma once

#include "admin/confirmation.hpp"
#include "admin/page.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace drf_messages::admin {

/// "3" and "messages", for a text. Django: contrib/admin/utils.py, model_ngettext.
std::array<std::string, 2> counted_messages(const Page& page, std::int64_t count);

/// The page of what takes longer than one request may: says how much is done, and its form goes on
/// with the rest.
/// - title: what is being done.
/// - list_url: the way out.
http::Response show_progress(
    Page& page,
    const std::string& title,
    std::string_view so_far,
    const HiddenFields& fields,
    std::string_view list_url
);

} // namespace drf_messages::admin
