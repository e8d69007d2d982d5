// SPDX-License-Identifier: MIT
#pragma once

#include "django/password.hpp"

#include <cstddef>
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
    /// All of it in the thread that calls, whose time RefusalTime counts.
    virtual bool verify(std::string_view password, std::string_view encoded) const = 0;

    /// Whether `encoded`, of this algorithm, was made with different parameters from those of a new
    /// hash, or with a short salt.
    virtual bool differs_from_new(std::string_view encoded) const = 0;

    /// What guessing one password costs an attacker, in units of cost_unit(), and, among hashes of
    /// this algorithm, how long verify() takes; 0 for what verify() refuses without computing.
    virtual double cost(std::string_view encoded) const = 0;
    virtual double cost_of_new() const = 0;
    /// Costs can be compared if this is equal. Otherwise only the order of PASSWORD_HASHERS says
    /// which algorithm is better.
    virtual std::string_view cost_unit() const { return "iterations of PBKDF2 with SHA-256"; }
};

// The classes; the table in password.cpp has their names in Django.
using HasherMaker = std::unique_ptr<const PasswordHasher>(const NewHashes&);
HasherMaker make_pbkdf2_sha256_hasher;
HasherMaker make_pbkdf2_sha1_hasher;
HasherMaker make_argon2_hasher;
HasherMaker make_bcrypt_sha256_hasher;
HasherMaker make_bcrypt_hasher;
HasherMaker make_scrypt_hasher;
HasherMaker make_sha1_hasher;
HasherMaker make_md5_hasher;
HasherMaker make_unsalted_sha1_hasher;
HasherMaker make_unsalted_md5_hasher;

/// The algorithm of a stored hash: the text up to its first "$", except for the hashes without salt
/// of ancient versions. Django: identify_hasher.
std::string_view algorithm_of(std::string_view encoded);

/// Of a new salt: 22 characters of 62 are 131 bits.
inline constexpr std::size_t salt_characters = 22;

/// Less than the 128 bits of entropy that Django wants: fewer characters than a new one has.
bool is_short_salt(std::string_view salt);

/// A parameter as Django writes it. Absent for any other spelling, with which the stored hash would
/// not equal a newly made one.
std::optional<std::uint32_t> hash_parameter(std::string_view digits);

/// The text before the next "$", and removes both from `rest`; all of `rest` when there is none.
std::string_view next_hash_field(std::string_view& rest);

} // namespace drf_messages::django
