// SPDX-License-Identifier: MIT
#include "model/release_defaults.hpp"

namespace drf_messages::model {

std::string opener_policy_of(const Settings& settings, const Differences& differences) {
    return settings.secure_cross_origin_opener_policy.value_or(
        differences.has(Difference::opener_policy) ? "same-origin" : ""
    );
}

bool checks_origin(const Settings& settings, const Differences& differences) {
    return settings.csrf_check_origin.value_or(differences.has(Difference::csrf_origin));
}

bool localizes(const Settings& settings, const Differences& differences) {
    return differences.has(Difference::always_localized) ||
           settings.use_l10n.value_or(differences.has(Difference::localized_by_default));
}

std::vector<ClassName> password_hashers_of(const Settings& settings) {
    if (settings.password_hashers) {
        return *settings.password_hashers;
    }
    std::vector<ClassName> hashers{
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.BCryptSHA256PasswordHasher"};
    if (differences_of(settings).has(Difference::scrypt_by_default)) {
        hashers.emplace_back("django.contrib.auth.hashers.ScryptPasswordHasher");
    }
    return hashers;
}

std::size_t pbkdf2_iterations_of(const Settings& settings) {
    return settings.pbkdf2_iterations.value_or(pbkdf2_iterations_of(releases_of(settings).django));
}

} // namespace drf_messages::model
