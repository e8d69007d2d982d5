// SPDX-License-Identifier: MIT
#include "crypto/argon2.hpp"
#include "django/password_hasher.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drf_messages::django {
namespace {

// Django 3.2's to 6's.
constexpr crypto::Argon2Cost argon2_cost{102'400, 2, 8};

/// The part after "argon2": Argon2's own form, which begins with "$".
std::string_view own_form(std::string_view encoded) {
    return encoded.substr(std::min(encoded.find('$'), encoded.size()));
}

/// - salt_and_hash: both in base64 without padding, "SALT$HASH".
bool has_short_salt(std::string_view salt_and_hash) {
    const std::size_t characters = std::min(salt_and_hash.find('$'), salt_and_hash.size());
    return characters * 6 / 8 < salt_characters;
}

class Argon2Hasher final : public PasswordHasher {
public:
    std::string_view algorithm() const override { return "argon2"; }

    std::string encode(std::string_view password, std::string_view salt) const override {
        return std::string(algorithm()) + crypto::argon2id(password, salt, argon2_cost);
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        return crypto::argon2_verify(own_form(encoded), password);
    }

    bool differs_from_new(std::string_view encoded) const override {
        const std::string_view own = own_form(encoded);
        const std::string made = fmt::format(
            "$argon2id$v=19$m={},t={},p={}$",
            argon2_cost.memory_kib,
            argon2_cost.passes,
            argon2_cost.parallelism
        );
        return !own.starts_with(made) || has_short_salt(own.substr(made.size()));
    }

    double cost(std::string_view encoded) const override {
        const auto cost = crypto::argon2_cost(own_form(encoded));
        return cost ? static_cast<double>(cost->memory_kib) * cost->passes : 0.0;
    }

    std::string_view cost_unit() const override { return "KiB passed over by Argon2"; }

    double cost_of_new() const override {
        return static_cast<double>(argon2_cost.memory_kib) * argon2_cost.passes;
    }
};

} // namespace

std::unique_ptr<const PasswordHasher> make_argon2_hasher(const NewHashes&) {
    return std::make_unique<Argon2Hasher>();
}

} // namespace drf_messages::django
