// SPDX-License-Identifier: MIT
#include "cache/memcached_ring.hpp"

#include "text/utf8.hpp"

#include <libmemcached/memcached.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

namespace drf_messages::cache {
namespace {

class OneServer final : public MemcachedRing {
public:
    std::size_t server_of(std::string_view) const override { return 0; }
};

/// pylibmc is libmemcached, asked in the same way.
class LibmemcachedRing final : public MemcachedRing {
public:
    explicit LibmemcachedRing(const MemcachedOptions& options)
        : state_(::memcached_create(nullptr), ::memcached_free) {
        if (!state_) {
            throw std::bad_alloc();
        }
        for (const auto& server : options.servers) {
            const auto added =
                server.unix_socket
                    ? ::memcached_server_add_unix_socket_with_weight(
                          state_.get(), server.host.c_str(), server.weight
                      )
                    : ::memcached_server_add_with_weight(
                          state_.get(), server.host.c_str(), server.port, server.weight
                      );
            if (added != MEMCACHED_SUCCESS) {
                throw std::invalid_argument("LOCATION: libmemcached does not take the servers");
            }
        }
        for (const auto& [behavior, value] : options.behaviors) {
            if (::memcached_behavior_set(
                    state_.get(), static_cast<memcached_behavior_t>(behavior), value
                ) != MEMCACHED_SUCCESS) {
                throw std::invalid_argument(
                    "OPTIONS.behaviors: libmemcached does not take this hash or distribution"
                );
            }
        }
    }

    std::size_t server_of(std::string_view key) const override {
        return ::memcached_generate_hash(state_.get(), key.data(), key.size());
    }

private:
    std::unique_ptr<memcached_st, void (*)(memcached_st*)> state_;
};

/// MurmurHash3's 32-bit variant, public domain by Austin Appleby, with the seed 0.
std::uint32_t murmur3(std::string_view bytes) {
    const auto rotated = [](std::uint32_t value, int by) {
        return (value << by) | (value >> (32 - by));
    };
    const auto at = [&](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(bytes[i])};
    };
    const auto scrambled = [&](std::uint32_t block) {
        return rotated(block * 0xcc9e2d51U, 15) * 0x1b873593U;
    };
    std::uint32_t hash = 0;
    const std::size_t whole = bytes.size() / 4 * 4;
    for (std::size_t i = 0; i < whole; i += 4) {
        hash ^= scrambled(at(i) | at(i + 1) << 8 | at(i + 2) << 16 | at(i + 3) << 24);
        hash = rotated(hash, 13) * 5 + 0xe6546b64U;
    }
    std::uint32_t rest = 0;
    for (std::size_t i = bytes.size(); i-- > whole;) {
        rest = rest << 8 | at(i);
    }
    hash ^= scrambled(rest);
    hash ^= static_cast<std::uint32_t>(bytes.size());
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
    return hash ^ (hash >> 16);
}

/// pymemcache hashes characters, each by its lowest byte.
std::string low_bytes(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const auto character = text::first_utf8_character(text);
        bytes += static_cast<char>(character.code_point & 0xff);
        text.remove_prefix(character.size);
    }
    return bytes;
}

/// pymemcache's HashClient: the server whose name gives the highest hash together with the key.
class RendezvousRing final : public MemcachedRing {
public:
    explicit RendezvousRing(const MemcachedOptions& options) : servers_(options.servers) {}

    std::size_t server_of(std::string_view key) const override {
        const std::string suffix = '-' + low_bytes(key);
        std::size_t winner = 0;
        std::uint32_t best = 0;
        for (std::size_t i = 0; i < servers_.size(); ++i) {
            const std::uint32_t score = murmur3(low_bytes(servers_[i].name) + suffix);
            if (i == 0 || score > best ||
                (score == best && servers_[i].name > servers_[winner].name)) {
                winner = i;
                best = score;
            }
        }
        return winner;
    }

private:
    std::vector<MemcachedServer> servers_;
};

/// python-memcached: part of a CRC, modulo the number of servers.
class CrcRing final : public MemcachedRing {
public:
    explicit CrcRing(const MemcachedOptions& options) : count_(options.servers.size()) {}

    std::size_t server_of(std::string_view key) const override {
        const std::uint32_t hash =
            ::memcached_generate_hash_value(key.data(), key.size(), MEMCACHED_HASH_CRC);
        return std::max<std::uint32_t>(hash, 1) % count_;
    }

private:
    std::size_t count_;
};

} // namespace

std::unique_ptr<MemcachedRing> make_ring(const MemcachedOptions& options) {
    if (options.servers.size() == 1) {
        return std::make_unique<OneServer>();
    }
    switch (options.distribution) {
    case Distribution::rendezvous:
        return std::make_unique<RendezvousRing>(options);
    case Distribution::crc:
        return std::make_unique<CrcRing>(options);
    case Distribution::libmemcached:
        break;
    }
    return std::make_unique<LibmemcachedRing>(options);
}

} // namespace drf_messages::cache
