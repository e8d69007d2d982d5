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

class Argon2Hasher final : public PasswordHasher {
public:
    std::string_view algorithm() const override { return "argon2"; }

    std::string encode(std::string_view password, std::string_view salt) const override {
        return std::string(algorithm()) + crypto::argon2id(password, salt, argon2_cost);
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        return crypto::argon2_verify(std::string(own_form(encoded)), password);
    }

    bool differs_from_new(std::string_view encoded) const override {
        return !own_form(encoded).starts_with(fmt::format(
            "$argon2id$v=19$m={},t={},p={}$",
            argon2_cost.memory_kib,
            argon2_cost.passes,
            argon2_cost.parallelism
        ));
    }

    double cost(std::string_view encoded) const override {
        const std::string_view rest = own_form(encoded);
        const auto number = [rest](std::string_view name) {
            const auto at = rest.find(name);
            if (at == std::string_view::npos) {
                return 0.0;
            }
            const auto digits = rest.substr(at + name.size());
            const auto value = hash_parameter(digits.substr(0, digits.find_first_of(",$")));
            return value ? static_cast<double>(*value) : 0.0;
        };
        return number("$m=") * number(",t=");
    }

    std::string_view cost_unit() const override { return "KiB passed over by Argon2"; }

    double cost_of_new() const override {
        return static_cast<double>(argon2_cost.memory_kib) * argon2_cost.passes;
    }

    // Django leaves it out too: its running time is not a sum of steps.
    void harden_runtime(std::string_view, std::string_view) const override {}
};

} // namespace

std::unique_ptr<const PasswordHasher> make_argon2_hasher() {
    return std::make_unique<Argon2Hasher>();
}

} // namespace drf_messages::django
