// SPDX-License-Identifier: MIT
#include "django/password.hpp"

#include "base/names_of.hpp"
#include "django/password_hasher.hpp"
#include "django/refusal_time.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <system_error>
#include <utility>

namespace drf_messages::django {
namespace {

constexpr std::string_view random_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t unusable_suffix_length = 40;

struct Row {
    std::string_view name;
    HasherMaker* make; ///< null: we do not have it
};

/// The hashers of Django 3.2 to 6.0. The first is also the one that makes new hashes where we have
/// none of the list.
constexpr std::array rows{
    Row{"django.contrib.auth.hashers.PBKDF2PasswordHasher", make_pbkdf2_sha256_hasher},
    Row{"django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher", make_pbkdf2_sha1_hasher},
    Row{"django.contrib.auth.hashers.Argon2PasswordHasher", make_argon2_hasher},
    Row{"django.contrib.auth.hashers.BCryptSHA256PasswordHasher", make_bcrypt_sha256_hasher},
    Row{"django.contrib.auth.hashers.BCryptPasswordHasher", make_bcrypt_hasher},
    Row{"django.contrib.auth.hashers.ScryptPasswordHasher", make_scrypt_hasher},
    Row{"django.contrib.auth.hashers.SHA1PasswordHasher", make_sha1_hasher},
    Row{"django.contrib.auth.hashers.MD5PasswordHasher", make_md5_hasher},
    Row{"django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher", make_unsalted_sha1_hasher},
    Row{"django.contrib.auth.hashers.UnsaltedMD5PasswordHasher", make_unsalted_md5_hasher},
    Row{"django.contrib.auth.hashers.CryptPasswordHasher", nullptr},
};

} // namespace

std::string_view algorithm_of(std::string_view encoded) {
    constexpr std::size_t md5_digits = 32;
    constexpr std::size_t sha1_digits = 40;
    const auto is_unsalted = [encoded](std::string_view prefix, std::size_t digits) {
        return encoded.size() == prefix.size() + digits && encoded.starts_with(prefix);
    };
    if (is_unsalted("md5$$", md5_digits) ||
        (encoded.size() == md5_digits && encoded.find('$') == std::string_view::npos)) {
        return "unsalted_md5";
    }
    if (is_unsalted("sha1$$", sha1_digits)) {
        return "unsalted_sha1";
    }
    return encoded.substr(0, encoded.find('$'));
}

bool is_short_salt(std::string_view salt) {
    return text::utf8_length(salt) < salt_characters;
}

std::optional<std::uint32_t> hash_parameter(std::string_view digits) {
    std::uint32_t value = 0;
    const auto end = digits.data() + digits.size();
    const auto [parsed, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || parsed != end || digits.starts_with('0') || value > INT_MAX) {
        return std::nullopt;
    }
    return value;
}

std::string_view next_hash_field(std::string_view& rest) {
    const auto end = rest.find('$');
    const auto field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

const std::vector<std::string>& known_password_hashers() {
    static const std::vector<std::string> names = names_of(rows);
    return names;
}

Passwords::Passwords(
    const std::vector<std::string>& hashers, crypto::RandomBytes random, const NewHashes& new_hashes
)
    : random_(std::move(random)) {
    for (const auto& name : hashers) {
        const auto* const row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) {
            return known.name == name;
        });
        if (row != rows.end() && row->make != nullptr) {
            hashers_.push_back(row->make(new_hashes));
        }
    }
    if (hashers_.empty()) {
        hashers_.push_back(rows.front().make(new_hashes));
    }
    refusals_ = std::make_unique<RefusalTime>(hashers_);
}

Passwords::~Passwords() = default;
Passwords::Passwords(Passwords&&) noexcept = default;
Passwords& Passwords::operator=(Passwords&&) noexcept = default;

const PasswordHasher& Passwords::preferred() const {
    return *hashers_.front();
}

/// Null when none of ours has made it.
const PasswordHasher* Passwords::find(std::string_view encoded) const {
    const auto algorithm = algorithm_of(encoded);
    // As in Django, where a later one of the same algorithm takes an earlier one's place.
    const auto found = std::find_if(hashers_.rbegin(), hashers_.rend(), [&](const auto& known) {
        return known->algorithm() == algorithm;
    });
    return found == hashers_.rend() ? nullptr : found->get();
}

// Django: check_password, but for the time of a refusal.
PasswordVerdict
Passwords::check(std::string_view password, std::string_view encoded, Entry entry) const {
    const RefusalTime::Attempt attempt(*refusals_, password);
    const PasswordHasher* const hasher = find(encoded);
    const bool correct = hasher != nullptr && hasher->verify(password, encoded);
    if (!correct || entry == Entry::closed) {
        attempt.refuse(hasher, encoded);
        return {correct, false};
    }
    const bool is_preferred = hasher->algorithm() == preferred().algorithm();
    const bool outdated = !is_preferred || hasher->differs_from_new(encoded);
    const bool weaker = preferred().cost_unit() == hasher->cost_unit() &&
                        preferred().cost_of_new() < hasher->cost(encoded);
    return {true, outdated && !weaker};
}

std::string Passwords::make(std::string_view password) const {
    return preferred().encode(
        password, crypto::random_string(random_, salt_characters, random_characters)
    );
}

void Passwords::pretend(std::string_view password) const {
    RefusalTime::Attempt(*refusals_, password).refuse(nullptr, {});
}

bool Passwords::wants_rows() const {
    return refusals_->wants_rows();
}

void Passwords::learn(const std::vector<std::string>& rows) const {
    for (const std::string& encoded : rows) {
        if (const PasswordHasher* const hasher = find(encoded)) {
            refusals_->learn(*hasher, encoded);
        }
    }
    refusals_->has_rows();
}

std::string make_unusable_password(const crypto::RandomBytes& random) {
    return "!" + crypto::random_string(random, unusable_suffix_length, random_characters);
}

} // namespace drf_messages::django
