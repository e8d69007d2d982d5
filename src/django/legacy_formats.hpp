// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

namespace drf_messages::django {

/// Whether that is read which Django 3.0 and older wrote, whose word for it is legacy: signatures
/// and hashes by SHA-1, sessions and cookies of messages in a form of their own.
enum class LegacyFormats { accepted, refused };

/// Django 3.1 and 3.2 read them, 4.0 and later do not.
LegacyFormats legacy_formats(const Settings& settings);

} // namespace drf_messages::django
