// SPDX-License-Identifier: MIT
#include "sql/error.hpp"

#include <utility>

namespace drf_messages::sql {
namespace {

std::string
describe(std::string_view statement_name, const std::string& code, std::string_view reason) {
    std::string text;
    text.reserve(statement_name.size() + reason.size() + code.size() + 5);
    text.append(statement_name).append(": ").append(reason);
    if (!code.empty()) {
        text.append(" (").append(code).append(")");
    }
    return text;
}

} // namespace

Error::Error(
    ErrorKind kind,
    std::string_view statement_name,
    std::string code,
    std::string_view reason,
    Retry retry
)
    : DatabaseError(kind, code, describe(statement_name, code, reason)), retry_(retry) {}

} // namespace drf_messages::sql
