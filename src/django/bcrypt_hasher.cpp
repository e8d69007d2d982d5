// SPDX-License-Identifier: MIT
#include "crypto/bcrypt.hpp"
#include "crypto/digest.hpp"
#include "django/password_hasher.hpp"

#include <cmath>

namespace drf_messages::django {
namespace {

// Django's `rounds`, an exponent of two.
constexpr int bcrypt_cost = 12;

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
        next_hash_field(encoded); // algorithm
        next_hash_field(encoded); // the empty text before bcrypt's own first "$"
        next_hash_field(encoded); // its version
        auto digits = next_hash_field(encoded);
        if (digits.starts_with('0')) {
            digits.remove_prefix(1);
        }
        const auto exponent = hash_parameter(digits);
        return exponent && *exponent < 32 ? std::exp2(*exponent) : 0.0;
    }

    std::string_view cost_unit() const override { return "rounds of bcrypt"; }

    double cost_of_new() const override { return std::exp2(bcrypt_cost); }

    void harden_runtime(std::string_view password, std::string_view encoded) const override {
        constexpr std::string_view any_salt = "abcdefghijklmnopqrstuu";
        const double stored = cost(encoded);
        if (stored < 16.0) { // below bcrypt's least, or malformed
            return;
        }
        for (double missing = cost_of_new() / stored - 1.0; missing > 0.0; missing -= 1.0) {
            crypto::bcrypt(input(password), any_salt, static_cast<int>(std::log2(stored)));
        }
    }

private:
    std::string input(std::string_view password) const {
        if (with_sha256_) {
            return crypto::hex(crypto::digest(crypto::Hash::sha256, password));
        }
        return std::string(password.substr(0, password.find('\0')));
    }

    bool with_sha256_;
};

} // namespace

std::unique_ptr<const PasswordHasher> make_bcrypt_sha256_hasher() {
    return std::make_unique<BcryptHasher>(true);
}

std::unique_ptr<const PasswordHasher> make_bcrypt_hasher() {
    return std::make_unique<BcryptHasher>(false);
}

} // namespace drf_messages::django
