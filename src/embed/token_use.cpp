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

bool is_token_authentication(const Settings& settings, const ClassName& name) {
    return is_subclass(settings.classes, name, token_authentication);
}

/// Whether a viewset of `[CLASSES]` has it among the authentication_classes of its own.
bool viewset_takes_tokens(const Settings& settings, const ClassSettings& viewset) {
    const auto found = viewset.attributes.find("authentication_classes");
    const auto* const names = found == viewset.attributes.end()
                                  ? nullptr
                                  : std::get_if<SettingValue::Array>(&found->second.value);
    return names != nullptr &&
           std::any_of(names->begin(), names->end(), [&](const SettingValue& entry) {
               const auto* const name = std::get_if<std::string>(&entry.value);
               return name != nullptr && is_token_authentication(settings, *name);
           });
}

} // namespace

bool takes_tokens_by_default(const Settings& settings) {
    const auto& names = settings.rest_framework.default_authentication_classes;
    return std::any_of(names.begin(), names.end(), [&](const ClassName& name) {
        return is_token_authentication(settings, name);
    });
}

bool gives_tokens(const Settings& settings) {
    return std::any_of(settings.routes.begin(), settings.routes.end(), [](const auto& route) {
        return route.view == token_view;
    });
}

bool uses_tokens(const Settings& settings) {
    return takes_tokens_by_default(settings) || gives_tokens(settings) ||
           std::any_of(settings.classes.begin(), settings.classes.end(), [&](const auto& entry) {
               return viewset_takes_tokens(settings, entry.second);
           });
}

} // namespace drf_messages::embed
