// SPDX-License-Identifier: MIT
#include "base/result.hpp"

#include <drf_messages/errors.hpp>

#include <fmt/format.h>

#include <utility>

namespace drf_messages {

Refused::Refused(errc code) : std::invalid_argument(make_error_code(code).message()), code_(code) {}

MessageFailure::MessageFailure()
    : std::runtime_error("You cannot add messages without installing "
                         "django.contrib.messages.middleware.MessageMiddleware") {}

TooManyAttempts::TooManyAttempts(std::chrono::seconds retry_after)
    : std::runtime_error(fmt::format(
          "Too many attempts with a wrong password. Try again in {} second{}.",
          retry_after.count(),
          retry_after.count() == 1 ? "" : "s"
      )),
      retry_after_(retry_after) {}

DatabaseError::DatabaseError(DatabaseErrorKind kind, std::string code, const std::string& text)
    : std::runtime_error(text), kind_(kind), code_(std::move(code)) {}

} // namespace drf_messages
