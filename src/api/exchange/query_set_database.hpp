// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"

#include <memory>

namespace drf_messages::api {

/// A request's database for the query sets that classes of an application are given. They may be
/// kept longer than the request: then they throw std::logic_error.
class QuerySetDatabase final : public messages::DatabaseAccess {
public:
    explicit QuerySetDatabase(messages::DatabaseAccess& database) noexcept : database_(&database) {}

    const Settings& settings() const noexcept override { return settings_; }
    Timestamp now() const override { return database().now(); }
    void log(LogLevel level, std::string_view line) const override { database().log(level, line); }
    void run(const Work& work) override { database().run(work); }
    void transact(const Work& work) override { database().transact(work); }

    void end() noexcept { database_ = nullptr; }

private:
    messages::DatabaseAccess& database() const;

    messages::DatabaseAccess* database_;
    const Settings& settings_ = database_->settings();
};

/// Made when a query set is first asked for; ends with its request.
class QuerySetDatabaseHandle {
public:
    QuerySetDatabaseHandle() = default;
    ~QuerySetDatabaseHandle() {
        if (database_) {
            database_->end();
        }
    }
    QuerySetDatabaseHandle(const QuerySetDatabaseHandle&) = delete;
    QuerySetDatabaseHandle& operator=(const QuerySetDatabaseHandle&) = delete;

    const std::shared_ptr<QuerySetDatabase>& over(messages::DatabaseAccess& database) {
        if (!database_) {
            database_ = std::make_shared<QuerySetDatabase>(database);
        }
        return database_;
    }

private:
    std::shared_ptr<QuerySetDatabase> database_;
};

} // namespace drf_messages::api
