// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/inspection_steps.hpp"
#include "accounts/session_engine.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// What several engines say in their explain().

/// "SECRET_KEY", or which of the fallbacks; as secret_keys() counts them.
std::string secret_key_name(std::size_t index);

/// Why a signature is none of ours.
std::string not_signed(std::size_t secret_keys);

bool looks_like_a_signed_cookie(std::string_view key);

/// Whether the key could be one of Django's own; stops otherwise.
bool explain_key(std::string_view key, InspectionSteps& steps);

/// A note when the text, signed with `secret_key`, is of the future.
void note_skew(
    std::string_view text,
    std::string_view salt,
    const std::string& secret_key,
    Timestamp now,
    InspectionSteps& steps
);

/// "3 hours".
std::string in_words(std::chrono::seconds time);

/// Whether there is something left of the session's time; stops otherwise.
bool explain_age(std::chrono::seconds left, const Settings& settings, InspectionSteps& steps);

/// A note when a session that is not where it should be is in django_session.
void note_table(const ConnectionSource& connection, std::string_view key, InspectionSteps& steps);

} // namespace drf_messages::accounts
