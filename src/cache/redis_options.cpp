// SPDX-License-Identifier: MIT
#include "cache/redis_options.hpp"

#include "cache/locations.hpp"
#include "model/option_values.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::cache {
namespace {

using model::OptionValues;
using Values = std::map<std::string, SettingValue>;

/// Of a connection, as redis-py's ConnectionPool takes them; the first of them alone change what we
/// do, the others make redis-py do what we do anyway or never need.
const std::vector<std::string> connection_keys{
    "db",
    "username",
    "password",
    "socket_timeout",
    "socket_connect_timeout",
    "retry_on_timeout",
    "max_connections",
    "socket_keepalive",
    "health_check_interval",
    "client_name",
    "encoding",
    "encoding_errors"};

const std::vector<std::string> django_redis_keys{
    "PASSWORD",
    "SOCKET_TIMEOUT",
    "SOCKET_CONNECT_TIMEOUT",
    "CONNECTION_POOL_KWARGS",
    "IGNORE_EXCEPTIONS",
    "DB",
    "CLIENT_CLASS",
    "CONNECTION_POOL_CLASS",
    "PARSER_CLASS",
    "REDIS_CLIENT_CLASS",
    "SERIALIZER",
    "COMPRESSOR",
    "PICKLE_VERSION",
    "REPLICA_READ_ONLY"};

std::string unquoted(std::string_view text) {
    return text::percent_decode(text, false);
}

/// Connection options in the order in which redis-py looks at them: the first to be given holds.
class Connection {
public:
    explicit Connection(std::string name) : name_(std::move(name)) {}

    /// Reads a redis:// or unix:// URL.
    void read_url(std::string_view url) {
        const auto colon = url.find("://");
        const std::string scheme =
            text::lowered(url.substr(0, colon == std::string_view::npos ? 0 : colon));
        if (scheme == "rediss") {
            refuse("TLS (rediss://) is not available in this build");
        }
        if (scheme != "redis" && scheme != "unix") {
            refuse("expected redis://HOST:PORT/DB or unix:///PATH?db=DB");
        }
        url.remove_prefix(colon + 3);
        url = url.substr(0, url.find('#'));
        const auto question = url.find('?');
        if (question != std::string_view::npos) {
            read_query(url.substr(question + 1));
            url = url.substr(0, question);
        }
        const auto slash = url.find('/');
        const std::string_view path =
            slash == std::string_view::npos ? std::string_view() : url.substr(slash);
        read_authority(url.substr(0, slash), scheme == "redis");
        if (scheme == "unix") {
            options.unix_socket = unquoted(path);
            if (options.unix_socket.empty()) {
                refuse("the socket's path is missing");
            }
        } else {
            read_database(path);
        }
    }

    void read(const OptionValues& values) {
        set_once(db_, values.integer("db", 0, std::numeric_limits<int>::max()));
        set_once(username_, values.text("username"));
        set_once(password_, values.text("password"));
        set_once(socket_timeout_, values.time("socket_timeout"));
        set_once(connect_timeout_, values.time("socket_connect_timeout"));
        set_once(retry_, values.flag("retry_on_timeout"));
        set_once(most_, values.integer("max_connections", 1, 1'000'000));
    }

    void password(std::optional<std::string> value) { set_once(password_, std::move(value)); }
    void timeouts(
        std::optional<std::chrono::milliseconds> socket,
        std::optional<std::chrono::milliseconds> connect
    ) {
        set_once(socket_timeout_, socket);
        set_once(connect_timeout_, connect);
    }

    RedisOptions finish() {
        options.username = username_.value_or("");
        options.password = password_.value_or("");
        options.db = db_.value_or(0);
        options.command_timeout = socket_timeout_.value_or(options.command_timeout);
        options.connect_timeout = connect_timeout_
                                      ? *connect_timeout_
                                      : socket_timeout_.value_or(options.connect_timeout);
        options.retry_on_timeout = retry_.value_or(false);
        if (most_) {
            options.max_connections = static_cast<std::size_t>(*most_);
        }
        return std::move(options);
    }

    RedisOptions options;

private:
    template<class T>
    static void set_once(std::optional<T>& target, std::optional<T> value) {
        if (!target) {
            target = std::move(value);
        }
    }

    [[noreturn]] void refuse(std::string_view why) const {
        throw std::invalid_argument(fmt::format("{}: {}", name_, why));
    }

    void read_query(std::string_view query) {
        Values values;
        while (!query.empty()) {
            const auto end = std::min(query.find('&'), query.size());
            const std::string_view pair = query.substr(0, end);
            query.remove_prefix(std::min(end + 1, query.size()));
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos || equals + 1 == pair.size()) {
                continue;
            }
            values.emplace(
                text::percent_decode(pair.substr(0, equals), true),
                SettingValue{unquoted(text::percent_decode(pair.substr(equals + 1), true))}
            );
        }
        const OptionValues known(name_, values);
        known.allow_only(connection_keys);
        read(known);
    }

    void read_authority(std::string_view authority, bool with_host) {
        if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
            const std::string_view user = authority.substr(0, at);
            authority.remove_prefix(at + 1);
            const auto colon = user.find(':');
            if (const auto name = user.substr(0, colon); !name.empty()) {
                username_ = unquoted(name);
            }
            if (colon != std::string_view::npos && colon + 1 < user.size()) {
                password_ = unquoted(user.substr(colon + 1));
            }
        }
        if (!with_host) {
            return;
        }
        std::string_view port;
        std::string_view host = authority;
        if (host.starts_with('[')) {
            const auto end = std::min(host.find(']'), host.size());
            port = host.substr(std::min(end + 1, host.size()));
            host = host.substr(1, end - 1);
        } else if (const auto colon = host.rfind(':'); colon != std::string_view::npos) {
            port = host.substr(colon);
            host = host.substr(0, colon);
        }
        if (!host.empty()) {
            options.host = text::lowered(unquoted(host));
        }
        if (port.size() > 1) {
            const auto* end = port.data() + port.size();
            const auto parsed = std::from_chars(port.data() + 1, end, options.port);
            if (parsed.ec != std::errc() || parsed.ptr != end) {
                refuse("the port is no number up to 65535");
            }
        }
    }

    /// "/1", where no `db` of the query goes before it; what is no number is no database.
    void read_database(std::string_view path) {
        std::string digits = unquoted(path);
        std::erase(digits, '/');
        std::int64_t number = 0;
        const auto* end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, number);
        if (parsed.ec == std::errc() && parsed.ptr == end && number >= 0) {
            set_once(db_, std::optional(number));
        }
    }

    std::string name_;
    std::optional<std::int64_t> db_;
    std::optional<std::string> username_;
    std::optional<std::string> password_;
    std::optional<std::chrono::milliseconds> socket_timeout_;
    std::optional<std::chrono::milliseconds> connect_timeout_;
    std::optional<bool> retry_;
    std::optional<std::int64_t> most_;
};

/// A class that can only be the one that we do the work of.
void only_class(
    const OptionValues& values, const std::string& key, const std::vector<std::string>& known
) {
    const auto name = values.text(key);
    if (name && std::find(known.begin(), known.end(), *name) == known.end()) {
        values.refuse(
            key, fmt::format("\"{}\" is not available; expected \"{}\"", *name, known[0])
        );
    }
}

RedisOptions django_redis_options(Connection connection, const Values& options) {
    const OptionValues values("OPTIONS", options);
    values.allow_only(django_redis_keys);
    only_class(
        values,
        "CLIENT_CLASS",
        {"django_redis.client.DefaultClient", "django_redis.client.default.DefaultClient"}
    );
    only_class(
        values,
        "CONNECTION_POOL_CLASS",
        {"redis.connection.ConnectionPool",
         "redis.ConnectionPool",
         "redis.connection.BlockingConnectionPool",
         "redis.BlockingConnectionPool"}
    );
    only_class(values, "REDIS_CLIENT_CLASS", {"redis.client.Redis", "redis.client.StrictRedis"});
    const Values pool_values = values.table("CONNECTION_POOL_KWARGS");
    const OptionValues pool("OPTIONS.CONNECTION_POOL_KWARGS", pool_values);
    auto known = connection_keys;
    known.emplace_back("timeout"); // of BlockingConnectionPool
    pool.allow_only(known);
    connection.read(pool);
    connection.password(values.text("PASSWORD"));
    connection.timeouts(values.time("SOCKET_TIMEOUT"), values.time("SOCKET_CONNECT_TIMEOUT"));
    RedisOptions result = connection.finish();
    const auto db = values.integer("DB", 0, std::numeric_limits<int>::max());
    if (db && *db != result.db) {
        values.refuse("DB", "django_redis does not look at it; write the database into LOCATION");
    }
    return result;
}

RedisOptions django_options(Connection connection, const Values& options) {
    const OptionValues values("OPTIONS", options);
    auto known = connection_keys;
    known.insert(known.end(), {"serializer", "pool_class", "parser_class"});
    values.allow_only(known);
    only_class(
        values,
        "pool_class",
        {"redis.connection.ConnectionPool",
         "redis.ConnectionPool",
         "redis.connection.BlockingConnectionPool",
         "redis.BlockingConnectionPool"}
    );
    connection.read(values);
    return connection.finish();
}

} // namespace

RedisOptions redis_options(const CacheSettings& settings) {
    const bool django_redis = settings.backend.starts_with("django_redis.");
    const auto servers = locations(settings, django_redis ? "," : ";,");
    if (servers.empty()) {
        throw std::invalid_argument("LOCATION: expected redis://HOST:PORT/DB or unix:///PATH?db=DB"
        );
    }
    Connection connection("LOCATION");
    for (std::size_t i = servers.size(); i-- > 1;) {
        Connection("LOCATION").read_url(servers[i]);
    }
    connection.read_url(servers[0]);
    return django_redis ? django_redis_options(std::move(connection), settings.options)
                        : django_options(std::move(connection), settings.options);
}

RedisOptions session_redis_options(const Values& session_redis) {
    const OptionValues values("SESSION_REDIS", session_redis);
    if (session_redis.contains("POOL") || session_redis.contains("pool")) {
        values.refuse(
            "POOL", "django-redis-sessions asks localhost:6379 whatever it says; set host and port"
        );
    }
    values.allow_only(
        {"host",
         "port",
         "db",
         "password",
         "prefix",
         "socket_timeout",
         "retry_on_timeout",
         "url",
         "unix_domain_socket_path"}
    );
    values.text("prefix");
    Connection connection("SESSION_REDIS.url");
    if (const auto url = values.text("url")) {
        connection.read_url(*url);
        connection.timeouts(values.time("socket_timeout"), std::nullopt);
        return connection.finish();
    }
    if (const auto path = values.text("unix_domain_socket_path")) {
        connection.options.unix_socket = *path;
    } else {
        connection.options.host = values.text("host").value_or("localhost");
        connection.options.port =
            static_cast<std::uint16_t>(values.integer("port", 1, 65'535).value_or(6379));
    }
    connection.read(values);
    return connection.finish();
}

} // namespace drf_messages::cache
