// SPDX-License-Identifier: MIT
#pragma once

#include "late_commits/arguments.hpp"
#include "late_commits/patient.hpp"

#include <atomic>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace drf_messages::late_commits {

/// Transactions of 1 to MOST changes: some commit late, one of five rolls back.
class Writer {
public:
    Writer(
        const Arguments& arguments,
        sql::ConnectionFactory open,
        std::vector<std::int64_t> users,
        unsigned seed
    )
        : arguments_(arguments), database_(std::move(open)), users_(std::move(users)),
          random_(seed) {}

    /// Until so many changes are committed by all.
    void run(std::atomic<std::int64_t>& committed, std::atomic<std::int64_t>& rolled_back);

private:
    int between(int least, int most);
    void change(sql::Connection& connection, std::vector<std::int64_t>& made);
    void insert(sql::Connection& connection, std::vector<std::int64_t>& made);

    const Arguments& arguments_;
    Patient database_;
    std::vector<std::int64_t> users_;
    std::vector<std::int64_t> own_;
    std::mt19937 random_;
    std::int64_t number_ = 0;
};

} // namespace drf_messages::late_commits
