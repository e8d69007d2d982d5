// SPDX-License-Identifier: MIT
#include "django/signing.hpp"

#include "crypto/digest.hpp"
#include "text/base64.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace drf_messages::django {
namespace {

constexpr char separator = ':';
constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string base62_encode(std::int64_t number) {
    if (number == 0) {
        return "0";
    }
    std::string digits;
    for (auto rest = number < 0 ? 0 - static_cast<std::uint64_t>(number)
                                : static_cast<std::uint64_t>(number);
         rest > 0;
         rest /= base62_digits.size()) {
        digits.insert(digits.begin(), base62_digits[rest % base62_digits.size()]);
    }
    return number < 0 ? "-" + digits : digits;
}

// What django/utils/baseconv.py, base62.decode reads; beyond 64 bits the largest or smallest
// number, which is as far in the future or past.
std::optional<std::int64_t> base62_decode(std::string_view digits) {
    const bool negative = digits.starts_with('-');
    if (negative) {
        digits.remove_prefix(1);
    }
    if (!negative && digits.empty()) {
        return std::nullopt;
    }
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    constexpr auto base = static_cast<std::int64_t>(base62_digits.size());
    std::int64_t number = 0;
    for (const char digit : digits) {
        const auto value = base62_digits.find(digit);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        const auto unit = static_cast<std::int64_t>(value);
        number = number > (largest - unit) / base ? largest : number * base + unit;
    }
    return negative ? -number : number;
}

// The digest of salt and secret. There are only a few of them, and each request needs them again.
const std::string&
derived_key(crypto::Hash hash, std::string_view key_salt, std::string_view secret) {
    struct Derived {
        crypto::Hash hash{};
        std::string salted_secret;
        std::string key;
    };
    thread_local std::array<Derived, 4> kept;
    thread_local std::size_t next = 0;
    for (const Derived& derived : kept) {
        if (derived.hash == hash && !derived.key.empty() &&
            derived.salted_secret.size() == key_salt.size() + secret.size() &&
            derived.salted_secret.starts_with(key_salt) &&
            derived.salted_secret.ends_with(secret)) {
            return derived.key;
        }
    }
    Derived& derived = kept[next++ % kept.size()];
    derived.key.clear();
    derived.hash = hash;
    derived.salted_secret = key_salt;
    derived.salted_secret += secret;
    derived.key = crypto::digest(hash, derived.salted_secret);
    return derived.key;
}

std::string
signature(std::string_view value, std::string_view salt, std::string_view secret, bool sha1) {
    return text::base64url_encode(salted_hmac(std::string(salt) + "signer", value, secret, sha1));
}

struct Unsigned {
    std::string_view value; ///< a part of what was given
    std::int64_t signed_at; ///< seconds since 1970
};

std::optional<Unsigned> unsign(
    std::string_view signed_value,
    std::string_view salt,
    std::string_view secret,
    LegacyFormats legacy
) {
    const auto before_signature = signed_value.rfind(separator);
    if (before_signature == std::string_view::npos) {
        return std::nullopt;
    }
    const auto stamped = signed_value.substr(0, before_signature);
    const auto given = signed_value.substr(before_signature + 1);
    const auto fits = [&](bool sha1) {
        return crypto::constant_time_equal(given, signature(stamped, salt, secret, sha1));
    };
    if (!fits(false) && !(legacy == LegacyFormats::accepted && fits(true))) {
        return std::nullopt;
    }

    const auto before_timestamp = stamped.rfind(separator);
    if (before_timestamp == std::string_view::npos) {
        return std::nullopt;
    }
    const auto signed_at = base62_decode(stamped.substr(before_timestamp + 1));
    if (!signed_at) {
        return std::nullopt;
    }
    return Unsigned{stamped.substr(0, before_timestamp), *signed_at};
}

// Python counts the age in fractions of a second: one microsecond too many is too old.
bool is_older(std::int64_t signed_at, std::chrono::seconds max_age, Timestamp now) {
    const auto second = std::chrono::ceil<std::chrono::seconds>(now).time_since_epoch();
    // No age is so far below zero that the difference could overflow.
    const auto age = std::max(max_age, -second);
    return signed_at < (second - age).count();
}

} // namespace

std::string
salted_hmac(std::string_view key_salt, std::string_view value, std::string_view secret, bool sha1) {
    const auto hash = sha1 ? crypto::Hash::sha1 : crypto::Hash::sha256;
    return crypto::hmac(hash, derived_key(hash, key_salt, secret), value);
}

std::optional<std::string> unsign_timestamped(
    std::string_view signed_value,
    std::string_view salt,
    std::string_view secret,
    LegacyFormats legacy
) {
    const auto found = unsign(signed_value, salt, secret, legacy);
    return found ? std::optional<std::string>(found->value) : std::nullopt;
}

std::optional<std::string> unsign_recent(
    std::string_view signed_value,
    std::string_view salt,
    std::string_view secret,
    std::chrono::seconds max_age,
    Timestamp now,
    LegacyFormats legacy
) {
    const auto found = unsign(signed_value, salt, secret, legacy);
    if (!found || is_older(found->signed_at, max_age, now)) {
        return std::nullopt;
    }
    return std::string(found->value);
}

std::string sign_timestamped(
    std::string_view value,
    std::string_view salt,
    std::string_view secret,
    std::chrono::sys_seconds now
) {
    std::string out(value);
    out += separator;
    out += base62_encode(now.time_since_epoch().count());
    const std::string made = signature(out, salt, secret, false);
    out += separator;
    out += made;
    return out;
}

} // namespace drf_messages::django
