// SPDX-License-Identifier: MIT
#include "embed/site_parts.hpp"

#include "embed/borrowed_connection.hpp"
#include "embed/caches.hpp"
#include "embed/databases/database.hpp"
#include "embed/languages.hpp"
#include "embed/settings_mark.hpp"
#include "embed/site_access.hpp"
#include "live/hub.hpp"
#include "model/database_vendor.hpp"
#include "model/release_defaults.hpp"
#include "model/sqlite_name.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace drf_messages::embed {
namespace {

constexpr std::chrono::seconds wait_for_connection{20};
constexpr std::chrono::seconds longest_feed_statement{5};

/// By which two sites know that they have the same SQLite file; empty elsewhere.
std::string sqlite_file(const Settings& settings) {
    if (over_fork(settings) != sql::OverFork::close_before) {
        return {};
    }
    const std::string path = parse_sqlite_name(settings.database.name).path;
    std::error_code error;
    const auto canonical =
        std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
    return error ? path : canonical.string();
}

/// What connections of the pool tell of their commits, and is made after the pool.
using FeedToTell = std::shared_ptr<live::Feed*>;

std::unique_ptr<sql::Pool> make_pool(
    const Settings& settings,
    const SiteOptions& options,
    const LogSink& log,
    const std::shared_ptr<sql::Renewals>& renewals,
    const FeedToTell& feed
) {
    // A database in memory belongs to its connection.
    const bool in_memory = is_in_memory(settings.database);
    const std::size_t size = in_memory ? 1 : std::max<std::size_t>(1, options.database_connections);
    sql::PoolUpkeep upkeep;
    if (!in_memory) {
        upkeep.max_age = settings.database.conn_max_age.value_or(std::chrono::seconds(0));
        upkeep.renewals = renewals;
    }
    const DatabaseUse use{
        .create = options.create_database,
        .at_once = size,
        .limit_statements = options.limit_statements,
        .log = log,
        .is_measured = true,
        .renewals = upkeep.renewals,
        .committed =
            [feed] {
                if (*feed) {
                    (*feed)->wake();
                }
            },
    };
    upkeep.over_fork = over_fork(settings);
    upkeep.file = sqlite_file(settings);
    return std::make_unique<sql::Pool>(
        database_connections(settings, use), size, wait_for_connection, std::move(upkeep)
    );
}

/// On connections of its own, which give up on a database that does not answer.
std::unique_ptr<live::Feed> make_feed(
    Settings settings,
    sql::Pool& pool,
    const std::shared_ptr<sql::Renewals>& renewals,
    const LogSink& log,
    bool text_keys
) {
    live::Feed::Options options;
    options.keeps_connection = !is_in_memory(settings.database);
    options.closes_before_fork = over_fork(settings) == sql::OverFork::close_before;
    options.text_keys = text_keys;
    options.poll_interval = settings.live.poll_interval;
    options.history = settings.live.history;
    options.log = log;
    if (!options.keeps_connection) {
        options.open = [&pool] { return std::make_unique<LentConnection>(pool); };
        return std::make_unique<live::Feed>(std::move(options));
    }
    settings.server.statement_timeout = longest_feed_statement;
    if (database_vendor(settings.database.engine) != DatabaseVendor::sqlite &&
        !settings.database.options.contains("connect_timeout")) {
        settings.database.options["connect_timeout"].value =
            std::int64_t{longest_feed_statement.count()};
    }
    const DatabaseUse use{.limit_statements = true, .log = log, .renewals = renewals};
    options.open = database_connections(settings, use);
    return std::make_unique<live::Feed>(std::move(options));
}

/// The database is asked only where it knows more of the users than we do.
store::UserStore make_users(const Settings& settings, sql::Pool& pool) {
    return store::is_auth_user(settings) ? store::UserStore()
                                         : store::find_user_store(*pool.acquire(), settings);
}

django::Passwords make_passwords(
    const Settings& settings, const model::Differences& differences, crypto::RandomBytes random
) {
    constexpr std::size_t most = 10'000'000;
    const std::size_t iterations = model::pbkdf2_iterations_of(settings);
    if (iterations < 1 || iterations > most) {
        throw std::invalid_argument("PBKDF2_ITERATIONS: 1 to 10000000");
    }
    django::NewHashes made{.pbkdf2_iterations = static_cast<std::uint32_t>(iterations)};
    if (differences.has(model::Difference::scrypt_of_one_lane)) {
        made.scrypt_parallelism = 1;
    }
    return {model::password_hashers_of(settings), std::move(random), made};
}

Clock clock_of(const GivenByApplication& given) {
    return [&given] {
        if (given.ended) {
            throw std::logic_error(sql::Pool::after_close);
        }
        return given.clock();
    };
}

LogSink log_of(const GivenByApplication& given) {
    return [&given](LogLevel level, std::string_view line) {
        if (!given.ended) {
            given.log(level, line);
        }
    };
}

middleware::SiteResources
make_resources(Settings settings, const SiteOptions& options, const GivenByApplication& given) {
    const Clock clock = clock_of(given);
    const LogSink log = log_of(given);
    const crypto::RandomBytes random = crypto::system_random_bytes;
    Caches caches = make_caches(settings);
    const auto renewals = std::make_shared<sql::Renewals>();
    const auto feed_to_tell = std::make_shared<live::Feed*>(nullptr);
    std::unique_ptr<sql::Pool> pool = make_pool(settings, options, log, renewals, feed_to_tell);
    std::unique_ptr<accounts::SessionEngine> sessions =
        make_session_engine(settings, clock, caches);
    std::unique_ptr<sql::Foresight> foresight;
    if (database_vendor(settings.database.engine) != DatabaseVendor::sqlite) {
        foresight = std::make_unique<sql::Foresight>();
    }
    const model::Differences differences = model::differences_of(settings);
    django::Passwords passwords = make_passwords(settings, differences, random);
    store::UserStore users = make_users(settings, *pool);
    auto languages = make_languages(settings, differences);
    auto feed = make_feed(settings, *pool, renewals, log, users.table().has_text_keys());
    *feed_to_tell = feed.get();
    auto hub = std::make_unique<live::Hub>(*feed, log);
    std::string mark =
        settings.messages_extensions.conditional ? settings_mark(settings) : std::string();
    auto auth_hashes = std::make_unique<const django::SessionAuthHashes>(
        settings.secret_key, django::legacy_formats(settings)
    );
    return {
        .settings = std::move(settings),
        .clock = clock,
        .log = log,
        .random = random,
        .database = std::move(pool),
        .session_engine = std::move(sessions),
        .caches = std::move(caches),
        .passwords = std::move(passwords),
        .users = std::move(users),
        .auth_hashes = std::move(auth_hashes),
        .differences = differences,
        .languages = std::move(languages),
        .settings_mark = std::move(mark),
        .feed = std::move(feed),
        .hub = std::move(hub),
        .foresight = std::move(foresight),
    };
}

} // namespace

SiteParts::SiteParts(Settings settings, SiteOptions options)
    : given{.clock = options.clock ? options.clock : Clock(system_now), .log = options.log ? options.log : no_log()},
      resources(make_resources(std::move(settings), options, given)),
      classes(std::move(options.classes)), database(std::make_unique<PoolAccess>(*this)) {}

SiteParts::~SiteParts() = default;

void SiteParts::end() noexcept {
    resources.feed->stop();
    given.ended = true;
    resources.database->close();
}

std::shared_ptr<messages::DatabaseAccess> database_of(const std::shared_ptr<SiteParts>& parts) {
    return {parts, parts->database.get()};
}

} // namespace drf_messages::embed
