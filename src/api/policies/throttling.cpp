// SPDX-License-Identifier: MIT
#include "api/policies/throttling.hpp"

#include "api/classes/class_tables.hpp"
#include "api/classes/custom_call.hpp"
#include "api/policies/throttle_history.hpp"
#include "django/cache_value.hpp"
#include "http/whitespace.hpp"

#include <drf_messages/rest/throttle.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <variant>

namespace drf_messages::api {
namespace {

using model::Rate;

std::int64_t divide_rounding_up(std::int64_t value, std::int64_t by) {
    return value / by + (value % by > 0 ? 1 : 0);
}

std::optional<std::int64_t>
wait_seconds(const ThrottleHistory& history, const Rate& rate, std::int64_t now) {
    auto remaining = std::chrono::microseconds(rate.duration).count();
    if (!history.empty()) {
        remaining -= now - history.back();
    }
    const auto available = rate.requests - static_cast<std::int64_t>(history.size()) + 1;
    if (available <= 0) {
        return std::nullopt;
    }
    return divide_rounding_up(remaining, available * 1'000'000);
}

/// Leaves the requests of the last `duration`. One that is ahead of `now` was counted before a
/// clock was set back: it would keep the client out until the clock is there again. (REST framework
/// lets it.)
void forget_others(ThrottleHistory& history, std::int64_t duration, std::int64_t now) {
    std::erase_if(history, [&](std::int64_t counted) {
        return counted <= now - duration || counted > now + cache::clock_difference.count();
    });
}

/// Text without any white space, as Python's "".join(text.split()) leaves it.
std::string without_space(std::string_view text) {
    std::string result;
    while (!(text = http::strip(text)).empty()) {
        std::size_t length = 1;
        while (length < text.size() && http::strip(text.substr(0, length + 1)).size() == length + 1
        ) {
            ++length;
        }
        result += text.substr(0, length);
        text.remove_prefix(length);
    }
    return result;
}

/// The rate of a scope; a subclass may bring its own THROTTLE_RATES.
std::optional<std::string>
rate_of(const Settings& settings, const ClassAttributes& attributes, const std::string& scope) {
    if (const auto* own = attributes.find("THROTTLE_RATES")) {
        const auto* table = std::get_if<SettingValue::Table>(&own->value);
        const auto found =
            table == nullptr ? SettingValue::Table::const_iterator() : table->find(scope);
        if (table == nullptr || found == table->end()) {
            attributes.refuse(
                "THROTTLE_RATES", fmt::format("has no rate for the scope \"{}\"", scope)
            );
        }
        const auto* text = std::get_if<std::string>(&found->second.value);
        return text != nullptr && !text->empty() ? std::optional(*text) : std::nullopt;
    }
    const auto& rates = settings.rest_framework.default_throttle_rates;
    const auto found = rates.find(scope);
    if (found == rates.end()) {
        throw std::invalid_argument(
            fmt::format("DEFAULT_THROTTLE_RATES: has no rate for the scope \"{}\"", scope)
        );
    }
    return found->second;
}

std::optional<Rate> parse_rate(const std::optional<std::string>& text, std::string_view scope) {
    if (!text) {
        return std::nullopt;
    }
    const auto rate = Rate::parse(*text);
    if (!rate) {
        throw std::invalid_argument(fmt::format(
            "DEFAULT_THROTTLE_RATES: \"{}\" of the scope \"{}\" is no rate like \"2/day\"",
            *text,
            scope
        ));
    }
    return rate;
}

/// What a throttle is made of.
struct ThrottleParts {
    const Settings& settings;
    const ClassAttributes& attributes;
    const std::optional<std::string>& view_scope;
};

/// A throttle that counts whatever the view; its subclass may bring the rate and the scope.
RateThrottle rate_throttle(const ThrottleParts& parts, std::string_view scope) {
    RateThrottle throttle;
    throttle.scope = parts.attributes.text("scope").value_or(std::string(scope));
    auto rate = parts.attributes.text("rate");
    if (!rate || rate->empty()) {
        rate = rate_of(parts.settings, parts.attributes, throttle.scope);
    }
    throttle.rate = parse_rate(rate, throttle.scope);
    return throttle;
}

std::optional<RateThrottle> anon_rate_throttle(const ThrottleParts& parts) {
    auto throttle = rate_throttle(parts, "anon");
    throttle.only_anonymous = true;
    return throttle;
}

std::optional<RateThrottle> user_rate_throttle(const ThrottleParts& parts) {
    return rate_throttle(parts, "user");
}

std::optional<RateThrottle> scoped_rate_throttle(const ThrottleParts& parts) {
    if (!parts.view_scope || parts.view_scope->empty()) {
        return std::nullopt;
    }
    RateThrottle throttle;
    throttle.scope = *parts.view_scope;
    throttle.rate =
        parse_rate(rate_of(parts.settings, parts.attributes, throttle.scope), throttle.scope);
    return throttle;
}

constexpr ClassAttribute scoped_attributes[] = {{"THROTTLE_RATES", AttributeKind::rates}};
constexpr ClassAttribute rate_attributes[] = {
    {"rate", AttributeKind::rate},
    {"scope", AttributeKind::text},
    {"THROTTLE_RATES", AttributeKind::rates}};

/// Makes nothing where nothing is to be counted.
using Row = ClassRow<std::optional<RateThrottle> (*)(const ThrottleParts&)>;

constexpr std::array rows{
    Row{"rest_framework.throttling.AnonRateThrottle", rate_attributes, anon_rate_throttle},
    Row{"rest_framework.throttling.UserRateThrottle", rate_attributes, user_rate_throttle},
    Row{"rest_framework.throttling.ScopedRateThrottle", scoped_attributes, scoped_rate_throttle},
};

/// A class of the application.
class CustomThrottle final : public Throttle {
public:
    CustomThrottle(ClassName name, std::shared_ptr<const rest::Throttle> custom)
        : name_(std::move(name)), custom_(std::move(custom)) {}

    ThrottleVerdict allow_request(ApiRequest& request) const override {
        return call_custom(name_, [&] {
            const rest::Request asked(request);
            ThrottleVerdict verdict{custom_->allow_request(asked), std::nullopt};
            if (!verdict.allowed) {
                if (const auto wait = custom_->wait(asked)) {
                    verdict.wait_seconds = wait->count();
                }
            }
            return verdict;
        });
    }

private:
    ClassName name_;
    std::shared_ptr<const rest::Throttle> custom_;
};

} // namespace

SettingClasses throttle_classes() {
    return {"DEFAULT_THROTTLE_CLASSES", rows, &rest::Classes::names<rest::Throttle>};
}

ThrottleVerdict count_request(
    cache::Cache& cache,
    const django::CacheValueCodec& codec,
    const std::string& key,
    const Rate& rate,
    Timestamp now
) {
    ThrottleVerdict verdict;
    const auto moment = now.time_since_epoch().count();
    const auto duration = std::chrono::microseconds(rate.duration).count();
    cache.update(
        key,
        rate.duration,
        [&](const std::optional<cache::Entry>& stored) -> std::optional<cache::Entry> {
            auto history = read_history(codec, stored);
            forget_others(history, duration, moment);
            if (static_cast<std::int64_t>(history.size()) >= rate.requests) {
                verdict = {false, wait_seconds(history, rate, moment)};
                return std::nullopt;
            }
            history.insert(history.begin(), moment);
            verdict = {};
            return write_history(codec, history);
        }
    );
    return verdict;
}

std::string client_identity(
    const std::optional<std::string>& forwarded_for,
    const std::string& remote_address,
    std::optional<std::int64_t> num_proxies
) {
    if (!num_proxies) {
        return forwarded_for && !forwarded_for->empty() ? without_space(*forwarded_for)
                                                        : remote_address;
    }
    if (*num_proxies <= 0 || !forwarded_for) {
        return remote_address;
    }
    // The entry that the first of our proxies wrote; the leftmost one when there are fewer.
    std::string_view rest = *forwarded_for;
    for (auto proxy = *num_proxies; proxy > 1 && rest.rfind(',') != std::string_view::npos;
         --proxy) {
        rest = rest.substr(0, rest.rfind(','));
    }
    const auto comma = rest.rfind(',');
    return std::string(http::strip(comma == std::string_view::npos ? rest : rest.substr(comma + 1))
    );
}

std::string throttle_identity(ApiRequest& request) {
    const auto& site = request.http.site;
    return request.user ? site.users.table().key_text(request.user->id)
                        : client_identity(
                              request.http.header("X-Forwarded-For"),
                              request.http.wire.remote_address,
                              site.settings.rest_framework.num_proxies
                          );
}

ThrottleVerdict RateThrottle::allow_request(ApiRequest& request) const {
    if (!rate || (only_anonymous && request.user)) {
        return {};
    }
    auto& site = request.http.site;
    return count_request(
        *site.caches.at("default"),
        *codec,
        fmt::format("throttle_{}_{}", scope, throttle_identity(request)),
        *rate,
        site.clock()
    );
}

std::vector<std::unique_ptr<Throttle>> make_throttles(
    const Settings& settings,
    const std::optional<std::string>& view_scope,
    const CustomClasses& classes
) {
    std::vector<std::unique_ptr<Throttle>> throttles;
    const auto cache = settings.caches.find("default");
    const auto codec = std::make_shared<const django::CacheValueCodec>(
        cache == settings.caches.end() ? CacheSettings() : cache->second
    );
    for (const auto& name : settings.rest_framework.default_throttle_classes) {
        const ClassAttributes attributes(settings, name);
        if (const auto* row = find_class(rows, attributes)) {
            if (auto throttle = row->make({settings, attributes, view_scope})) {
                throttle->codec = codec;
                throttles.push_back(std::make_unique<RateThrottle>(std::move(*throttle)));
            }
        } else if (auto custom = classes.find<rest::Throttle>(attributes)) {
            throttles.push_back(std::make_unique<CustomThrottle>(name, std::move(custom)));
        } else {
            classes.refuse(settings, throttle_classes(), attributes);
        }
    }
    return throttles;
}

} // namespace drf_messages::api
