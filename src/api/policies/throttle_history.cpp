// SPDX-License-Identifier: MIT
#include "api/policies/throttle_history.hpp"

#include "django/cache_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr double microseconds = 1e6;
constexpr double latest_seconds = 1e12; ///< beyond it a moment is none, and would overflow

} // namespace

ThrottleHistory
read_history(const django::CacheValueCodec& codec, const std::optional<cache::Entry>& stored) {
    if (!stored) {
        return {};
    }
    const auto value = codec.decode(stored->bytes, stored->flags);
    const auto* list = value ? value->if_array() : nullptr;
    if (list == nullptr) {
        return {};
    }
    ThrottleHistory history;
    history.reserve(list->size());
    for (const auto& item : *list) {
        boost::system::error_code wrong;
        const auto seconds = item.to_number<double>(wrong);
        if (wrong || !(std::abs(seconds) < latest_seconds)) {
            return {};
        }
        history.push_back(std::llround(seconds * microseconds));
    }
    return history;
}

cache::Entry write_history(const django::CacheValueCodec& codec, const ThrottleHistory& history) {
    boost::json::array list;
    list.reserve(history.size());
    for (const auto moment : history) {
        list.emplace_back(static_cast<double>(moment) / microseconds);
    }
    auto encoded = codec.encode(std::move(list));
    return {std::move(encoded.bytes), encoded.flags};
}

} // namespace drf_messages::api
