// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace drf_messages::accounts {

/// What a session holds. What several requests read is shared, until one of them changes its own.
class SessionData {
public:
    SessionData() : own_(std::in_place) {}
    SessionData(boost::json::object data) : own_(std::move(data)) {}
    /// - shared: not null.
    explicit SessionData(std::shared_ptr<const boost::json::object> shared)
        : shared_(std::move(shared)) {}

    const boost::json::object& read() const noexcept { return own_ ? *own_ : *shared_; }
    boost::json::object& write() {
        if (!own_) {
            own_.emplace(*shared_);
            shared_.reset();
        }
        return *own_;
    }

private:
    std::optional<boost::json::object> own_;
    std::shared_ptr<const boost::json::object> shared_; ///< where own_ is absent
};

} // namespace drf_messages::accounts
