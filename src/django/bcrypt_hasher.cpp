// SPDX-License-Identifier: MIT
#include "crypto/bcrypt.hpp"
#include "crypto/digest.hpp"
#include "django/password_hasher.hpp"

#include <cmath>
#include <cstddef>

namespace drf_messages::django {
namespace {

// Django's `rounds`, an exponent of two.
constexpr int bcrypt_cost = 12;
constexpr std::size_t bytes_that_count = 72;

/// `with_sha256`: what is hashed is the hexadecimal SHA-256 of the password, so that its whole
/// length counts.
class BcryptHasher final : public PasswordHasher {
public:
    explicit BcryptHasher(bool with_sha256) : with_sha256_(with_sha256) {}

    std::string_view algorithm() const override {
        return with_sha256_ ? "bcrypt_sha256" : "bcrypt";
    }

    std::string encode(std::string_view password, std::string_view salt) const override {
        return std::string(algorithm()) + "$" + crypto::bcrypt(input(password), salt, bcrypt_cost);
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        next_hash_field(encoded);
        return crypto::bcrypt_verify(std::string(encoded), input(password));
    }

    bool differs_from_new(std::string_view encoded) const override {
        return cost(encoded) != cost_of_new();
    }

    double cost(std::string_view encoded) const override {
        next_hash_field(encoded);
        const auto exponent = crypto::bcrypt_cost(encoded);
        return exponent ? std::exp2(*exponent) : 0.0;
    }

    std::string_view cost_unit() const override { return "rounds of bcrypt"; }

    double cost_of_new() const override { return std::exp2(bcrypt_cost); }

private:
    std::string input(std::string_view password) const {
        if (with_sha256_) {
            return crypto::hex(crypto::digest(crypto::Hash::sha256, password));
        }
        // libcrypt refuses more than 511 bytes; the rest would not count anyway.
        return std::string(password.substr(0, password.find('\0')).substr(0, bytes_that_count));
    }

    bool with_sha256_;
};

} // namespace

std::unique_ptr<const PasswordHasher> make_bcrypt_sha256_hasher(const NewHashes&) {
    return std::make_unique<BcryptHasher>(true);
}

std::unique_ptr<const PasswordHasher> make_bcrypt_hasher(const NewHashes&) {
    return std::make_unique<BcryptHasher>(false);
}

} // namespace drf_messages::django
