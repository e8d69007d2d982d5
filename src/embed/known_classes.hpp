// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"

namespace drf_messages::embed {

/// The classes that this build knows, as config::load asks for them.
config::KnownClasses known_classes();

} // namespace drf_messages::embed
