// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::test {

/// Keeps what would be sent, so that a test can look at the text; passes it on where there is
/// somewhere to.
class RecordingConnection final : public sql::Connection {
public:
    struct Sent {
        std::string name;
        std::string text;
        std::size_t parameters;
        std::vector<std::variant<sql::Value, std::string>> kept;

        /// The parameters; texts live as long as this does.
        std::vector<sql::Value> values() const {
            std::vector<sql::Value> all;
            for (const auto& value : kept) {
                const auto* text_value = std::get_if<std::string>(&value);
                all.push_back(
                    text_value ? sql::Value(std::string_view(*text_value))
                               : std::get<sql::Value>(value)
                );
            }
            return all;
        }
    };

    explicit RecordingConnection(sql::Dialect dialect) : dialect_(dialect) {}
    explicit RecordingConnection(sql::Connection& real) : dialect_(real.dialect()), real_(&real) {}

    sql::Dialect dialect() const noexcept override { return dialect_; }
    void query(
        const sql::Statement& statement,
        std::span<const sql::Value> parameters,
        const std::function<void(const sql::Row&)>& each
    ) override {
        keep(statement, parameters);
        if (real_) {
            real_->query(statement, parameters, each);
        }
    }
    std::int64_t
    execute(const sql::Statement& statement, std::span<const sql::Value> parameters) override {
        keep(statement, parameters);
        return real_ ? real_->execute(statement, parameters) : 0;
    }
    std::int64_t
    insert(const sql::Statement& statement, std::span<const sql::Value> parameters) override {
        keep(statement, parameters);
        return real_ ? real_->insert(statement, parameters) : 1;
    }
    bool fold_as_like(
        std::string_view table, std::string_view column, std::vector<std::string>& texts
    ) override {
        return real_ && real_->fold_as_like(table, column, texts);
    }
    void run_script(const sql::Statement&) override { throw std::logic_error("not here"); }
    void begin() override {}
    void commit() override {}
    void rollback() override {}
    std::uint64_t statement_count() const noexcept override { return sent.size(); }
    bool usable() const noexcept override { return true; }

    std::vector<Sent> sent;

private:
    void keep(const sql::Statement& statement, std::span<const sql::Value> parameters) {
        Sent& last = sent.emplace_back();
        last.name = statement.name;
        last.text = statement.text;
        last.parameters = parameters.size();
        for (const sql::Value& value : parameters) {
            if (const auto* text = std::get_if<std::string_view>(&value)) {
                last.kept.emplace_back(std::string(*text));
            } else {
                last.kept.emplace_back(value);
            }
        }
    }

    sql::Dialect dialect_;
    sql::Connection* real_ = nullptr;
};

} // namespace drf_messages::test
