// SPDX-License-Identifier: MIT
#include "django/signing.hpp"

#include "crypto/digest.hpp"
#include "text/base64.hpp"

#include <cstdint>

namespace drf_messages::django {
namespace {

constexpr char separator = ':';
constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string base62_encode(std::int64_t number) {
    if (number == 0)
        return "0";
    std::string digits;
    for (auto rest = number < 0 ? 0 - static_cast<std::uint64_t>(number)
                                : static_cast<std::uint64_t>(number);
         rest > 0;
         rest /= base62_digits.size())
        digits.insert(digits.begin(), base62_digits[rest % base62_digits.size()]);
    return number < 0 ? "-" + digits : digits;
}

// What django/utils/baseconv.py, base62.decode reads.
bool is_base62(std::string_view digits) {
    const bool negative = digits.starts_with('-');
    if (negative)
        digits.remove_prefix(1);
    return (negative || !digits.empty()) &&
           digits.find_first_not_of(base62_digits) == std::string_view::npos;
}

std::string
signature(std::string_view value, std::string_view salt, std::string_view secret, bool sha1) {
    return text::base64url_encode(salted_hmac(std::string(salt) + "signer", value, secret, sha1));
}

} // namespace
} // namespace drf_messages::django

std::string drf_messages::django::salted_hmac(
    std::string_view key_salt, std::string_view value, std::string_view secret, bool sha1
) {
    const auto hash = sha1 ? crypto::Hash::sha1 : crypto::Hash::sha256;
    std::string salted_secret;
    salted_secret.reserve(key_salt.size() + secret.size());
    salted_secret += key_salt;
    salted_secret += secret;
    return crypto::hmac(hash, crypto::digest(hash, salted_secret), value);
}

std::optional<std::string> drf_messages::django::unsign_timestamped(
    std::string_view signed_value, std::string_view salt, std::string_view secret
) {
    const auto before_signature = signed_value.rfind(separator);
    if (before_signature == std::string_view::npos)
        return std::nullopt;
    const auto stamped = signed_value.substr(0, before_signature);
    const auto given = signed_value.substr(before_signature + 1);
    if (!crypto::constant_time_equal(given, signature(stamped, salt, secret, false)) &&
        !crypto::constant_time_equal(given, signature(stamped, salt, secret, true)))
        return std::nullopt;

    const auto before_timestamp = stamped.rfind(separator);
    if (before_timestamp == std::string_view::npos)
        return std::nullopt;
    if (!is_base62(stamped.substr(before_timestamp + 1)))
        return std::nullopt;
    return std::string(stamped.substr(0, before_timestamp));
}

std::string drf_messages::django::sign_timestamped(
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
