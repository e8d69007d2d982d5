// SPDX-License-Identifier: MIT
#include "embed/site_parts.hpp"

#include "embed/caches.hpp"
#include "embed/databases/database.hpp"
#include "embed/site_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages::embed {
namespace {

constexpr std::chrono::seconds wait_for_connection{20};

std::unique_ptr<sql::Pool> make_pool(const Settings& settings, const ApplicationOptions& options) {
    // A database in memory belongs to its connection.
    const std::size_t size = settings.database.name == ":memory:"
                                 ? 1
                                 : std::max<std::size_t>(1, options.database_connections);
    DatabaseUse use;
    use.create = options.create_database;
    use.at_once = size;
    use.limit_statements = true;
    use.log = options.log;
    sql::PoolUpkeep upkeep;
    if (settings.database.name != ":memory:") {
        upkeep.max_age = settings.database.conn_max_age.value_or(std::chrono::seconds(0));
    }
    return std::make_unique<sql::Pool>(
        database_connections(settings, use), size, wait_for_connection, upkeep
    );
}

/// The database is asked only where it knows more of the users than we do.
store::UserStore make_users(const Settings& settings, sql::Pool& pool) {
    return store::is_auth_user(settings) ? store::UserStore()
                                         : store::find_user_store(*pool.acquire(), settings);
}

} // namespace

SiteParts::SiteParts(Settings settings, const ApplicationOptions& options)
    : site(make_site(std::move(settings), options)), classes(options.classes),
      database(std::make_shared<PoolAccess>(*this)) {}

SiteParts::~SiteParts() = default;

middleware::Site make_site(Settings settings, const ApplicationOptions& options) {
    Caches caches = make_caches(settings);
    std::unique_ptr<sql::Pool> pool = make_pool(settings, options);
    std::unique_ptr<accounts::SessionEngine> sessions =
        make_session_engine(settings, options.clock, caches);
    django::Passwords passwords(settings.password_hashers, options.random);
    store::UserStore users = make_users(settings, *pool);
    auto auth_hashes = std::make_unique<const django::SessionAuthHashes>(settings.secret_key);
    return middleware::Site{
        std::move(settings),
        options.clock,
        options.log,
        options.random,
        std::move(pool),
        std::move(sessions),
        std::move(caches),
        std::move(passwords),
        std::move(users),
        std::move(auth_hashes)};
}

void require_working(const Settings& settings) {
    const std::vector<std::string> problems = configuration_problems(settings);
    if (!problems.empty()) {
        throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
    }
}

} // namespace drf_messages::embed
