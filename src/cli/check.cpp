// SPDX-License-Identifier: MIT
#include "cli/check.hpp"

#include "api/policies/login_throttle.hpp"
#include "cli/commands.hpp"
#include "embed/admin_use.hpp"
#include "embed/configuration_problems.hpp"
#include "embed/languages.hpp"
#include "embed/password_use.hpp"
#include "embed/rest_door.hpp"
#include "embed/site_parts.hpp"
#include "embed/token_use.hpp"
#include "model/releases.hpp"
#include "sql/error.hpp"
#include "text/python_text.hpp"
#include "urls/url_conf.hpp"

#include <drf_messages/site.hpp>

#include <optional>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::cli {

namespace {

/// What only shows when the parts are put together: a route that is no regular expression, say.
std::vector<std::string> settings_problems(const Context& context) {
    std::vector<std::string> problems = embed::configuration_problems(context.settings);
    if (problems.empty()) {
        try {
            Site site(context.settings, {.log = no_log(), .create_database = false});
            // No Endpoint, which follows the feed and so makes a SQLite file's triggers anew.
            const embed::RestDoor door(site.parts().resources, site.parts().classes);
        } catch (const std::invalid_argument& error) {
            problems.emplace_back(error.what());
        } catch (const sql::Error&) {
            // database_problem says why.
        }
    }
    return problems;
}

/// Django: core/checks/security/base.py, W009.
bool is_weak(std::string_view secret_key) {
    constexpr std::size_t least_characters = 50;
    constexpr std::size_t least_different = 5;
    const std::u32string characters = text::code_points(secret_key);
    return characters.size() < least_characters ||
           std::set<char32_t>(characters.begin(), characters.end()).size() < least_different ||
           secret_key.starts_with("django-insecure-");
}

/// What works, though perhaps not as it was meant.
std::vector<std::string> warnings(const Settings& settings, const StoreReport& stores) {
    std::vector<std::string> all = stores.warnings;
    if (settings.allowed_hosts.empty() && !settings.debug) {
        all.emplace_back("ALLOWED_HOSTS is empty, so that every request to the site is answered "
                         "with 400.");
    }
    if (is_weak(settings.secret_key)) {
        all.emplace_back("SECRET_KEY is easy to guess, and whoever does signs sessions as anybody: "
                         "it should have at least 50 characters, 5 of them different, made by "
                         "chance, and not begin with django-insecure-.");
    }
    if ((settings.session_cookie_secure || settings.csrf_cookie_secure ||
         settings.secure_ssl_redirect) &&
        !settings.secure_proxy_ssl_header) {
        all.emplace_back("the site is for HTTPS only, but without SECURE_PROXY_SSL_HEADER what a "
                         "proxy has taken over HTTPS is HTTP here: links lead to http://, CSRF "
                         "does not look at the Referer, and SECURE_SSL_REDIRECT never ends.");
    }
    if (!urls::has_messages(settings)) {
        all.emplace_back(
            "no entry of ROUTES leads to the messages: with any in settings.toml, the "
            "default one, messages/ with include = \"drf_messages.urls\", is gone, and "
            "has to be there too where clients read messages."
        );
    }
    const auto answers = answer_warnings(settings);
    all.insert(all.end(), answers.begin(), answers.end());
    return all;
}

} // namespace

std::vector<std::string> answer_warnings(const Settings& settings) {
    std::vector<std::string> all;
    for (const std::string& line : model::unknown_releases(settings)) {
        all.push_back(line + '.');
    }
    for (auto warning : {embed::language_warning(settings), embed::text_warning(settings)}) {
        if (warning) {
            all.push_back(std::move(*warning));
        }
    }
    return all;
}

int check(Context& context, const CheckArguments& arguments) {
    std::vector<std::string> problems = settings_problems(context);
    if (auto problem = database_problem(context)) {
        problems.push_back(std::move(*problem));
    }
    StoreReport stores;
    if (problems.empty()) {
        problems = access_problems(context);
    }
    std::optional<std::string> feed_warning;
    if (problems.empty()) {
        feed_warning = feed_problem(context);
        if (feed_warning && context.settings.messages_extensions.need_feed()) {
            problems.push_back(*std::exchange(feed_warning, std::nullopt));
        }
    }
    if (problems.empty()) {
        stores = check_stores(context.settings);
        problems = stores.problems;
    }
    for (const std::string& line : stores.found) {
        context.world.out << "ok    " << line << '\n';
    }
    for (const std::string& problem : problems) {
        context.world.err << "drf-messages: " << problem << '\n';
    }
    if (!problems.empty()) {
        return 1;
    }
    for (const std::string& warning : warnings(context.settings, stores)) {
        context.world.out << "Warning: " << warning << '\n';
    }
    if (feed_warning) {
        context.world.out << "Warning: no answer has an ETag; " << *feed_warning << '\n';
    }
    if (const auto warning = owner_warning(context)) {
        context.world.out << "Warning: " << *warning << '\n';
    }
    for (const std::string& warning : charset_warnings(context)) {
        context.world.out << "Warning: " << warning << '\n';
    }
    if (embed::uses_tokens(context.settings)) {
        if (const auto problem = token_table_problem(context)) {
            context.world.out << "Warning: every request with a token fails; " << *problem << '\n';
        }
    }
    if (embed::uses_admin(context.settings)) {
        if (const auto problem = admin_table_problem(context)) {
            context.world.out << "Warning: nothing can be changed in the admin; " << *problem
                              << '\n';
        }
    }
    if (!arguments.session.empty()) {
        return check_session(context, arguments.session);
    }
    // Says nothing about a session.
    if (embed::throttles_passwords(context.settings) && !api::login_proxies(context.settings)) {
        context.world.out << "Warning: SERVER.NUM_PROXIES is missing: behind a proxy all clients "
                             "are one address for LOGIN_THROTTLE_RATE and BASIC_THROTTLE_RATE, and "
                             "where that is on this machine no address has a limit over all user "
                             "names. Write 1 for one that sets or extends X-Forwarded-For, 0 for "
                             "none.\n";
    }
    context.world.out << "Settings and database are in order.\n";
    return 0;
}

} // namespace drf_messages::cli
