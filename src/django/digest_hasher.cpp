// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"
#include "django/password_hasher.hpp"

#include <utility>

namespace drf_messages::django {
namespace {

/// One round of MD5 or SHA-1, as old Djangos stored passwords and as settings for tests still name
/// it. Never among the hashers that Django uses by default.
class DigestHasher final : public PasswordHasher {
public:
    DigestHasher(std::string_view algorithm, crypto::Hash hash)
        : algorithm_(algorithm), hash_(hash) {}

    std::string_view algorithm() const override { return algorithm_; }

    std::string encode(std::string_view password, std::string_view salt) const override {
        std::string out(algorithm_);
        out.append("$").append(salt).append("$");
        return out.append(hex_digest(salt, password));
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        next_hash_field(encoded);
        const auto salt = next_hash_field(encoded);
        return !salt.empty() && crypto::constant_time_equal(encoded, hex_digest(salt, password));
    }

    bool differs_from_new(std::string_view encoded) const override {
        next_hash_field(encoded);
        return is_short_salt(next_hash_field(encoded));
    }

    double cost(std::string_view) const override { return 1.0; }
    double cost_of_new() const override { return 1.0; }

private:
    std::string hex_digest(std::string_view salt, std::string_view password) const {
        return crypto::hex(crypto::digest(hash_, std::string(salt).append(password)));
    }

    std::string_view algorithm_;
    crypto::Hash hash_;
};

/// The same without a salt; MD5 is alone or after "md5$$", SHA-1 after "sha1$$".
class UnsaltedDigestHasher final : public PasswordHasher {
public:
    UnsaltedDigestHasher(
        std::string_view algorithm, crypto::Hash hash, std::string_view prefix, bool writes_prefix
    )
        : algorithm_(algorithm), hash_(hash), prefix_(prefix), writes_prefix_(writes_prefix) {}

    std::string_view algorithm() const override { return algorithm_; }

    std::string encode(std::string_view password, std::string_view) const override {
        return (writes_prefix_ ? std::string(prefix_) : std::string()) + hex_digest(password);
    }

    bool verify(std::string_view password, std::string_view encoded) const override {
        if (encoded.starts_with(prefix_)) {
            encoded.remove_prefix(prefix_.size());
        }
        return crypto::constant_time_equal(encoded, hex_digest(password));
    }

    bool differs_from_new(std::string_view) const override { return false; }
    double cost(std::string_view) const override { return 1.0; }
    double cost_of_new() const override { return 1.0; }

private:
    std::string hex_digest(std::string_view password) const {
        return crypto::hex(crypto::digest(hash_, password));
    }

    std::string_view algorithm_;
    crypto::Hash hash_;
    std::string_view prefix_;
    bool writes_prefix_;
};

} // namespace

std::unique_ptr<const PasswordHasher> make_sha1_hasher(const NewHashes&) {
    return std::make_unique<DigestHasher>("sha1", crypto::Hash::sha1);
}

std::unique_ptr<const PasswordHasher> make_md5_hasher(const NewHashes&) {
    return std::make_unique<DigestHasher>("md5", crypto::Hash::md5);
}

std::unique_ptr<const PasswordHasher> make_unsalted_sha1_hasher(const NewHashes&) {
    return std::make_unique<UnsaltedDigestHasher>(
        "unsalted_sha1", crypto::Hash::sha1, "sha1$$", true
    );
}

std::unique_ptr<const PasswordHasher> make_unsalted_md5_hasher(const NewHashes&) {
    return std::make_unique<UnsaltedDigestHasher>(
        "unsalted_md5", crypto::Hash::md5, "md5$$", false
    );
}

} // namespace drf_messages::django
