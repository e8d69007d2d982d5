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

using Hashers = std::array<std::unique_ptr<const django::PasswordHasher>, 9>;

const Hashers& hashers() {
    static const Hashers all{
        django::make_pbkdf2_hasher("django.contrib.auth.hashers.PBKDF2PasswordHasher"),
        django::make_pbkdf2_hasher("django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"),
        django::make_scrypt_hasher("django.contrib.auth.hashers.ScryptPasswordHasher"),
        django::make_argon2_hasher("django.contrib.auth.hashers.Argon2PasswordHasher"),
        django::make_bcrypt_hasher("django.contrib.auth.hashers.BCryptPasswordHasher"),
        django::make_bcrypt_hasher("django.contrib.auth.hashers.BCryptSHA256PasswordHasher"),
        django::make_digest_hasher("django.contrib.auth.hashers.MD5PasswordHasher"),
        django::make_digest_hasher("django.contrib.auth.hashers.SHA1PasswordHasher"),
        django::make_digest_hasher("django.contrib.auth.hashers.UnsaltedMD5PasswordHasher")};
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
        if (cost <= affordable(*hasher))
            static_cast<void>(hasher->verify("password", encoded));
    }
    return 0;
}
