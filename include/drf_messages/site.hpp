// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/change.hpp>
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

/// What a site takes in addition to its settings.
struct SiteOptions {
    /// How many connections to the database may be in use at once; further threads wait.
    std::size_t database_connections = 4;
    Clock clock = system_now;
    /// no_log(): nowhere
    LogSink log = last_resort_log();
    /// The application's own classes for the REST endpoints, by the names that settings use.
    rest::Classes classes{};
    /// Whether a missing SQLite file is made; otherwise each use of the database fails.
    bool create_database = true;
    /// Whether SERVER.STATEMENT_TIMEOUT holds, and waiting for a lock has an end: for requests, not
    /// for what an operator has started.
    bool limit_statements = true;
};

/// What all requests of one application share: settings, database, clock, log. Thread safe; must
/// live longer than whatever is made from it. What it made for messages and users throws
/// std::logic_error after its end; an Endpoint and a Middleware must not be called any more.
///
/// After fork() the child may go on with the site: it opens connections of its own and leaves its
/// parent's alone. Not in a transaction that was open then, which throws std::logic_error in the
/// child; nor with an SQLite file that any thread was using at that moment.
class DRF_MESSAGES_API Site {
public:
    /// With an SQLite file, which is created if it is missing; ":memory:" is a database that lives
    /// as long as the site. All other settings are Django's defaults.
    explicit Site(std::string_view sqlite_path, SiteOptions options = {});
    /// Throws std::invalid_argument for a database, cache or session engine that cannot work;
    /// Endpoint and Middleware check the other settings. The database is needed at once if
    /// AUTH_USER_MODEL is not auth.User, otherwise only by the first call.
    explicit Site(Settings settings, SiteOptions options = {});
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    const Settings& settings() const noexcept;

    /// Creates the tables, or brings them up to date; those of a Django site are left as they are.
    /// Several processes may do this at once. Throws DatabaseError.
    void migrate();

    /// Runs `work(Transaction&)` in one transaction and returns what it returned. An exception
    /// undoes all of it. If the database undoes the transaction because of others (as in a
    /// deadlock), `work` is called again, so it must do the same each time.
    ///
    /// Inside `work` its thread reaches the database by the transaction alone, for reading too:
    /// Request(transaction, outer), MessageManager(transaction), users(transaction). The site's own
    /// requests, managers and transactions throw std::logic_error there, since what they wrote
    /// would stay when the transaction is undone, or wait for it. The same holds for every other
    /// Site of the process on the same SQLite file.
    template<class Work>
    std::invoke_result_t<Work&, Transaction&> transaction(Work&& work);

    UserManager users();
    /// The same as part of a transaction of this site, which has to be left if create_user throws.
    UserManager users(Transaction& transaction);

    /// Deletes the sessions that have expired with the messages left in them, and returns how many:
    /// Django's `manage.py clearsessions`.
    std::int64_t clear_sessions();

    /// Calls `listener` with every change of a message that is committed from now on, whoever makes
    /// it, until the subscription or the site ends. On a thread of the site, which tells all
    /// listeners one after another: what takes long holds up the others. An exception goes into the
    /// log. Throws DatabaseError, and Refused with errc::no_feed where the database has no change
    /// feed (`drf-messages live on` makes it).
    ///
    /// Where it is not known what has happened, because the database was restored or its history
    /// is gone, there is one change of the kind `everything`: list again. A child of fork() has no
    /// listeners but its own.
    [[nodiscard]] Subscription on_change(ChangeListener listener);

    /// The OpenAPI 3.1 document of the REST endpoints of this site, as JSON: those of the settings'
    /// routes, with what the application's own classes say of themselves. It depends on settings
    /// and classes alone; the database is not asked. Throws std::invalid_argument where Endpoint
    /// would for a class or a route.
    std::string openapi() const;

    /// For the library itself.
    embed::SiteParts& parts() noexcept { return *parts_; }
    const std::shared_ptr<embed::SiteParts>& shared_parts() const noexcept { return parts_; }

private:
    void run_transaction(const std::function<void(Transaction&)>& work);

    std::shared_ptr<embed::SiteParts> parts_;
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
