// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace drf_messages::accounts {

/// The contents of a session. Several requests share what they only read, until one of them changes
/// its own copy.
class SessionContent {
public:
    SessionContent() : own_(std::in_place) {}
    SessionContent(boost::json::object data) : own_(std::move(data)) {}
    /// - shared: not null.
    explicit SessionContent(std::shared_ptr<const boost::json::object> shared)
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
    std::shared_ptr<const boost::json::object> shared_; ///< used if own_ is absent
};

} // namespace drf_messages::accounts
