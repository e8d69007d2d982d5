// SPDX-License-Identifier: MIT
#include "cache/memcached_options.hpp"

#include "cache/locations.hpp"
#include "model/option_values.hpp"

#include <fmt/format.h>
#include <libmemcached/memcached.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string_view>

namespace drf_messages::cache {
namespace {

using model::OptionValues;
using std::chrono::milliseconds;
using Values = std::map<std::string, SettingValue>;
using Names = std::map<std::string, std::uint64_t, std::less<>>;

/// KEY_PREFIX and VERSION leave room for a session's key and for a digest.
constexpr std::size_t longest_prefix_bytes = 150;

[[noreturn]] void refuse_location(std::string_view why) {
    throw std::invalid_argument(fmt::format("LOCATION: {}", why));
}

template<class T>
T parse_number(std::string_view text, T low) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low) {
        refuse_location("a port or weight is no number in range");
    }
    return value;
}

/// "unix:/path", "/path", "HOST", "HOST:PORT", "[V6]:PORT"; with weights, "HOST:PORT:WEIGHT".
MemcachedServer parse_server(std::string_view text, bool weights) {
    MemcachedServer server;
    if (text.starts_with("udp:")) {
        refuse_location("memcached over UDP is not available");
    }
    if (text.starts_with("unix:")) {
        text.remove_prefix(5);
        server.unix_socket = true;
    }
    if (text.starts_with('/') || server.unix_socket) {
        server.unix_socket = true;
        server.host = server.name = text;
    } else {
        if (text.starts_with("inet:")) {
            text.remove_prefix(5);
        }
        std::string_view rest;
        if (text.starts_with('[')) {
            const auto end = std::min(text.find(']'), text.size());
            server.host = text.substr(1, end - 1);
            rest = text.substr(std::min(end + 1, text.size()));
        } else {
            const auto colon = std::min(text.find(':'), text.size());
            server.host = text.substr(0, colon);
            rest = text.substr(colon);
        }
        if (rest.starts_with(':')) {
            rest.remove_prefix(1);
            const auto colon = std::min(rest.find(':'), rest.size());
            server.port = parse_number<std::uint16_t>(rest.substr(0, colon), 1);
            rest.remove_prefix(colon);
        }
        if (rest.starts_with(':') && weights) {
            server.weight = parse_number<std::uint32_t>(rest.substr(1), 1);
        } else if (!rest.empty()) {
            refuse_location("expected HOST:PORT or unix:/PATH");
        }
        server.name = fmt::format("{}:{}", server.host, server.port);
    }
    if (server.host.empty()) {
        refuse_location("expected HOST:PORT or unix:/PATH");
    }
    return server;
}

void check_prefix(const CacheSettings& settings) {
    const bool controls =
        std::any_of(settings.key_prefix.begin(), settings.key_prefix.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte <= 0x20 || byte == 0x7f;
        });
    if (controls || settings.key_prefix.size() > longest_prefix_bytes) {
        throw std::invalid_argument(fmt::format(
            "KEY_PREFIX: memcached's keys have no spaces or control characters; expected at most "
            "{} "
            "bytes without them",
            longest_prefix_bytes
        ));
    }
}

std::uint64_t named(const OptionValues& values, const std::string& key, const Names& names) {
    const auto found = names.find(values.text(key).value_or(""));
    if (found == names.end()) {
        values.refuse(key, "pylibmc has no such value");
    }
    return found->second;
}

/// pylibmc's `behaviors`: those that choose a server and those about time have a meaning here; of
/// the others, those that would change what is stored where must be off.
void read_behaviors(const Values& table, MemcachedOptions& options) {
    static const Names hashes{
        {"default", MEMCACHED_HASH_DEFAULT},
        {"md5", MEMCACHED_HASH_MD5},
        {"crc", MEMCACHED_HASH_CRC},
        {"fnv1_64", MEMCACHED_HASH_FNV1_64},
        {"fnv1a_64", MEMCACHED_HASH_FNV1A_64},
        {"fnv1_32", MEMCACHED_HASH_FNV1_32},
        {"fnv1a_32", MEMCACHED_HASH_FNV1A_32},
        {"hsieh", MEMCACHED_HASH_HSIEH},
        {"murmur", MEMCACHED_HASH_MURMUR},
        {"jenkins", MEMCACHED_HASH_JENKINS}};
    static const Names distributions{
        {"modula", MEMCACHED_DISTRIBUTION_MODULA},
        {"consistent", MEMCACHED_DISTRIBUTION_CONSISTENT},
        {"consistent ketama", MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA},
        {"consistent ketama spy", MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY},
        {"consistent weighted", MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED}};
    static const std::vector<std::string> off{
        "auto_eject",
        "remove_failed",
        "num_replicas",
        "buffer_requests",
        "_sort_hosts",
        "_noreply",
        "_hash_with_prefix_key"};
    std::vector<std::string> known{
        "hash",
        "distribution",
        "ketama",
        "ketama_hash",
        "ketama_weighted",
        "connect_timeout",
        "send_timeout",
        "receive_timeout",
        "_poll_timeout",
        "no_block",
        "tcp_nodelay",
        "tcp_keepalive",
        "cas",
        "verify_keys",
        "failure_limit",
        "retry_timeout",
        "_retry_timeout",
        "dead_timeout",
        "_io_msg_watermark",
        "_io_bytes_watermark",
        "_io_key_prefetch",
        "_socket_send_size",
        "_socket_recv_size",
        "pickle_protocol"};
    known.insert(known.end(), off.begin(), off.end());
    const OptionValues values("OPTIONS.behaviors", table);
    values.allow_only(known);
    for (const auto& key : off) {
        if (values.flag(key).value_or(false)) {
            values.refuse(key, "is not available; leave it out");
        }
    }
    // In the order in which pylibmc sets them: the later ones change what the earlier ones did.
    const auto number = [&](const char* key, int behavior) {
        if (const auto value = values.flag(key)) {
            options.behaviors.emplace_back(behavior, *value ? 1 : 0);
        }
    };
    if (values.text("hash")) {
        options.behaviors.emplace_back(MEMCACHED_BEHAVIOR_HASH, named(values, "hash", hashes));
    }
    if (values.text("ketama_hash")) {
        options.behaviors.emplace_back(
            MEMCACHED_BEHAVIOR_KETAMA_HASH, named(values, "ketama_hash", hashes)
        );
    }
    number("ketama", MEMCACHED_BEHAVIOR_KETAMA);
    number("ketama_weighted", MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED);
    if (values.text("distribution")) {
        options.behaviors.emplace_back(
            MEMCACHED_BEHAVIOR_DISTRIBUTION, named(values, "distribution", distributions)
        );
    }
    const auto time = [&](const char* key, std::int64_t per_millisecond, milliseconds& target) {
        const auto value = values.integer(key, 0, 3'600'000 * per_millisecond);
        if (value && *value > 0) {
            target = milliseconds(std::max<std::int64_t>(1, *value / per_millisecond));
        }
    };
    time("connect_timeout", 1, options.connect_timeout);
    time("_poll_timeout", 1, options.command_timeout);
    time("send_timeout", 1000, options.command_timeout);
    time("receive_timeout", 1000, options.command_timeout);
}

void read_pylibmc(const CacheSettings& settings, MemcachedOptions& options) {
    const OptionValues values("OPTIONS", settings.options);
    // `binary` is another way to say the same to the server.
    values.allow_only({"behaviors", "binary", "username", "password"});
    for (const char* key : {"username", "password"}) {
        if (!values.text(key).value_or("").empty()) {
            values.refuse(key, "logging in at memcached (SASL) is not available");
        }
    }
    values.flag("binary");
    read_behaviors(values.table("behaviors"), options);
}

void read_pymemcache(const CacheSettings& settings, MemcachedOptions& options) {
    options.distribution = Distribution::rendezvous;
    const OptionValues values("OPTIONS", settings.options);
    values.allow_only(
        {"connect_timeout",
         "timeout",
         "ignore_exc",
         "max_pool_size",
         "use_pooling",
         "pool_idle_timeout",
         "no_delay",
         "retry_attempts",
         "retry_timeout",
         "dead_timeout",
         "allow_unicode_keys",
         "default_noreply",
         "encoding",
         "serde"}
    );
    if (!values.flag("allow_unicode_keys").value_or(true)) {
        values.refuse("allow_unicode_keys", "expected true, Django's value");
    }
    if (const auto timeout = values.time("timeout")) {
        options.command_timeout = options.connect_timeout = *timeout;
    }
    options.connect_timeout = values.time("connect_timeout").value_or(options.connect_timeout);
    if (const auto most = values.integer("max_pool_size", 1, 1'000'000)) {
        options.max_connections = static_cast<std::size_t>(*most);
    }
}

void read_python_memcached(const CacheSettings& settings, MemcachedOptions& options) {
    options.distribution = Distribution::crc;
    const OptionValues values("OPTIONS", settings.options);
    values.allow_only(
        {"socket_timeout",
         "dead_retry",
         "debug",
         "flush_on_reconnect",
         "pickleProtocol",
         "server_max_value_length",
         "server_max_key_length"}
    );
    if (const auto timeout = values.time("socket_timeout")) {
        options.command_timeout = options.connect_timeout = *timeout;
    }
}

} // namespace

MemcachedOptions memcached_options(const CacheSettings& settings) {
    MemcachedOptions options;
    check_prefix(settings);
    const bool pylibmc = settings.backend.ends_with(".PyLibMCCache");
    for (const auto& text : locations(settings, ";,")) {
        options.servers.push_back(parse_server(text, pylibmc));
    }
    if (options.servers.empty()) {
        refuse_location("expected HOST:PORT or unix:/PATH");
    }
    if (pylibmc) {
        read_pylibmc(settings, options);
    } else if (settings.backend.ends_with(".PyMemcacheCache")) {
        read_pymemcache(settings, options);
    } else if (settings.backend.ends_with(".MemcachedCache")) {
        read_python_memcached(settings, options);
    } else {
        throw std::invalid_argument(
            fmt::format("BACKEND: there is no memcached backend \"{}\"", settings.backend)
        );
    }
    return options;
}

} // namespace drf_messages::cache
