// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/error.hpp"
#include "sql/pool.hpp"

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

namespace drf_messages::late_commits {

/// Does `work(Connection&)` until the database lets it.
class Patient {
public:
    explicit Patient(sql::ConnectionFactory open) : open_(std::move(open)) {}

    /// False when it failed.
    template<class Work>
    bool once(Work work) {
        try {
            if (!connection_ || !connection_->usable()) {
                connection_.reset();
                connection_ = open_();
            }
            work(*connection_);
            return true;
        } catch (const sql::Error&) {
            connection_.reset();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            return false;
        }
    }
    template<class Work>
    void until_done(Work work) {
        while (!once(work)) {
        }
    }

private:
    sql::ConnectionFactory open_;
    std::unique_ptr<sql::Connection> connection_;
};

} // namespace drf_messages::late_commits
