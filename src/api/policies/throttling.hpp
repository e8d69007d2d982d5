// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"
#include "cache/cache.hpp"
#include "model/rate.hpp"

#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::django {
class CacheValueCodec;
}

namespace drf_messages::api {

/// What a throttle says to a request.
struct ThrottleVerdict {
    bool allowed = true;
    /// Seconds until another try makes sense, rounded up; absent when nobody can say.
    std::optional<std::int64_t> wait_seconds;
};

/// Counts a request at `now` under `key`, unless `rate` is used up. The requests are remembered in
/// `cache`, as `codec` writes them, so that a Django that shares the cache counts with us. Throws
/// cache::Error.
/// - Django: rest_framework/throttling.py, SimpleRateThrottle.allow_request and wait.
ThrottleVerdict count_request(
    cache::Cache& cache,
    const django::CacheValueCodec& codec,
    const std::string& key,
    const model::Rate& rate,
    Timestamp now
);

/// Who asks, for those who have not logged in: the client's address, or what X-Forwarded-For says
/// of it.
/// - num_proxies: NUM_PROXIES. Absent: the whole of X-Forwarded-For counts.
/// - Django: BaseThrottle.get_ident.
std::string client_identity(
    const std::optional<std::string>& forwarded_for,
    const std::string& remote_address,
    std::optional<std::int64_t> num_proxies
);

/// Who asks: the user's key, or an anonymous visitor's address.
std::string throttle_identity(ApiRequest& request);

/// An entry of DEFAULT_THROTTLE_CLASSES.
class Throttle {
public:
    virtual ~Throttle() = default;
    virtual ThrottleVerdict allow_request(ApiRequest& request) const = 0;
    /// Whether it has a limit at all.
    virtual bool has_limit() const noexcept { return true; }
};

/// Those of ours, which differ in whom they count and as what.
struct RateThrottle final : Throttle {
    bool only_anonymous = false;
    std::string scope;                                    ///< part of the key
    std::optional<model::Rate> rate;                      ///< absent: no limit
    std::shared_ptr<const django::CacheValueCodec> codec; ///< of the default cache

    ThrottleVerdict allow_request(ApiRequest& request) const override;
    bool has_limit() const noexcept override { return rate.has_value(); }
};

/// - view_scope: the view's `throttle_scope`, for ScopedRateThrottle.
/// Throws std::invalid_argument for a class that neither we nor the application have, a scope
/// without a rate, and a rate that is none.
std::vector<std::unique_ptr<Throttle>> make_throttles(
    const Settings& settings,
    const std::optional<std::string>& view_scope,
    const CustomClasses& classes = {}
);

} // namespace drf_messages::api
