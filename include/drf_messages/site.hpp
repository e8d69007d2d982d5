// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/clock.hpp>
#include <drf_messages/export.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/rest/classes.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/transaction.hpp>
#include <drf_messages/user_manager.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace drf_messages::embed {
struct SiteParts;
}

namespace drf_messages {

/// What a site takes beside its settings.
struct SiteOptions {
    /// How many connections to the database are in use at once: threads beyond them wait.
    std::size_t database_connections = 4;
    Clock clock = system_now;
    LogSink log = no_log();
    /// The application's own classes for the REST endpoints, by the names that settings use.
    rest::Classes classes{};
};

/// What every request of one application shares: settings, database, clock, log. Safe from several
/// threads; lives longer than what is made from it.
class DRF_MESSAGES_API Site {
public:
    /// On an SQLite file, which is made when it is missing; ":memory:" is a database that lives as
    /// long as the site. Otherwise Django's default settings.
    explicit Site(std::string_view sqlite_path, SiteOptions options = {});
    /// Throws std::invalid_argument for a database, cache or session engine that can not work; the
    /// other settings are checked by Endpoint and Middleware. The database is needed at once where
    /// AUTH_USER_MODEL is not auth.User, otherwise by the first call.
    explicit Site(Settings settings, SiteOptions options = {});
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    const Settings& settings() const noexcept;

    /// Creates the tables, or brings them up to date; a Django site's own are left as they are.
    /// Several processes may do it at once. Throws DatabaseError.
    void migrate();

    /// Runs `work(Transaction&)` in one transaction and returns what it returned. An exception
    /// undoes all of it. Where the database undoes the transaction because of others (a deadlock,
    /// say), `work` is called again: it must do the same each time.
    template<class Work>
    std::invoke_result_t<Work&, Transaction&> transaction(Work&& work);

    UserManager users();

    /// Deletes the sessions that have expired with the messages left in them, and returns how many:
    /// Django's `manage.py clearsessions`.
    std::int64_t clear_sessions();

    /// For the library itself.
    embed::SiteParts& parts() noexcept { return *parts_; }

private:
    void run_transaction(const std::function<void(Transaction&)>& work);

    std::unique_ptr<embed::SiteParts> parts_;
};

template<class Work>
std::invoke_result_t<Work&, Transaction&> Site::transaction(Work&& work) {
    if constexpr (std::is_void_v<std::invoke_result_t<Work&, Transaction&>>) {
        run_transaction([&work](Transaction& transaction) { work(transaction); });
    } else {
        std::optional<std::invoke_result_t<Work&, Transaction&>> result;
        run_transaction([&](Transaction& transaction) { result.emplace(work(transaction)); });
        return *std::move(result);
    }
}

} // namespace drf_messages
