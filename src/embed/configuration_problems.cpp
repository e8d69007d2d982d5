// SPDX-License-Identifier: MIT
#include "embed/configuration_problems.hpp"

#include "accounts/session_engine.hpp"
#include "embed/caches.hpp"
#include "embed/databases/database.hpp"
#include "embed/languages.hpp"
#include "html/templates.hpp"
#include "messages/make_storage.hpp"
#include "middleware/names.hpp"
#include "middleware/pipeline.hpp"
#include "model/class_lineage.hpp"
#include "model/rate.hpp"
#include "model/site_time.hpp"
#include "urls/url_conf.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

namespace drf_messages::embed {
namespace {

constexpr std::string_view scoped_throttle = "rest_framework.throttling.ScopedRateThrottle";

using Names = std::vector<ClassName>;
using Problems = std::vector<std::string>;

std::size_t position(const Names& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool has(const Names& names, std::string_view name) {
    return position(names, name) < names.size();
}

/// An attribute of a class, its own or inherited; null when settings.classes sets none.
const SettingValue*
attribute(const Settings& settings, const ClassName& name, const std::string& wanted) {
    for (const ClassName& ancestor : class_lineage(settings.classes, name)) {
        const auto entry = settings.classes.find(ancestor);
        if (entry == settings.classes.end()) {
            continue;
        }
        if (const auto found = entry->second.attributes.find(wanted);
            found != entry->second.attributes.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

std::optional<std::string> text_of(const SettingValue* value) {
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
    return text == nullptr || text->empty() ? std::nullopt : std::optional(*text);
}

void check_security(const Settings& settings, Problems& problems) {
    if (settings.secret_key.empty()) {
        problems.emplace_back("SECRET_KEY must not be empty");
    }
}

void check_times(const Settings& settings, Problems& problems) {
    for (const auto zone : {site_time_zone, database_time_zone}) {
        try {
            zone(settings);
        } catch (const std::invalid_argument& error) {
            problems.emplace_back(error.what());
        }
    }
}

void check_languages(const Settings& settings, Problems& problems) {
    try {
        make_languages(settings, model::differences_of(settings));
    } catch (const std::invalid_argument& error) {
        problems.emplace_back(error.what());
    }
}

void check_templates(const Settings& settings, Problems& problems) {
    try {
        const html::Templates templates(html::template_folders(settings));
    } catch (const std::invalid_argument& error) {
        problems.push_back(fmt::format("TEMPLATES: {}", error.what()));
    }
}

void check_middleware(const Settings& settings, Problems& problems) {
    const Names& names = settings.middleware;
    for (const ClassName& name : names) {
        if (!has(middleware::Pipeline::known_middleware(), name)) {
            problems.push_back(fmt::format("MIDDLEWARE: \"{}\" is not available", name));
        }
    }
    const auto needs_before = [&](std::string_view name, std::string_view needed) {
        if (has(names, name) && position(names, needed) > position(names, name)) {
            problems.push_back(
                fmt::format("MIDDLEWARE: \"{}\" needs \"{}\" before it", name, needed)
            );
        }
    };
    needs_before(middleware::names::authentication, middleware::names::sessions);
    if (settings.csrf_use_sessions) {
        needs_before(middleware::names::csrf, middleware::names::sessions);
    }
    if (!has(names, middleware::names::messages)) {
        problems.push_back(fmt::format(
            "MIDDLEWARE: \"{}\" is missing; without it no message can be read",
            middleware::names::messages
        ));
    }
}

/// What logging in by `include = "rest_framework.urls"` or the admin needs.
void check_login(const Settings& settings, Problems& problems) {
    const auto& routes = settings.routes;
    const auto route = std::find_if(routes.begin(), routes.end(), [](const RouteSettings& each) {
        return urls::has_login(each);
    });
    if (route == routes.end()) {
        return;
    }
    for (const std::string_view needed :
         {middleware::names::sessions,
          middleware::names::authentication,
          middleware::names::csrf}) {
        if (!middleware::is_installed(settings, needed)) {
            problems.push_back(
                fmt::format("ROUTES: \"{}\" needs \"{}\" in MIDDLEWARE", *route->include, needed)
            );
        }
    }
}

void check_messages(const Settings& settings, Problems& problems) {
    const ClassName& storage = settings.message_storage;
    if (!has(messages::known_storages(), storage)) {
        problems.push_back(fmt::format("MESSAGE_STORAGE: \"{}\" is not available", storage));
    } else if (messages::needs_session(storage)) {
        const Names& names = settings.middleware;
        if (has(names, middleware::names::messages) &&
            position(names, middleware::names::sessions) >
                position(names, middleware::names::messages)) {
            problems.push_back(fmt::format(
                "MESSAGE_STORAGE: \"{}\" needs \"{}\" before \"{}\" in MIDDLEWARE",
                storage,
                middleware::names::sessions,
                middleware::names::messages
            ));
        }
    }
}

void check_stores(const Settings& settings, Problems& problems) {
    try {
        database_connections(settings, {});
    } catch (const std::invalid_argument& error) {
        problems.emplace_back(error.what());
    }
    const Problems sessions = accounts::session_engine_problems(settings);
    problems.insert(problems.end(), sessions.begin(), sessions.end());
    const Problems caches = cache_problems(settings);
    problems.insert(problems.end(), caches.begin(), caches.end());
}

void check_rate(const std::string& rate, std::string_view where, Problems& problems) {
    if (!model::Rate::parse(rate)) {
        problems.push_back(fmt::format(
            "{}: \"{}\" is no rate; write a number, \"/\" and a period like \"10/day\"", where, rate
        ));
    }
}

void check_scope(
    const Settings& settings, const std::string& scope, const ClassName& user, Problems& problems
) {
    const auto& rates = settings.rest_framework.default_throttle_rates;
    const auto rate = rates.find(scope);
    if (rate == rates.end()) {
        problems.push_back(fmt::format(
            "REST_FRAMEWORK.DEFAULT_THROTTLE_RATES has no rate for \"{}\", which \"{}\" uses",
            scope,
            user
        ));
    } else if (rate->second) {
        check_rate(
            *rate->second, fmt::format("REST_FRAMEWORK.DEFAULT_THROTTLE_RATES.{}", scope), problems
        );
    }
}

/// - view: whose throttles these are; empty for the views of drf_messages.urls.
void check_throttles(
    const Settings& settings, const Names& throttles, const ClassName& view, Problems& problems
) {
    for (const ClassName& name : throttles) {
        const ClassName base = class_lineage(settings.classes, name).back();
        if (!base.starts_with("rest_framework.throttling.")) {
            continue; // of the application: it knows no scopes
        }
        if (base == scoped_throttle) {
            if (const auto scope = text_of(attribute(settings, view, "throttle_scope"))) {
                check_scope(settings, *scope, view, problems);
            }
            continue;
        }
        if (const auto rate = text_of(attribute(settings, name, "rate"))) {
            check_rate(*rate, fmt::format("CLASSES.\"{}\".rate", name), problems);
            continue;
        }
        const std::string scope =
            text_of(attribute(settings, name, "scope"))
                .value_or(base.ends_with(".AnonRateThrottle") ? "anon" : "user");
        check_scope(settings, scope, name, problems);
    }
}

/// What a view sets for itself, or the default.
Names classes_of(
    const Settings& settings,
    const ClassName& view,
    const std::string& wanted,
    const Names& defaults
) {
    const SettingValue* value = attribute(settings, view, wanted);
    const auto* list = value == nullptr ? nullptr : std::get_if<SettingValue::Array>(&value->value);
    if (list == nullptr) {
        return defaults;
    }
    Names names;
    for (const SettingValue& item : *list) {
        if (const auto name = text_of(&item)) {
            names.push_back(*name);
        }
    }
    return names;
}

void check_rest_framework(const Settings& settings, Problems& problems) {
    const RestFrameworkSettings& rest = settings.rest_framework;
    std::set<ClassName> views;
    for (const RouteSettings& route : settings.routes) {
        if (route.include) {
            views.insert(ClassName());
        }
        for (const RouteSettings::Registration& registration : route.registrations) {
            views.insert(registration.viewset);
        }
    }
    for (const ClassName& view : views) {
        check_throttles(
            settings,
            classes_of(settings, view, "throttle_classes", rest.default_throttle_classes),
            view,
            problems
        );
    }
}

} // namespace

std::vector<std::string> configuration_problems(const Settings& settings) {
    Problems problems;
    check_security(settings, problems);
    check_times(settings, problems);
    check_languages(settings, problems);
    check_templates(settings, problems);
    check_middleware(settings, problems);
    check_login(settings, problems);
    check_messages(settings, problems);
    check_stores(settings, problems);
    check_rest_framework(settings, problems);
    // Two views may share what is wrong.
    Problems distinct;
    for (std::string& problem : problems) {
        if (std::find(distinct.begin(), distinct.end(), problem) == distinct.end()) {
            distinct.push_back(std::move(problem));
        }
    }
    return distinct;
}

void require_working(const Settings& settings) {
    const Problems problems = configuration_problems(settings);
    if (!problems.empty()) {
        throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
    }
}

} // namespace drf_messages::embed
