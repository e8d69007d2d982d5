// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// What a cache server stores under one key.
struct CacheBytes {
    std::string bytes;
    std::uint32_t flags = 0; ///< memcached's; 0 elsewhere
};

/// How a cache backend of Django writes a value as bytes: pickled, as JSON, compressed, an integer
/// as its digits. Immutable, safe to share between threads.
class CacheValueCodec {
public:
    /// For `[CACHES.ALIAS]`: its backend and those of its OPTIONS that change the bytes.
    /// - throws std::invalid_argument for an unknown backend or option, and names it.
    explicit CacheValueCodec(const CacheSettings& settings);

    /// Absent for what the backend could not read either, and for what read_pickle refuses. Values
    /// that JSON cannot hold are represented as read_pickle says, and survive decode and encode; a
    /// dict from which something was skipped cannot be encoded: std::logic_error.
    std::optional<boost::json::value> decode(std::string_view bytes, std::uint32_t flags = 0) const;

    CacheBytes encode(const boost::json::value& value) const;

private:
    enum class Backend { django_redis, redis, pylibmc, pymemcache, python_memcached, local };
    enum class Compressor { identity, zlib, gzip };

    std::optional<boost::json::value> decode_redis(std::string_view bytes) const;
    std::optional<boost::json::value>
    decode_memcached(std::string_view bytes, std::uint32_t flags) const;
    CacheBytes encode_redis(const boost::json::value& value) const;
    CacheBytes encode_memcached(const boost::json::value& value) const;

    Backend backend_ = Backend::local;
    Compressor compressor_ = Compressor::identity;
    bool json_ = false;
    int pickle_protocol_ = 5;
};

} // namespace drf_messages::django
