// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/settings.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace drf_messages::messages {

/// The settings, clock and log of a site, which live longer than each way to its database.
struct SiteContext {
    const Settings& settings;
    const Clock& clock;
    const LogSink& log;
    /// keeps the site's for who has a way longer than the site lives; null: nobody has
    std::shared_ptr<const void> owner = nullptr;
};

/// How storages, query sets and managers reach the database: with a connection for one call, or
/// with that of the transaction in which they were made. Also carries the settings, clock and log
/// of the site, which are there even when the database is no more.
class DatabaseAccess {
public:
    using Work = std::function<void(sql::Connection&)>;

    explicit DatabaseAccess(SiteContext context) : context_(std::move(context)) {}
    virtual ~DatabaseAccess() = default;
    DatabaseAccess(const DatabaseAccess&) = delete;
    DatabaseAccess& operator=(const DatabaseAccess&) = delete;

    const SiteContext& context() const noexcept { return context_; }
    const Settings& settings() const noexcept { return context_.settings; }
    Timestamp now() const { return context_.clock(); }
    void log(LogLevel level, std::string_view line) const { context_.log(level, line); }

    /// Runs `work` with a connection. Throws std::logic_error when the request, transaction or site
    /// that this belongs to has ended, and where a thread that is in a transaction wants another
    /// connection.
    virtual void run(const Work& work) = 0;
    /// As run(), in one transaction: in a new one, as sql::transact() does it, or in the
    /// surrounding one.
    virtual void transact(const Work& work, sql::Sharing sharing) = 0;
    /// Whether run() is part of a transaction, which others do not see yet.
    virtual bool is_in_transaction() const { return false; }

private:
    const SiteContext context_;
};

namespace detail {

template<class Door, class Work>
std::invoke_result_t<Work&, sql::Connection&> value_through(Door&& door, Work& work) {
    if constexpr (std::is_void_v<std::invoke_result_t<Work&, sql::Connection&>>) {
        door(std::ref(work));
    } else {
        std::optional<std::invoke_result_t<Work&, sql::Connection&>> value;
        auto keep = [&](sql::Connection& connection) { value.emplace(work(connection)); };
        // A reference fits into std::function without an allocation.
        door(std::ref(keep));
        return *std::move(value);
    }
}

} // namespace detail

/// DatabaseAccess::run that returns what `work` returns.
template<class Work>
std::invoke_result_t<Work&, sql::Connection&> run(DatabaseAccess& database, Work&& work) {
    return detail::value_through(
        [&database](const DatabaseAccess::Work& each) { database.run(each); }, work
    );
}

/// DatabaseAccess::transact that returns what `work` returns.
template<class Work>
std::invoke_result_t<Work&, sql::Connection&>
transact(DatabaseAccess& database, Work&& work, sql::Sharing sharing = sql::Sharing::opens) {
    return detail::value_through(
        [&](const DatabaseAccess::Work& each) { database.transact(each, sharing); }, work
    );
}

} // namespace drf_messages::messages
