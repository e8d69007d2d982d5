// SPDX-License-Identifier: MIT
#include "django/cache_value.hpp"

#include "django/compression.hpp"
#include "django/pickle.hpp"
#include "django/python_json.hpp"
#include "django/python_value.hpp"
#include "text/ascii.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace drf_messages::django {
namespace {

// As in pylibmc, pymemcache and python-memcached.
constexpr std::uint32_t flag_pickle = 1;
constexpr std::uint32_t flag_integer = 2;
constexpr std::uint32_t flag_long = 4;
constexpr std::uint32_t flag_zlib = 8;
constexpr std::uint32_t flag_text = 16;
constexpr std::uint32_t type_flags = flag_pickle | flag_integer | flag_long | flag_text;

// django_redis.compressors: what is no longer than this is not compressed.
constexpr std::size_t compressor_min_length = 15;

boost::json::value whole_number(std::string_view digits) {
    const char* const end = digits.data() + digits.size();
    std::int64_t small = 0;
    if (std::from_chars(digits.data(), end, small).ec == std::errc()) {
        return small;
    }
    std::uint64_t large = 0;
    if (!digits.starts_with('-') && std::from_chars(digits.data(), end, large).ec == std::errc()) {
        return large;
    }
    boost::json::string kept(1, python_marker);
    kept.append(digits);
    return kept;
}

// Python's int(bytes), which takes ASCII only.
std::optional<boost::json::value> parse_integer_bytes(std::string_view bytes) {
    const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
    const auto digits = ascii ? text::parse_integer(bytes) : std::nullopt;
    return digits ? std::optional(whole_number(*digits)) : std::nullopt;
}

// Whether trying int() is pointless: nearly every value is longer, or begins with another byte.
bool may_be_integer(std::string_view bytes) {
    if (bytes.empty()) {
        return false;
    }
    const char first = bytes.front();
    return text::is_digit(first) || first == '-' || first == '+' || text::is_ascii_space(first);
}

// The digits of a whole number; absent for any other value, and for a bool.
std::optional<std::string> integer_text(const boost::json::value& value) {
    if (value.is_int64()) {
        return std::to_string(value.get_int64());
    }
    if (value.is_uint64()) {
        return std::to_string(value.get_uint64());
    }
    if (value.is_string() && !value.get_string().empty() &&
        value.get_string().front() == python_marker) {
        return std::string(python_text(value.get_string()).substr(1));
    }
    return std::nullopt;
}

std::optional<boost::json::value> parse_json_bytes(std::string_view bytes) {
    // Checked here, since the parser passes bytes on: FF would be one of our own marks.
    return text::is_valid_utf8(bytes) ? parse_python_json(bytes) : std::nullopt;
}

std::optional<boost::json::value> text_value(std::string_view bytes) {
    return text::is_valid_utf8(bytes) ? std::optional<boost::json::value>(bytes) : std::nullopt;
}

std::string_view text_option(const CacheSettings& settings, const std::string& name) {
    const auto option = settings.options.find(name);
    if (option == settings.options.end()) {
        return {};
    }
    if (const auto* const text = std::get_if<std::string>(&option->second.value)) {
        return *text;
    }
    throw std::invalid_argument("OPTIONS." + name + " must be the name of a class");
}

[[noreturn]] void refuse(const std::string& option, std::string_view value) {
    throw std::invalid_argument(option + " " + std::string(value) + " is not available");
}

// django_redis/serializers/pickle.py, setup_pickle_version.
int pickle_version(const CacheSettings& settings) {
    constexpr int default_protocol = 4;
    constexpr int highest = 5;
    // Older ones need longer spellings, and everyone reads protocol 2.
    constexpr int lowest = 2;
    const auto option = settings.options.find("PICKLE_VERSION");
    if (option == settings.options.end()) {
        return default_protocol;
    }
    std::optional<std::int64_t> version;
    if (const auto* const number = std::get_if<std::int64_t>(&option->second.value)) {
        version = *number;
    } else if (const auto* const text = std::get_if<std::string>(&option->second.value)) {
        const auto digits = text::parse_integer(*text);
        const auto number_of_text = digits ? whole_number(*digits) : boost::json::value();
        if (number_of_text.is_int64()) {
            version = number_of_text.get_int64();
        }
    }
    if (!version || *version > highest) {
        throw std::invalid_argument("OPTIONS.PICKLE_VERSION must be an integer, at most 5");
    }
    return *version < 0 ? highest : std::max(lowest, static_cast<int>(*version));
}

} // namespace

CacheValueCodec::CacheValueCodec(const CacheSettings& settings) {
    const std::string& backend = settings.backend;
    if (backend == "django_redis.cache.RedisCache") {
        backend_ = Backend::django_redis;
        pickle_protocol_ = pickle_version(settings);
        const auto serializer = text_option(settings, "SERIALIZER");
        json_ = serializer == "django_redis.serializers.json.JSONSerializer";
        if (!json_ && !serializer.empty() &&
            serializer != "django_redis.serializers.pickle.PickleSerializer") {
            refuse("OPTIONS.SERIALIZER", serializer);
        }
        const auto compressor = text_option(settings, "COMPRESSOR");
        if (compressor == "django_redis.compressors.zlib.ZlibCompressor") {
            compressor_ = Compressor::zlib;
        } else if (compressor == "django_redis.compressors.gzip.GzipCompressor") {
            compressor_ = Compressor::gzip;
        } else if (!compressor.empty() && compressor != "django_redis.compressors.identity.IdentityCompressor") {
            refuse("OPTIONS.COMPRESSOR", compressor);
        }
    } else if (backend == "django.core.cache.backends.redis.RedisCache") {
        backend_ = Backend::redis;
        const auto serializer = text_option(settings, "serializer");
        if (!serializer.empty() &&
            serializer != "django.core.cache.backends.redis.RedisSerializer") {
            refuse("OPTIONS.serializer", serializer);
        }
    } else if (backend == "django.core.cache.backends.memcached.PyLibMCCache") {
        backend_ = Backend::pylibmc;
    } else if (backend == "django.core.cache.backends.memcached.PyMemcacheCache") {
        backend_ = Backend::pymemcache;
    } else if (backend == "django.core.cache.backends.memcached.MemcachedCache") {
        backend_ = Backend::python_memcached;
    } else if (backend == "django.core.cache.backends.locmem.LocMemCache" || backend == "django.core.cache.backends.dummy.DummyCache") {
        backend_ = Backend::local;
    } else {
        refuse("BACKEND", backend);
    }
    if (settings.options.contains("serde")) {
        refuse("OPTIONS.serde", "of our own");
    }
}

std::optional<boost::json::value>
CacheValueCodec::decode(std::string_view bytes, std::uint32_t flags) const {
    switch (backend_) {
    case Backend::django_redis:
        return decode_redis(bytes);
    case Backend::redis: {
        auto number = may_be_integer(bytes) ? parse_integer_bytes(bytes) : std::nullopt;
        return number ? std::move(number) : read_pickle(bytes);
    }
    case Backend::pylibmc:
    case Backend::pymemcache:
    case Backend::python_memcached:
        return decode_memcached(bytes, flags);
    case Backend::local:
        break;
    }
    return read_pickle(bytes);
}

// django_redis/client/default.py, decode.
std::optional<boost::json::value> CacheValueCodec::decode_redis(std::string_view bytes) const {
    if (may_be_integer(bytes)) {
        if (auto number = parse_integer_bytes(bytes)) {
            return number;
        }
    }
    Decompressed inflated;
    if (compressor_ != Compressor::identity) {
        const auto format = compressor_ == Compressor::gzip ? Compression::gzip : Compression::zlib;
        inflated = decompress(bytes, pickle_limit_bytes, format);
        if (inflated.outcome == Decompressed::Outcome::too_large) {
            return too_large_to_read();
        }
        // A value that was too short to be compressed is stored as it is.
        if (inflated.outcome == Decompressed::Outcome::complete) {
            bytes = inflated.bytes;
        }
    }
    return json_ ? parse_json_bytes(bytes) : read_pickle(bytes);
}

std::optional<boost::json::value>
CacheValueCodec::decode_memcached(std::string_view bytes, std::uint32_t flags) const {
    Decompressed inflated;
    // pymemcache knows this flag, and does nothing about it.
    if ((flags & flag_zlib) != 0 && backend_ != Backend::pymemcache) {
        inflated = decompress(bytes, pickle_limit_bytes, Compression::zlib);
        if (inflated.outcome == Decompressed::Outcome::too_large) {
            return too_large_to_read();
        }
        if (inflated.outcome == Decompressed::Outcome::broken) {
            return std::nullopt;
        }
        bytes = inflated.bytes;
    }

    std::uint32_t type = flags & type_flags;
    const bool one_type = (type & (type - 1)) == 0;
    if (!one_type) {
        // pylibmc refuses; the others take the first that they look for.
        if (backend_ == Backend::pylibmc) {
            return std::nullopt;
        }
        for (const std::uint32_t candidate : {flag_text, flag_integer, flag_long, flag_pickle}) {
            if ((type & candidate) != 0) {
                type = candidate;
                break;
            }
        }
    }
    switch (type) {
    case flag_pickle:
        return read_pickle(bytes);
    case flag_integer:
    case flag_long:
        return parse_integer_bytes(bytes);
    case flag_text:
        return text_value(bytes);
    default:
        // python-memcached writes text without a flag.
        if (backend_ == Backend::python_memcached) {
            return text_value(bytes);
        }
        return boost::json::object{{python_bytes, bytes}};
    }
}

CacheBytes CacheValueCodec::encode(const boost::json::value& value) const {
    if (is_incomplete(value)) {
        throw std::logic_error("a value from which something was skipped is not written");
    }
    switch (backend_) {
    case Backend::django_redis:
        return encode_redis(value);
    case Backend::redis:
        if (auto digits = integer_text(value)) {
            return {*std::move(digits), 0};
        }
        break;
    case Backend::pylibmc:
    case Backend::pymemcache:
    case Backend::python_memcached:
        return encode_memcached(value);
    case Backend::local:
        break;
    }
    return {write_pickle(value, pickle_protocol_), 0};
}

CacheBytes CacheValueCodec::encode_redis(const boost::json::value& value) const {
    if (auto digits = integer_text(value)) {
        return {*std::move(digits), 0};
    }
    std::string bytes =
        json_ ? write_spaced_python_json(value) : write_pickle(value, pickle_protocol_);
    if (compressor_ == Compressor::identity || bytes.size() <= compressor_min_length) {
        return {std::move(bytes), 0};
    }
    const auto format = compressor_ == Compressor::gzip ? Compression::gzip : Compression::zlib;
    return {compress(bytes, format), 0};
}

CacheBytes CacheValueCodec::encode_memcached(const boost::json::value& value) const {
    const bool pylibmc = backend_ == Backend::pylibmc;
    if (auto digits = integer_text(value)) {
        return {*std::move(digits), pylibmc ? flag_long : flag_integer};
    }
    if (value.is_bool() && pylibmc) {
        return {value.get_bool() ? "1" : "0", flag_integer};
    }
    if (value.is_string()) {
        const std::string_view text = python_text(value.get_string());
        if (text::is_valid_utf8(text)) {
            return {std::string(text), flag_text};
        }
    }
    // python-memcached reads what has no flag as text.
    if (value.is_object() && backend_ != Backend::python_memcached) {
        const auto* const member = python_value(value.get_object());
        if (member && python_text(member->key()) == python_bytes) {
            return {std::string(python_text(member->value().get_string())), 0};
        }
    }
    return {write_pickle(value, pickle_protocol_), flag_pickle};
}

} // namespace drf_messages::django
