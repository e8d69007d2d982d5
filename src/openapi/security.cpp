// SPDX-License-Identifier: MIT
#include "openapi/security.hpp"

#include "middleware/csrf_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace drf_messages::openapi {
namespace {

constexpr const char* schemes = "securitySchemes";

Value api_key(std::string_view place, std::string_view name, std::string_view description) {
    return Value::object(
        {{"type", "apiKey"}, {"in", place}, {"name", name}, {"description", description}}
    );
}

/// What a session needs beside its cookie.
void add_csrf_token(Components& components, const Settings& settings, Value& requirement) {
    if (!settings.csrf_use_sessions) {
        const auto cookie = components.add(
            schemes,
            "csrfCookie",
            api_key("cookie", settings.csrf_cookie_name, "Set by every page with a form.")
        );
        requirement[cookie] = Value::Array{};
    }
    const auto header = components.add(
        schemes,
        "csrfToken",
        api_key(
            "header",
            middleware::csrf_header(settings),
            settings.csrf_use_sessions
                ? "The CSRF token of the session."
                : fmt::format("The value of the cookie {}.", settings.csrf_cookie_name)
        )
    );
    requirement[header] = Value::Array{};
}

} // namespace

bool lets_anonymous(const api::View& view, const std::string& method) {
    const auto& permissions = view.policies().permissions;
    return !view.needs_user(method) &&
           std::all_of(permissions.begin(), permissions.end(), [&](const auto& permission) {
               return permission->lets_anonymous(
                   view.permission_method(method), view.options().on_model
               );
           });
}

drf_messages::rest::Value
security_of(Components& components, const api::View& view, const std::string& method) {
    const auto& policies = view.policies();
    Value::Array requirements;
    for (const auto& authenticator : policies.authenticators) {
        auto scheme = authenticator->security_scheme();
        Value requirement{Value::Object{}};
        requirement[components.add(schemes, scheme.name, std::move(scheme.definition))] =
            Value::Array{};
        if (scheme.wants_csrf_token && !middleware::is_csrf_safe(method)) {
            add_csrf_token(components, policies.settings, requirement);
        }
        requirements.push_back(std::move(requirement));
    }
    if (lets_anonymous(view, method)) {
        requirements.emplace_back(Value::Object{});
    }
    return requirements;
}

} // namespace drf_messages::openapi
