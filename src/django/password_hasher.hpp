// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// One of Django's hasher classes. Stored hashes come from outside: every function accepts
/// malformed ones.
class PasswordHasher {
public:
    virtual ~PasswordHasher() = default;

    /// As algorithm_of() finds it in a stored hash.
    virtual std::string_view algorithm() const = 0;

    virtual std::string encode(std::string_view password, std::string_view salt) const = 0;
    virtual bool verify(std::string_view password, std::string_view encoded) const = 0;

    /// Whether `encoded`, of this algorithm, was made with different parameters from those of a new
    /// hash, or with a short salt.
    virtual bool differs_from_new(std::string_view encoded) const = 0;

    /// What guessing one password costs an attacker, in units of cost_unit(); 0 when malformed.
    virtual double cost(std::string_view encoded) const = 0;
    virtual double cost_of_new() const = 0;
    /// Costs can be compared if this is equal. Otherwise only the order of PASSWORD_HASHERS says
    /// which algorithm is better.
    virtual std::string_view cost_unit() const { return "iterations of PBKDF2 with SHA-256"; }

    /// After a failed verify: spends the time that a new hash would have cost in addition to
    /// `encoded`.
    virtual void harden_runtime(std::string_view password, std::string_view encoded) const = 0;
};

// The classes; the table in password.cpp has their names in Django.
std::unique_ptr<const PasswordHasher> make_pbkdf2_sha256_hasher();
std::unique_ptr<const PasswordHasher> make_pbkdf2_sha1_hasher();
std::unique_ptr<const PasswordHasher> make_argon2_hasher();
std::unique_ptr<const PasswordHasher> make_bcrypt_sha256_hasher();
std::unique_ptr<const PasswordHasher> make_bcrypt_hasher();
std::unique_ptr<const PasswordHasher> make_scrypt_hasher();
std::unique_ptr<const PasswordHasher> make_sha1_hasher();
std::unique_ptr<const PasswordHasher> make_md5_hasher();
std::unique_ptr<const PasswordHasher> make_unsalted_sha1_hasher();
std::unique_ptr<const PasswordHasher> make_unsalted_md5_hasher();

/// The algorithm of a stored hash: the text up to its first "$", except for the hashes without salt
/// of ancient versions. Django: identify_hasher.
std::string_view algorithm_of(std::string_view encoded);

/// Less than the 128 bits of entropy that Django wants: fewer than 22 characters.
bool is_short_salt(std::string_view salt);

/// A parameter as Django writes it. Absent for any other spelling, with which the stored hash would
/// not equal a newly made one.
std::optional<std::uint32_t> hash_parameter(std::string_view digits);

/// The text before the next "$", and removes both from `rest`; all of `rest` when there is none.
std::string_view next_hash_field(std::string_view& rest);

} // namespace drf_messages::django
