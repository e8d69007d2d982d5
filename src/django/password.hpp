// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/random.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// What check_password says of a stored hash.
struct PasswordVerdict {
    bool correct = false;
    /// Whether the stored hash should be replaced: its algorithm is not the preferred one, its
    /// number of iterations differs, or its salt is short. Never set when the new hash would be
    /// weaker than the stored one.
    bool must_update = false;
};

/// What new hashes cost, where that is a setting or another one in each release.
struct NewHashes {
    std::uint32_t pbkdf2_iterations = 260'000; ///< Django 3.2's
    std::uint32_t scrypt_parallelism = 5;      ///< since Django 5.1
};

/// What becomes of a right password.
enum class Entry {
    open,
    closed, ///< it is refused as a wrong one is, such as that of an inactive user
};

class PasswordHasher;
class RefusalTime;

/// The classes that PASSWORD_HASHERS may list, also those that we do not have.
const std::vector<std::string>& known_password_hashers();

/// Django's password hashers: django/contrib/auth/hashers.py. `hashers` are dotted names, the
/// preferred one first; those that we do not have are skipped, and passwords stored by them never
/// verify. Thread safe.
class Passwords {
public:
    Passwords(
        const std::vector<std::string>& hashers,
        crypto::RandomBytes random,
        const NewHashes& new_hashes = {}
    );
    ~Passwords();
    Passwords(Passwords&&) noexcept;
    Passwords& operator=(Passwords&&) noexcept;

    /// No password matches a malformed hash, or one that no known hasher made (including an
    /// unusable password). All refusals take the same time: see RefusalTime. The hash of a password
    /// that is refused is never outdated.
    PasswordVerdict
    check(std::string_view password, std::string_view encoded, Entry entry = Entry::open) const;
    /// A new hash by the preferred hasher; by PBKDF2 with SHA-256 when we have none of the list.
    std::string make(std::string_view password) const;
    /// Spends the time that check() would take to refuse: for a user who does not exist.
    void pretend(std::string_view password) const;

    /// Whether learn() wants to see some rows of the user table: once in each process.
    bool wants_rows() const;
    /// What those rows hold: from now on no refusal takes less time than one of theirs.
    void learn(const std::vector<std::string>& rows) const;

private:
    const PasswordHasher& preferred() const;
    const PasswordHasher* find(std::string_view encoded) const;

    std::vector<std::unique_ptr<const PasswordHasher>> hashers_;
    crypto::RandomBytes random_;
    std::unique_ptr<RefusalTime> refusals_;
};

/// A hash that no password matches: "!" and random characters.
std::string make_unusable_password(const crypto::RandomBytes& random);

} // namespace drf_messages::django
