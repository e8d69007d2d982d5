// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/random.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// What check_password says of a stored hash.
struct PasswordVerdict {
    bool correct = false;
    /// Whether the stored hash should be replaced: another algorithm than the preferred one,
    /// another count of iterations, a short salt. Never set when the new hash would be weaker than
    /// the stored one.
    bool must_update = false;
};

class PasswordHasher;

/// Django's password hashers: django/contrib/auth/hashers.py. `hashers` are dotted names, the
/// preferred one first; those that this build does not have are passed over, as passwords stored by
/// them never verify. Safe to share between threads.
class Passwords {
public:
    Passwords(const std::vector<std::string>& hashers, crypto::RandomBytes random);
    ~Passwords();
    Passwords(Passwords&&) noexcept;
    Passwords& operator=(Passwords&&) noexcept;

    /// A malformed hash is one that no password matches. One by no hasher of ours (an unusable
    /// password too) takes the time of a new one.
    PasswordVerdict check(std::string_view password, std::string_view encoded) const;
    /// A new hash by the preferred hasher; PBKDF2 with SHA-256 when none of the list is there.
    std::string make(std::string_view password) const;
    /// Spends the time that check() would have: for a user who does not exist.
    void pretend(std::string_view password) const;

private:
    const PasswordHasher& preferred() const;

    std::vector<std::unique_ptr<const PasswordHasher>> hashers_;
    crypto::RandomBytes random_;
};

/// A hash that no password matches: "!" and random characters.
std::string make_unusable_password(const crypto::RandomBytes& random);

} // namespace drf_messages::django
