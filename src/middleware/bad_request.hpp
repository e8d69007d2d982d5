// SPDX-License-Identifier: MIT
#pragma once

#include "base/answerable.hpp"

#include <stdexcept>

namespace drf_messages::middleware {

/// The request cannot be answered: Django's plain 400 page. The text goes to the log and contains
/// no value.
/// - Django: SuspiciousOperation (DisallowedHost, TooManyFieldsSent, …) and BadRequest.
struct BadRequest : std::runtime_error, Answerable {
    using std::runtime_error::runtime_error;

    Answer answer() const noexcept override { return {400}; }
};

} // namespace drf_messages::middleware
