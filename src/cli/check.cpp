// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "embed/application.hpp"
#include "sql/error.hpp"

#include <ostream>
#include <stdexcept>

namespace drf_messages::cli {

namespace {

/// What only shows when the parts are put together: a route that is no regular expression, say.
std::vector<std::string> settings_problems(const Context& context) {
    std::vector<std::string> problems = embed::configuration_problems(context.settings);
    if (problems.empty()) {
        try {
            const embed::Application application(context.settings, {});
        } catch (const std::invalid_argument& error) {
            problems.emplace_back(error.what());
        } catch (const sql::Error&) {
            // database_problem says why.
        }
    }
    return problems;
}

} // namespace

int check(Context& context) {
    std::vector<std::string> problems = settings_problems(context);
    if (auto problem = database_problem(context)) {
        problems.push_back(std::move(*problem));
    }
    for (const std::string& problem : problems) {
        context.world.err << "drf-messages: " << problem << '\n';
    }
    if (!problems.empty()) {
        return 1;
    }
    if (context.settings.allowed_hosts.empty() && !context.settings.debug) {
        context.world.out << "Warning: ALLOWED_HOSTS is empty, so that every request to the site "
                             "is answered with 400.\n";
    }
    context.world.out << "Settings and database are in order.\n";
    return 0;
}

} // namespace drf_messages::cli
