// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"
#include "django/password_hasher.hpp"
#include "text/base64.hpp"

#include <stdexcept>

namespace drf_messages::django {
namespace {

constexpr std::uint32_t work_factor = 1U << 14;
constexpr std::uint32_t block_size = 8;
// More is refused: the time is proportional to it, and no Django ever wrote it.
constexpr std::uint32_t parallelism_limit = 64;
constexpr std::size_t hash_size = 64;

struct Stored {
    crypto::ScryptCost cost;
    std::string_view salt;
    std::string_view hash;
};

double in_pbkdf2_iterations(const crypto::ScryptCost& cost) {
    // Graphics cards, which PBKDF2 suits, pay about ten iterations for a block of memory.
    return 10.0 * static_cast<double>(cost.work_factor) * static_cast<double>(cost.block_size) *
           static_cast<double>(cost.parallelism);
}

std::optional<Stored> decode(std::string_view encoded) {
    next_hash_field(encoded);
    const auto work_factor = hash_parameter(next_hash_field(encoded));
    const auto salt = next_hash_field(encoded);
    const auto block_size = hash_parameter(next_hash_field(encoded));
    const auto parallelism = hash_parameter(next_hash_field(encoded));
    if (!work_factor || !block_size || !parallelism || *parallelism > parallelism_limit ||
        salt.empty() || encoded.empty()) {
        return std::nullopt;
    }
    return Stored{{*work_factor, *block_size, *parallelism}, salt, encoded};
}

class ScryptHasher final : public PasswordHasher {
public:
    explicit ScryptHasher(std::uint32_t parallelism)
        : new_cost_{work_factor, block_size, parallelism} {}

    std::string_view algorithm() const override { return "scrypt"; }

    std::string encode(std::string_view password, std::string_view salt) const override {
        const auto hash = crypto::scrypt(password, salt, new_cost_, hash_size);
        if (!hash) {
            throw std::runtime_error("OpenSSL could not compute scrypt");
        }
        std::string out(algorithm());
        out.append("$").append(std::to_string(new_cost_.work_factor)).append("$");
        out.append(salt).append("$").append(std::to_string(new_cost_.block_size)).append("$");
        out.append(std::to_string(new_cost_.parallelism)).append("$");
        return out.append(text::base64_encode(*hash));
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        const auto stored = decode(encoded);
        if (!stored) {
            return false;
        }
        const auto hash = crypto::scrypt(password, stored->salt, stored->cost, hash_size);
        return hash && crypto::constant_time_equal(stored->hash, text::base64_encode(*hash));
    }

    // Django looks at no salt here.
    bool differs_from_new(std::string_view encoded) const override {
        const auto stored = decode(encoded);
        return stored && (stored->cost.work_factor != new_cost_.work_factor ||
                          stored->cost.block_size != new_cost_.block_size ||
                          stored->cost.parallelism != new_cost_.parallelism);
    }

    double cost(std::string_view encoded) const override {
        const auto stored = decode(encoded);
        return stored && crypto::is_scrypt_cost(stored->cost) ? in_pbkdf2_iterations(stored->cost)
                                                              : 0.0;
    }

    double cost_of_new() const override { return in_pbkdf2_iterations(new_cost_); }

private:
    crypto::ScryptCost new_cost_;
};

} // namespace

std::unique_ptr<const PasswordHasher> make_scrypt_hasher(const NewHashes& made) {
    return std::make_unique<ScryptHasher>(made.scrypt_parallelism);
}

} // namespace drf_messages::django
