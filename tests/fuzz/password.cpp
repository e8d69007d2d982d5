// SPDX-License-Identifier: MIT
// Stored password hashes: malformed ones are refused by every hasher. What would take long is not
// tried.
#include "django/password_hasher.hpp"
#include "fuzz.hpp"

#include <array>
#include <memory>

using namespace drf_messages;

namespace {

constexpr double affordable_pbkdf2 = 2'000.0;
constexpr double affordable_bcrypt = 32.0;
constexpr double affordable_argon2 = 2'048.0;

using Hashers = std::array<std::unique_ptr<const django::PasswordHasher>, 10>;

const Hashers& hashers() {
    static const Hashers all{
        django::make_pbkdf2_sha256_hasher({}),
        django::make_pbkdf2_sha1_hasher({}),
        django::make_scrypt_hasher({}),
        django::make_argon2_hasher({}),
        django::make_bcrypt_hasher({}),
        django::make_bcrypt_sha256_hasher({}),
        django::make_md5_hasher({}),
        django::make_sha1_hasher({}),
        django::make_unsalted_md5_hasher({}),
        django::make_unsalted_sha1_hasher({})};
    return all;
}

double affordable(const django::PasswordHasher& hasher) {
    if (hasher.algorithm().starts_with("bcrypt"))
        return affordable_bcrypt;
    return hasher.algorithm() == "argon2" ? affordable_argon2 : affordable_pbkdf2;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto encoded = fuzz::text(data, size);
    for (const auto& hasher : hashers()) {
        fuzz::require(hasher != nullptr);
        static_cast<void>(hasher->differs_from_new(encoded));
        const double cost = hasher->cost(encoded);
        fuzz::require(cost >= 0.0);
        if (cost <= affordable(*hasher)) {
            // What costs nothing is refused without computing: RefusalTime relies on it.
            const bool correct = hasher->verify("password", encoded);
            fuzz::require(cost > 0.0 || !correct);
        }
    }
    return 0;
}
