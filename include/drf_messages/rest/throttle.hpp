// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/request.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace drf_messages::rest {

/// An entry of DEFAULT_THROTTLE_CLASSES. One object serves every request of the site, from several
/// threads: protect what it counts with a lock or atomics. The time is request.now().
/// - REST framework: rest_framework/throttling.py, BaseThrottle.
class DRF_MESSAGES_API Throttle {
public:
    Throttle() = default;
    virtual ~Throttle();
    Throttle(const Throttle&) = delete;
    Throttle& operator=(const Throttle&) = delete;

    /// False refuses the request: 429. Every throttle of a view is asked, even if another one has
    /// already refused.
    virtual bool allow_request(const Request& request) const = 0;
    /// Called after a refusal: how long another try makes no sense. Absent: unknown.
    virtual std::optional<std::chrono::seconds> wait(const Request& request) const;

protected:
    /// Identifies the client: the user's key, or an anonymous visitor's address, by NUM_PROXIES.
    static std::string get_ident(const Request& request);
};

} // namespace drf_messages::rest
