// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <memory>
#include <utility>

namespace drf_messages::test {

/// A connection over another one, to change what it does.
class ConnectionOver : public sql::Connection {
public:
    explicit ConnectionOver(std::unique_ptr<sql::Connection> real) : real_(std::move(real)) {}

    sql::Dialect dialect() const noexcept override { return real_->dialect(); }
    void query(
        const sql::Statement& statement,
        std::span<const sql::Value> parameters,
        const std::function<void(const sql::Row&)>& each
    ) override {
        real_->query(statement, parameters, each);
    }
    std::int64_t
    execute(const sql::Statement& statement, std::span<const sql::Value> parameters) override {
        return real_->execute(statement, parameters);
    }
    std::int64_t
    insert(const sql::Statement& statement, std::span<const sql::Value> parameters) override {
        return real_->insert(statement, parameters);
    }
    void run_script(const sql::Statement& script) override { real_->run_script(script); }
    void begin() override { real_->begin(); }
    void commit() override { real_->commit(); }
    void rollback() override { real_->rollback(); }
    std::uint64_t statement_count() const noexcept override { return real_->statement_count(); }
    bool usable() const noexcept override { return real_->usable(); }

private:
    std::unique_ptr<sql::Connection> real_;
};

} // namespace drf_messages::test
