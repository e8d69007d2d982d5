// SPDX-License-Identifier: MIT
#include "django/legacy_formats.hpp"

#include "model/releases.hpp"

namespace drf_messages::django {

LegacyFormats legacy_formats(const Settings& settings) {
    const model::Differences differences(model::releases_of(settings));
    return differences.has(model::Difference::legacy_formats_gone) ? LegacyFormats::refused
                                                                   : LegacyFormats::accepted;
}

} // namespace drf_messages::django
