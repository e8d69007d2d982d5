// SPDX-License-Identifier: MIT
#include "messages/database_loan.hpp"

#include <stdexcept>

namespace drf_messages::messages {

class DatabaseLoan::Revocable final : public DatabaseAccess {
public:
    Revocable(DatabaseAccess& database, const char* after_end)
        : DatabaseAccess(database.context()), database_(&database), after_end_(after_end) {}

    void run(const Work& work) override { database().run(work); }
    void transact(const Work& work, sql::Sharing sharing) override {
        database().transact(work, sharing);
    }
    bool is_in_transaction() const override { return database().is_in_transaction(); }

    void end() noexcept { database_ = nullptr; }

private:
    DatabaseAccess& database() const {
        if (database_ == nullptr) {
            throw std::logic_error(after_end_);
        }
        return *database_;
    }

    DatabaseAccess* database_;
    const char* after_end_;
};

DatabaseLoan::DatabaseLoan(DatabaseAccess& database, const char* after_end)
    : access_(std::make_shared<Revocable>(database, after_end)) {}

DatabaseLoan::~DatabaseLoan() {
    access_->end();
}

std::shared_ptr<DatabaseAccess> DatabaseLoan::access() const noexcept {
    return access_;
}

} // namespace drf_messages::messages
