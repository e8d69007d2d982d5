// SPDX-License-Identifier: MIT
#include "base/result.hpp"

#include <drf_messages/errors.hpp>

#include <utility>

namespace drf_messages {

Refused::Refused(errc code) : std::invalid_argument(make_error_code(code).message()), code_(code) {}

MessageFailure::MessageFailure()
    : std::runtime_error("You cannot add messages without installing "
                         "django.contrib.messages.middleware.MessageMiddleware") {}

DatabaseError::DatabaseError(DatabaseErrorKind kind, std::string code, const std::string& text)
    : std::runtime_error(text), kind_(kind), code_(std::move(code)) {}

} // namespace drf_messages
