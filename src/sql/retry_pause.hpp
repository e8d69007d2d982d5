// SPDX-License-Identifier: MIT
#pragma once

namespace drf_messages::sql {

/// How often something that conflicts with others is tried in all.
inline constexpr int retry_attempts = 12;

/// Sleeps a random while, longer the more attempts have `failed`: those who collided do not meet
/// again. All pauses of one operation together stay below a second.
void pause_before_retry(int failed);

} // namespace drf_messages::sql
