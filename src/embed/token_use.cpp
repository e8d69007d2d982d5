// SPDX-License-Identifier: MIT
#include "embed/token_use.hpp"

#include "model/class_lineage.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

namespace drf_messages::embed {
namespace {

constexpr std::string_view token_authentication =
    "rest_framework.authentication.TokenAuthentication";
constexpr std::string_view token_view = "rest_framework.authtoken.views.obtain_auth_token";

bool is_default(const Settings& settings, std::string_view authentication) {
    const auto& names = settings.rest_framework.default_authentication_classes;
    return std::any_of(names.begin(), names.end(), [&](const ClassName& name) {
        return is_subclass(settings.classes, name, authentication);
    });
}

/// Whether a viewset of `[CLASSES]` has it among the authentication_classes of its own.
bool is_viewsets_own(
    const Settings& settings, const ClassSettings& viewset, std::string_view authentication
) {
    const auto found = viewset.attributes.find("authentication_classes");
    const auto* const names = found == viewset.attributes.end()
                                  ? nullptr
                                  : std::get_if<SettingValue::Array>(&found->second.value);
    return names != nullptr &&
           std::any_of(names->begin(), names->end(), [&](const SettingValue& entry) {
               const auto* const name = std::get_if<std::string>(&entry.value);
               return name != nullptr && is_subclass(settings.classes, *name, authentication);
           });
}

} // namespace

bool authenticates_by(const Settings& settings, std::string_view authentication) {
    return is_default(settings, authentication) ||
           std::any_of(settings.classes.begin(), settings.classes.end(), [&](const auto& entry) {
               return is_viewsets_own(settings, entry.second, authentication);
           });
}

bool takes_tokens_by_default(const Settings& settings) {
    return is_default(settings, token_authentication);
}

bool gives_tokens(const Settings& settings) {
    return std::any_of(settings.routes.begin(), settings.routes.end(), [](const auto& route) {
        return route.view == token_view;
    });
}

bool uses_tokens(const Settings& settings) {
    return gives_tokens(settings) || authenticates_by(settings, token_authentication);
}

} // namespace drf_messages::embed
