// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/log.hpp>

#include <iosfwd>

namespace drf_messages::cli {

/// A sink that writes lines with time and level to `out`, which must outlive it. Thread safe.
LogSink stream_log(std::ostream& out);

} // namespace drf_messages::cli
