// SPDX-License-Identifier: MIT
#include "django/legacy_formats.hpp"

#include "model/releases.hpp"

namespace drf_messages::django {

LegacyFormats legacy_formats(const Settings& settings) {
    return model::differences_of(settings).has(model::Difference::legacy_formats_gone)
               ? LegacyFormats::refused
               : LegacyFormats::accepted;
}

} // namespace drf_messages::django
