// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/page.hpp"

#include <string>
#include <string_view>

namespace drf_messages::pages {

/// The line of a shell that sends the page's request, or one to the same address by another method,
/// as a program would.
std::string shell_command(const api::BrowsablePage& page, std::string_view method);

} // namespace drf_messages::pages
