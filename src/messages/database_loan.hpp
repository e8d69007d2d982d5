// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"

#include <memory>

namespace drf_messages::messages {

/// A way to the database for handles that an application may keep longer than the request or
/// transaction that they belong to. Once the loan is gone, whatever needs the database throws
/// std::logic_error; clock and log are the site's, and go on.
class DatabaseLoan {
public:
    /// - database: must live longer.
    /// - after_end: what the error says, "a transaction was used after it had ended".
    DatabaseLoan(DatabaseAccess& database, const char* after_end);
    ~DatabaseLoan();
    DatabaseLoan(const DatabaseLoan&) = delete;
    DatabaseLoan& operator=(const DatabaseLoan&) = delete;

    std::shared_ptr<DatabaseAccess> access() const noexcept;

private:
    class Revocable;

    std::shared_ptr<Revocable> access_;
};

} // namespace drf_messages::messages
