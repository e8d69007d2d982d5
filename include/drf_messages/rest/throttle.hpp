// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/request.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace drf_messages::rest {

/// An entry of DEFAULT_THROTTLE_CLASSES. One object serves every request of the site, from several
/// threads: what it counts needs a lock or atomics. Time is request.now().
/// - REST framework: rest_framework/throttling.py, BaseThrottle.
class DRF_MESSAGES_API Throttle {
public:
    Throttle() = default;
    virtual ~Throttle();
    Throttle(const Throttle&) = delete;
    Throttle& operator=(const Throttle&) = delete;

    /// False refuses the request: 429. Every throttle of a view is asked, also when another has
    /// refused already.
    virtual bool allow_request(const Request& request) const = 0;
    /// Asked after a refusal: until when another try makes no sense. Absent: nobody can say.
    virtual std::optional<std::chrono::seconds> wait(const Request& request) const;

protected:
    /// Who asks: the user's key, or an anonymous visitor's address, by NUM_PROXIES.
    static std::string get_ident(const Request& request);
};

} // namespace drf_messages::rest
