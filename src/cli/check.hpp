// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"
#include "cli/commands.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::cli {

/// What `check` found out about caches and session stores.
struct StoreReport {
    std::vector<std::string> found;    ///< what answers
    std::vector<std::string> warnings; ///< what may be meant so
    std::vector<std::string> problems; ///< what requests will fail by
};

/// What a client may see otherwise than the site's settings ask for, by its releases, languages and
/// texts: a line for each.
std::vector<std::string> answer_warnings(const Settings& settings);

/// What the server's user, or the database's account, may not do and has to: one line each, with
/// what mends it.
std::vector<std::string> access_problems(const Context& context);

/// That the settings are a Django site's and the database is one of `migrate`'s own, which that
/// site may not know of. Throws sql::Error.
std::optional<std::string> owner_warning(const Context& context);

/// Columns whose charset lacks characters: a line for each table, with the statement that mends it.
/// Throws sql::Error.
std::vector<std::string> charset_warnings(const Context& context);

/// Asks each cache and the store of SESSION_ENGINE for something; the database is not among them.
StoreReport check_stores(const Settings& settings);

/// The cache as cache::make_cache has it, but never silent about a server that does not answer.
std::unique_ptr<cache::Cache> strict_cache(CacheSettings settings);

/// `check --session`: follows one session to its user, step by step. Returns the exit status: 0
/// when there is a user.
/// - given: the key, "NAME=VALUE" pairs as in a Cookie header, or "-" for one of these on standard
///   input.
int check_session(Context& context, const std::string& given);

} // namespace drf_messages::cli
