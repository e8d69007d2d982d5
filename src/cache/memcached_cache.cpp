// SPDX-License-Identifier: MIT
#include "cache/memcached_cache.hpp"

#include "cache/key.hpp"
#include "cache/memcached_connection.hpp"
#include "cache/memcached_options.hpp"
#include "cache/memcached_ring.hpp"
#include "cache/server.hpp"
#include "cache/update_pause.hpp"
#include "crypto/digest.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace drf_messages::cache {
namespace {

using std::chrono::seconds;
using Deadline = SocketStream::Deadline;

constexpr std::size_t longest_key_bytes = 250;
/// memcached takes a longer time for a moment, in Unix time.
constexpr seconds longest_relative_time = std::chrono::hours(24 * 30);

/// A positive timeout as memcached's exptime.
std::int64_t expires(seconds timeout) {
    if (timeout >= cache_forever) {
        return 0;
    }
    if (timeout <= longest_relative_time) {
        return timeout.count();
    }
    const auto now =
        std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch());
    const auto moment = (now + timeout).count();
    // It counts in 32 bits; what lies behind them does not expire.
    return moment > std::numeric_limits<std::int32_t>::max() ? 0 : moment;
}

bool fits(std::string_view key) {
    return key.size() <= longest_key_bytes && std::none_of(key.begin(), key.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte <= 0x20 || byte == 0x7f;
           });
}

class MemcachedCache final : public Cache {
public:
    explicit MemcachedCache(const CacheSettings& settings)
        : MemcachedCache(settings, memcached_options(settings)) {}

    std::optional<Entry> get(std::string_view key) override {
        const std::string name = stored_key(key);
        return server_of(name).ask([&](Connection& connection, Deadline deadline) {
            auto found = connection.get(name, deadline);
            return found ? std::optional(std::move(found->entry)) : std::nullopt;
        });
    }

    void set(std::string_view key, const Entry& entry, seconds timeout) override {
        if (timeout <= seconds::zero()) {
            remove(key);
            return;
        }
        const std::string name = stored_key(key);
        server_of(name).ask([&](Connection& connection, Deadline deadline) {
            try {
                return connection.store(
                    Connection::Store::set, name, entry, expires(timeout), deadline
                );
            } catch (const Refusal&) {
                // Too large: the old entry would be taken for the new one.
                connection.remove(name, deadline);
                throw;
            }
        });
    }

    bool add(std::string_view key, const Entry& entry, seconds timeout) override {
        if (timeout <= seconds::zero()) {
            return !get(key);
        }
        const std::string name = stored_key(key);
        return server_of(name).ask([&](Connection& connection, Deadline deadline) {
            return connection.store(
                Connection::Store::add, name, entry, expires(timeout), deadline
            );
        });
    }

    bool remove(std::string_view key) override {
        const std::string name = stored_key(key);
        return server_of(name).ask([&](Connection& connection, Deadline deadline) {
            return connection.remove(name, deadline);
        });
    }

    void update(std::string_view key, seconds timeout, const Change& change) override {
        const std::string name = stored_key(key);
        auto& server = server_of(name);
        UpdatePause pause;
        while (true) {
            const auto found = server.ask([&](Connection& connection, Deadline deadline) {
                return connection.get(name, deadline);
            });
            const auto entry = change(found ? std::optional(found->entry) : std::nullopt);
            if (!entry) {
                return;
            }
            if (timeout <= seconds::zero()) {
                remove(key);
                return;
            }
            const bool done = server.ask([&](Connection& connection, Deadline deadline) {
                return found ? connection.replace(
                                   name, *entry, expires(timeout), found->version, deadline
                               )
                             : connection.store(
                                   Connection::Store::add, name, *entry, expires(timeout), deadline
                               );
            });
            if (done) {
                return;
            }
            pause();
        }
    }

    bool forgets_for_room() override { return true; }

private:
    using Connection = MemcachedConnection;

    MemcachedCache(const CacheSettings& settings, const MemcachedOptions& options)
        : settings_(settings), ring_(make_ring(options)) {
        for (const auto& server : options.servers) {
            servers_.push_back(std::make_unique<Server<Connection>>(
                "memcached",
                [server, timeout = options.connect_timeout] {
                    return std::make_unique<Connection>(server, timeout);
                },
                options.max_connections,
                options.command_timeout,
                false
            ));
        }
    }

    /// Never longer than memcached's keys, whatever stands in `key`.
    std::string stored_key(std::string_view key) const {
        std::string name = full_key(settings_, key);
        if (!fits(name)) {
            name = full_key(settings_, crypto::hex(crypto::digest(crypto::Hash::sha256, key)));
        }
        return name;
    }

    Server<Connection>& server_of(std::string_view name) const {
        return *servers_[ring_->server_of(name)];
    }

    CacheSettings settings_;
    std::unique_ptr<MemcachedRing> ring_;
    std::vector<std::unique_ptr<Server<Connection>>> servers_;
};

} // namespace

std::unique_ptr<Cache> memcached_cache(const CacheSettings& settings) {
    return std::make_unique<MemcachedCache>(settings);
}

} // namespace drf_messages::cache
