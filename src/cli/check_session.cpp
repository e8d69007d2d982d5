// SPDX-License-Identifier: MIT
#include "accounts/session_inspection.hpp"
#include "cli/check.hpp"
#include "cli/one_line.hpp"
#include "embed/site_parts.hpp"
#include "http/cookies.hpp"
#include "middleware/names.hpp"
#include "model/class_lineage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <ostream>

namespace drf_messages::cli {
namespace {

using Steps = accounts::InspectionSteps;

std::string without_spaces_around(const std::string& text) {
    constexpr std::string_view spaces = " \t\r\n";
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// The session's key: what was given, or the cookie of that name in it. Absent after a stop.
std::optional<std::string> session_key(Context& context, const std::string& given, Steps& steps) {
    std::string text = given;
    if (given == "-" && !std::getline(context.world.in, text)) {
        throw Failure("--session - reads the key from standard input, where there is none");
    }
    text = without_spaces_around(text);
    if (text.find('=') == std::string::npos) {
        return text;
    }
    constexpr std::string_view header = "cookie:";
    if (std::equal(
            header.begin(),
            header.end(),
            text.begin(),
            text.begin() + static_cast<std::ptrdiff_t>(std::min(header.size(), text.size())),
            [](char wanted, char c) { return wanted == (c >= 'A' && c <= 'Z' ? c + 32 : c); }
        )) {
        text.erase(0, header.size());
    }
    const std::string& name = context.settings.session_cookie_name;
    const auto cookies = http::parse_cookies(text);
    const auto found = cookies.find(name);
    if (found == cookies.end()) {
        steps.stop(fmt::format(
            "there is no cookie {} among those given: SESSION_COOKIE_NAME is another one there, or "
            "the browser does not send it here",
            name
        ));
        return std::nullopt;
    }
    steps.found(fmt::format("the cookie {} is among those given", name));
    return found->second;
}

bool has(const Settings& settings, const std::vector<ClassName>& names, std::string_view base) {
    return std::any_of(names.begin(), names.end(), [&](const ClassName& name) {
        return is_subclass(settings.classes, name, base);
    });
}

/// Whether the views look at a session at all.
bool sessions_are_asked(const Settings& settings, Steps& steps) {
    for (const std::string_view name :
         {middleware::names::sessions, middleware::names::authentication}) {
        if (!has(settings, settings.middleware, name)) {
            steps.stop(fmt::format("MIDDLEWARE has no {}: no session is looked at", name));
            return false;
        }
    }
    if (!has(
            settings,
            settings.rest_framework.default_authentication_classes,
            "rest_framework.authentication.SessionAuthentication"
        )) {
        const bool own = std::any_of(
            settings.routes.begin(),
            settings.routes.end(),
            [](const RouteSettings& route) { return !route.registrations.empty(); }
        );
        const std::string text =
            "REST_FRAMEWORK.DEFAULT_AUTHENTICATION_CLASSES has no SessionAuthentication: no "
            "session "
            "is looked at, but by views with authentication_classes of their own";
        if (!own) {
            steps.stop(text);
            return false;
        }
        steps.note(text);
    }
    return true;
}

/// When browsers keep the cookie to themselves.
void note_cookie_rules(const Settings& settings, Steps& steps) {
    if (settings.session_cookie_secure) {
        steps.note("SESSION_COOKIE_SECURE: browsers send the cookie over HTTPS only");
    }
    if (settings.session_cookie_domain && !settings.session_cookie_domain->empty()) {
        steps.note(fmt::format(
            "SESSION_COOKIE_DOMAIN: browsers send the cookie to {} only",
            *settings.session_cookie_domain
        ));
    }
    if (settings.session_cookie_path != "/") {
        steps.note(fmt::format(
            "SESSION_COOKIE_PATH: browsers send the cookie to paths below {} only",
            settings.session_cookie_path
        ));
    }
}

std::optional<User> inspect(Context& context, const std::string& key, Steps& steps) {
    Site site(
        context.settings,
        {.database_connections = 1,
         .clock = context.world.clock,
         .log = no_log(),
         .create_database = false}
    );
    const auto& parts = site.parts().resources;
    const auto connection = parts.database->acquire();
    std::unique_ptr<cache::Cache> cache;
    const auto settings = context.settings.caches.find(context.settings.session_cache_alias);
    cache = strict_cache(
        settings == context.settings.caches.end() ? CacheSettings{} : settings->second
    );
    return accounts::inspect_session(
        {context.settings,
         parts.users,
         {cache.get()},
         context.world.clock,
         [&connection]() -> sql::Connection& { return *connection; }},
        key,
        steps
    );
}

} // namespace

int check_session(Context& context, const std::string& given) {
    Steps steps;
    std::optional<User> user;
    if (const auto key = session_key(context, given, steps)) {
        user = inspect(context, *key, steps);
    }
    if (user && !sessions_are_asked(context.settings, steps)) {
        user.reset();
    }
    note_cookie_rules(context.settings, steps);

    std::string reason;
    for (const Steps::Step& step : steps.list()) {
        const std::string text = one_line(step.text);
        switch (step.kind) {
        case Steps::Kind::found:
            context.world.out << "ok    " << text << '\n';
            break;
        case Steps::Kind::note:
            context.world.out << "note  " << text << '\n';
            break;
        case Steps::Kind::stop:
            context.world.out << "stop  " << text << '\n';
            reason = text;
            break;
        }
    }
    if (user) {
        context.world.out << "Known as " << one_line(user->username) << ".\n";
        return 0;
    }
    context.world.out << "Anonymous, because " << reason << ".\n";
    return 1;
}

} // namespace drf_messages::cli
