// SPDX-License-Identifier: MIT
#include "crypto/argon2.hpp"

#include "crypto/digest.hpp"

#include <argon2.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace drf_messages::crypto {
namespace {

constexpr std::uint32_t memory_limit_kib = 1024 * 1024;
constexpr std::uint32_t passes_limit = 64;
constexpr std::uint32_t parallelism_limit = 64;
constexpr std::size_t hash_size = 16;

struct Kind {
    std::string_view name;
    argon2_type type;
};

constexpr Kind kinds[] = {
    {"$argon2id$", Argon2_id}, {"$argon2i$", Argon2_i}, {"$argon2d$", Argon2_d}};

/// A hash in Argon2's own form, taken apart.
struct Stored {
    argon2_type type = Argon2_id;
    std::uint32_t version = ARGON2_VERSION_10; ///< where none is named
    Argon2Cost cost;
    std::string salt;
    std::string hash;
};

std::string base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(size));
    return out.substr(0, out.find('='));
}

/// Absent unless it is what base64() makes of some bytes.
std::optional<std::string> from_base64(std::string_view text) {
    constexpr std::size_t longest = 1024;
    if (text.empty() || text.size() > longest) {
        return std::nullopt;
    }
    std::string padded(text);
    padded.append((4 - text.size() % 4) % 4, '=');
    std::string out(padded.size(), '\0');
    const int size = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(padded.data()),
        static_cast<int>(padded.size())
    );
    if (size < 0) {
        return std::nullopt;
    }
    out.resize(static_cast<std::size_t>(size) - (padded.size() - text.size()));
    return base64(out) == text ? std::optional(std::move(out)) : std::nullopt;
}

/// Removes `name` and the number after it from the front; false where they are not there.
bool take_number(std::string_view& text, std::string_view name, std::uint32_t& value) {
    if (!text.starts_with(name)) {
        return false;
    }
    const std::string_view digits = text.substr(name.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || (digits.front() == '0' && end != digits.data() + 1)) {
        return false;
    }
    text = digits.substr(static_cast<std::size_t>(end - digits.data()));
    return true;
}

bool is_possible(const Stored& stored) {
    return (stored.version == ARGON2_VERSION_10 || stored.version == ARGON2_VERSION_13) &&
           stored.cost.passes >= ARGON2_MIN_TIME && stored.cost.passes <= passes_limit &&
           stored.cost.parallelism >= ARGON2_MIN_LANES &&
           stored.cost.parallelism <= parallelism_limit &&
           stored.cost.memory_kib >= 2 * ARGON2_SYNC_POINTS * stored.cost.parallelism &&
           stored.cost.memory_kib <= memory_limit_kib &&
           stored.salt.size() >= ARGON2_MIN_SALT_LENGTH && stored.hash.size() >= ARGON2_MIN_OUTLEN;
}

/// As libargon2's decode_string() does.
std::optional<Stored> decode(std::string_view encoded) {
    const auto* const kind =
        std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& known) {
            return encoded.starts_with(known.name);
        });
    if (kind == std::end(kinds)) {
        return std::nullopt;
    }
    Stored stored;
    stored.type = kind->type;
    std::string_view rest = encoded.substr(kind->name.size() - 1);
    take_number(rest, "$v=", stored.version);
    if (!take_number(rest, "$m=", stored.cost.memory_kib) ||
        !take_number(rest, ",t=", stored.cost.passes) ||
        !take_number(rest, ",p=", stored.cost.parallelism) || !rest.starts_with('$')) {
        return std::nullopt;
    }
    rest.remove_prefix(1);
    const auto middle = rest.find('$');
    auto salt = from_base64(rest.substr(0, middle));
    auto hash = from_base64(
        middle == std::string_view::npos ? std::string_view() : rest.substr(middle + 1)
    );
    if (!salt || !hash) {
        return std::nullopt;
    }
    stored.salt = std::move(*salt);
    stored.hash = std::move(*hash);
    return is_possible(stored) ? std::optional(std::move(stored)) : std::nullopt;
}

std::uint8_t* as_bytes(std::string_view text) {
    // libargon2 only reads them, as no flag of ours lets it clear them.
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

/// Puts the hash of the password into `stored`, as long as the one that is there.
int compute(Stored& stored, std::string_view password) {
    argon2_context context{};
    context.out = reinterpret_cast<std::uint8_t*>(stored.hash.data());
    context.outlen = static_cast<std::uint32_t>(stored.hash.size());
    context.pwd = as_bytes(password);
    context.pwdlen = static_cast<std::uint32_t>(password.size());
    context.salt = as_bytes(stored.salt);
    context.saltlen = static_cast<std::uint32_t>(stored.salt.size());
    context.t_cost = stored.cost.passes;
    context.m_cost = stored.cost.memory_kib;
    context.lanes = stored.cost.parallelism;
    context.threads = 1;
    context.version = stored.version;
    context.flags = ARGON2_DEFAULT_FLAGS;
    return argon2_ctx(&context, stored.type);
}

} // namespace

std::string argon2id(std::string_view password, std::string_view salt, const Argon2Cost& cost) {
    Stored made{
        Argon2_id, ARGON2_VERSION_13, cost, std::string(salt), std::string(hash_size, '\0')};
    if (const int failure = compute(made, password); failure != ARGON2_OK) {
        throw std::runtime_error(argon2_error_message(failure));
    }
    return fmt::format(
        "$argon2id$v={}$m={},t={},p={}${}${}",
        made.version,
        cost.memory_kib,
        cost.passes,
        cost.parallelism,
        base64(made.salt),
        base64(made.hash)
    );
}

std::optional<Argon2Cost> argon2_cost(std::string_view encoded) {
    const auto stored = decode(encoded);
    return stored ? std::optional(stored->cost) : std::nullopt;
}

bool argon2_verify(std::string_view encoded, std::string_view password) {
    auto stored = decode(encoded);
    if (!stored) {
        return false;
    }
    const std::string expected = stored->hash;
    return compute(*stored, password) == ARGON2_OK && constant_time_equal(stored->hash, expected);
}

} // namespace drf_messages::crypto
