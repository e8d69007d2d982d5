// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"
#include "django/password_hasher.hpp"
#include "text/base64.hpp"

namespace drf_messages::django {
namespace {

// More is refused, as no Django ever wrote it: a quarter of a minute.
constexpr std::uint32_t iterations_limit = 50'000'000;

struct Stored {
    std::uint32_t iterations;
    std::string_view salt;
    std::string_view hash;
};

class Pbkdf2Hasher final : public PasswordHasher {
public:
    Pbkdf2Hasher(
        std::string_view algorithm,
        crypto::Hash hash,
        std::size_t size,
        double iteration_cost,
        std::uint32_t new_iterations
    )
        : algorithm_(algorithm), hash_(hash), size_(size), iteration_cost_(iteration_cost),
          new_iterations_(new_iterations) {}

    std::string_view algorithm() const override { return algorithm_; }

    std::string encode(std::string_view password, std::string_view salt) const override {
        std::string out(algorithm_);
        out.append("$").append(std::to_string(new_iterations_)).append("$");
        out.append(salt).append("$").append(derive(password, salt, new_iterations_));
        return out;
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        const auto stored = decode(encoded);
        return stored && crypto::constant_time_equal(
                             stored->hash, derive(password, stored->salt, stored->iterations)
                         );
    }

    bool differs_from_new(std::string_view encoded) const override {
        const auto stored = decode(encoded);
        return stored && (stored->iterations != new_iterations_ || is_short_salt(stored->salt));
    }

    double cost(std::string_view encoded) const override {
        const auto stored = decode(encoded);
        return stored ? stored->iterations * iteration_cost_ : 0.0;
    }

    double cost_of_new() const override { return new_iterations_ * iteration_cost_; }

private:
    static std::optional<Stored> decode(std::string_view encoded) {
        next_hash_field(encoded);
        const auto iterations = hash_parameter(next_hash_field(encoded));
        const auto salt = next_hash_field(encoded);
        if (!iterations || *iterations > iterations_limit || salt.empty() || encoded.empty()) {
            return std::nullopt;
        }
        return Stored{*iterations, salt, encoded};
    }

    std::string
    derive(std::string_view password, std::string_view salt, std::uint32_t iterations) const {
        return text::base64_encode(crypto::pbkdf2(hash_, password, salt, iterations, size_));
    }

    std::string_view algorithm_;
    crypto::Hash hash_;
    std::size_t size_;
    double iteration_cost_;
    std::uint32_t new_iterations_;
};

} // namespace

std::unique_ptr<const PasswordHasher> make_pbkdf2_sha256_hasher(const NewHashes& made) {
    return std::make_unique<Pbkdf2Hasher>(
        "pbkdf2_sha256", crypto::Hash::sha256, 32, 1.0, made.pbkdf2_iterations
    );
}

std::unique_ptr<const PasswordHasher> make_pbkdf2_sha1_hasher(const NewHashes& made) {
    // Graphics cards compute two and a half times as many iterations with SHA-1.
    return std::make_unique<Pbkdf2Hasher>(
        "pbkdf2_sha1", crypto::Hash::sha1, 20, 0.4, made.pbkdf2_iterations
    );
}

} // namespace drf_messages::django
