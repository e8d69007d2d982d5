// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"

#include <string>
#include <string_view>

namespace drf_messages::admin {

/// What a part of an entry that tells nothing, but how far a message for many users has come,
/// begins with.
inline constexpr std::string_view progress_key = "many";

/// What a change message of the log says, in the page's language: "Changed Message and Read at.
/// Added message tag “upload”." What is none of Django's JSON stands for itself.
/// - Django: contrib/admin/models.py, LogEntry.get_change_message.
std::string change_message_text(const Page& page, std::string_view change_message);

} // namespace drf_messages::admin
