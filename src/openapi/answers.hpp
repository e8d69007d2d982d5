// SPDX-License-Identifier: MIT
#pragma once

#include "openapi/components.hpp"
#include "openapi/endpoints.hpp"

#include <map>
#include <optional>
#include <string>

namespace drf_messages::openapi {

/// What an operation answers when it does what it was asked.
struct Success {
    int status = 200;
    std::string description;
    std::optional<Value> schema{}; ///< absent: no content
    Value headers{};               ///< beside those of every answer, by name
};

/// What ConditionalGetMiddleware answers to a GET in place of what a client may keep, by status;
/// none where the site does without it.
std::map<int, Value> conditional_answers(const Settings& settings);

/// 503, where a database, a cache or the place of sessions does not answer.
Value unavailable_answer(Components& components, const std::string& method);

/// The Responses Object of an operation: what the handler answers, and what REST framework, the
/// view's authenticators, permissions, throttles, filters and pages answer in its place.
Value answers_of(
    Components& components,
    const Endpoint& endpoint,
    const std::string& method,
    const Success& success
);

} // namespace drf_messages::openapi
