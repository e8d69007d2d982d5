// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace drf_messages::sql {

/// Counts how often it was found that a site's connections may no longer lead where a new one
/// would. Thread safe.
class Renewals {
public:
    void renew() noexcept { ++count_; }
    std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> count_{0};
};

/// For a connection, made before it is opened: whether there was a renewal since.
class SinceRenewal {
public:
    /// - renewals: null: there are none.
    explicit SinceRenewal(std::shared_ptr<const Renewals> renewals)
        : renewals_(std::move(renewals)), count_(renewals_ ? renewals_->count() : 0) {}

    bool is_current() const noexcept { return !renewals_ || renewals_->count() == count_; }

private:
    std::shared_ptr<const Renewals> renewals_;
    std::uint64_t count_;
};

} // namespace drf_messages::sql
