// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/postgresql/pq.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql::postgresql {

/// The parameters of one execution as libpq takes them, in text format. Numbers, booleans and
/// moments carry their type; text and null take the one that the server infers, so that text can be
/// compared with a column of type uuid.
class Parameters {
public:
    /// Throws sql::Error, with `name`, for text that holds a NUL, which no text of PostgreSQL can.
    Parameters(std::string_view name, std::span<const Value> values);

    int count() const noexcept { return static_cast<int>(values_.size()); }
    const Oid* types() const noexcept { return types_.data(); }
    const char* const* values() const noexcept { return values_.data(); }

    /// A letter for each parameter's type: a text is prepared once for each of them.
    const std::string& type_letters() const noexcept { return type_letters_; }

private:
    std::string bytes_;
    std::vector<const char*> values_;
    std::vector<Oid> types_;
    std::string type_letters_;
};

/// Sends a statement with its parameters for this one use; the answer comes as text. libpq's
/// result: 1 when it was sent.
/// - text: with numbered parameters.
int send_once(PGconn* connection, const std::string& text, const Parameters& parameters);

} // namespace drf_messages::sql::postgresql
