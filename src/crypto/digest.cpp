// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <climits>
#include <memory>
#include <stdexcept>
#include <utility>

namespace drf_messages::crypto {
namespace {

constexpr std::uint64_t scrypt_memory_limit_bytes = 128ULL * 1024 * 1024;

const EVP_MD* algorithm(Hash hash) {
    // Fetched once: a fetch by name takes locks and costs more than hashing a short text.
    static const std::array<EVP_MD*, 4> algorithms = {
        EVP_MD_fetch(nullptr, "MD5", nullptr),
        EVP_MD_fetch(nullptr, "SHA1", nullptr),
        EVP_MD_fetch(nullptr, "SHA256", nullptr),
        EVP_MD_fetch(nullptr, "SHA512", nullptr),
    };
    const EVP_MD* const found = algorithms[static_cast<std::size_t>(hash)];
    if (!found) {
        throw std::runtime_error("this OpenSSL does not offer a hash algorithm that is needed");
    }
    return found;
}

struct FreeMacContext {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// One per thread, since the one-shot HMAC() sets up everything again and takes three times as long.
EVP_MAC_CTX* hmac_context(Hash hash) {
    static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    thread_local std::array<std::unique_ptr<EVP_MAC_CTX, FreeMacContext>, 4> contexts;
    auto& context = contexts[static_cast<std::size_t>(hash)];
    if (!context) {
        std::string name = EVP_MD_get0_name(algorithm(hash));
        const std::array<OSSL_PARAM, 2> parameters = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
            OSSL_PARAM_construct_end(),
        };
        std::unique_ptr<EVP_MAC_CTX, FreeMacContext> made(mac ? EVP_MAC_CTX_new(mac) : nullptr);
        if (!made || EVP_MAC_CTX_set_params(made.get(), parameters.data()) != 1) {
            throw std::runtime_error("this OpenSSL does not offer HMAC");
        }
        context = std::move(made);
    }
    return context.get();
}

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* as_bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

int as_int(std::size_t size) {
    if (size > INT_MAX) {
        throw std::runtime_error("too long for OpenSSL");
    }
    return static_cast<int>(size);
}

} // namespace

std::string digest(Hash hash, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm(hash), nullptr) != 1) {
        throw std::runtime_error("OpenSSL could not compute a digest");
    }
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hmac(Hash hash, std::string_view key, std::string_view bytes) {
    // A null key means "the one before", so an empty view must not be one.
    const std::string_view given_key = key.data() ? key : std::string_view("");
    EVP_MAC_CTX* const context = hmac_context(hash);
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    std::size_t size = 0;
    if (EVP_MAC_init(context, as_bytes(given_key), given_key.size(), nullptr) != 1 ||
        EVP_MAC_update(context, as_bytes(bytes), bytes.size()) != 1 ||
        EVP_MAC_final(context, out.data(), &size, out.size()) != 1) {
        throw std::runtime_error("OpenSSL could not compute an HMAC");
    }
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string pbkdf2(
    Hash hash,
    std::string_view password,
    std::string_view salt,
    unsigned iterations,
    std::size_t length
) {
    std::string out(length, '\0');
    if (PKCS5_PBKDF2_HMAC(
            password.data(),
            as_int(password.size()),
            as_bytes(salt),
            as_int(salt.size()),
            as_int(iterations),
            algorithm(hash),
            as_int(length),
            as_bytes(out)
        ) != 1) {
        throw std::runtime_error("OpenSSL could not compute PBKDF2");
    }
    return out;
}

bool is_scrypt_cost(const ScryptCost& cost) {
    // Without room for a key OpenSSL only looks at the cost.
    return EVP_PBE_scrypt(
               "",
               0,
               as_bytes(std::string_view("")),
               0,
               cost.work_factor,
               cost.block_size,
               cost.parallelism,
               scrypt_memory_limit_bytes,
               nullptr,
               0
           ) == 1;
}

std::optional<std::string> scrypt(
    std::string_view password, std::string_view salt, const ScryptCost& cost, std::size_t length
) {
    const std::string_view given_password = password.data() ? password : std::string_view("");
    std::string out(length, '\0');
    if (EVP_PBE_scrypt(
            given_password.data(),
            password.size(),
            as_bytes(salt),
            salt.size(),
            cost.work_factor,
            cost.block_size,
            cost.parallelism,
            scrypt_memory_limit_bytes,
            as_bytes(out),
            out.size()
        ) != 1) {
        return std::nullopt;
    }
    return out;
}

std::string hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 0x0F];
    }
    return out;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace drf_messages::crypto
