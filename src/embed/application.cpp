// SPDX-License-Identifier: MIT
#include "embed/application.hpp"

#include "api/api.hpp"
#include "embed/caches.hpp"
#include "embed/database.hpp"
#include "middleware/pipeline.hpp"

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
    upkeep.max_age = settings.database.conn_max_age.value_or(std::chrono::seconds(0));
    return std::make_unique<sql::Pool>(
        database_connections(settings, use), size, wait_for_connection, upkeep
    );
}

/// The database is asked only where it knows more of the users than we do.
store::UserStore make_users(const Settings& settings, sql::Pool& pool) {
    return store::is_auth_user(settings) ? store::UserStore()
                                         : store::find_user_store(*pool.acquire(), settings);
}

middleware::Site make_site(Settings settings, const ApplicationOptions& options) {
    Caches caches = make_caches(settings);
    std::unique_ptr<sql::Pool> pool = make_pool(settings, options);
    std::unique_ptr<accounts::SessionEngine> sessions =
        make_session_engine(settings, options.clock, caches);
    django::Passwords passwords(settings.password_hashers, options.random);
    store::UserStore users = make_users(settings, *pool);
    return middleware::Site{
        std::move(settings),
        options.clock,
        options.log,
        options.random,
        std::move(pool),
        std::move(sessions),
        std::move(caches),
        std::move(passwords),
        std::move(users)};
}

/// The settings, when they can work.
Settings checked(Settings settings) {
    const std::vector<std::string> problems = configuration_problems(settings);
    if (!problems.empty()) {
        throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
    }
    return settings;
}

} // namespace

struct Application::Parts {
    Parts(Settings settings, const ApplicationOptions& options)
        : site(make_site(checked(std::move(settings)), options)), api(site),
          pipeline(
              site,
              middleware::View{
                  [this](std::string_view path_info) { return api.is_valid_path(path_info); },
                  [this](middleware::HttpRequest& request) { return api.handle(request); },
              }
          ) {}

    middleware::Site site;
    api::Api api;
    middleware::Pipeline pipeline;
};

Application::Application(Settings settings, ApplicationOptions options)
    : parts_(std::make_unique<Parts>(std::move(settings), options)) {}

Application::~Application() = default;

http::Response Application::operator()(const http::Request& request) {
    return parts_->pipeline(request);
}

middleware::Site& Application::site() noexcept {
    return parts_->site;
}

} // namespace drf_messages::embed
