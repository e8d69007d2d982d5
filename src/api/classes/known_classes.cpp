// SPDX-License-Identifier: MIT
#include "api/classes/known_classes.hpp"

#include "accounts/authentication.hpp"
#include "api/classes/class_tables.hpp"
#include "cache/make_cache.hpp"
#include "messages/make_storage.hpp"
#include "middleware/pipeline.hpp"
#include "model/database_vendor.hpp"

#include <algorithm>

namespace drf_messages::api {
namespace {

/// A subclass of a backend sets nothing: sessions name it in place of its base.
SettingClasses authentication_backends() {
    const auto& names = accounts::known_authentication_backends();
    SettingClasses classes("AUTHENTICATION_BACKENDS", names);
    for (const std::string& name : names) {
        classes.bases.push_back({name, {}});
    }
    return classes;
}

/// Every class of ours, once.
const std::vector<SettingClasses>& class_tables() {
    static const std::vector<SettingClasses> tables = {
        pagination_classes(),
        throttle_classes(),
        versioning_classes(),
        authenticator_classes(),
        permission_classes(),
        filter_backend_classes(),
        authentication_backends(),
        negotiation_classes(),
        metadata_classes(),
        renderer_classes(),
        parser_classes(),
        viewset_classes(),
        {"UNAUTHENTICATED_USER", {"django.contrib.auth.models.AnonymousUser"}},
        {"MIDDLEWARE", middleware::Pipeline::known_middleware()},
        {"MESSAGE_STORAGE", messages::known_storages()},
        {"CACHES", cache::known_backends()},
        {"DATABASES", known_database_engines()},
    };
    return tables;
}

const SettingClasses* find_table(std::string_view setting) {
    const auto& tables = class_tables();
    const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& table) {
        return table.setting == setting;
    });
    return found == tables.end() ? nullptr : &*found;
}

} // namespace

const std::vector<std::string>& known_classes(std::string_view setting) {
    static const std::vector<std::string> none;
    const auto* table = find_table(setting);
    return table == nullptr ? none : table->names;
}

const std::vector<BaseClass>& base_classes() {
    static const std::vector<BaseClass> bases = [] {
        std::vector<BaseClass> all;
        for (const auto& table : class_tables()) {
            all.insert(all.end(), table.bases.begin(), table.bases.end());
        }
        return all;
    }();
    return bases;
}

std::vector<std::string>
registered_classes(std::string_view setting, const rest::Classes& classes) {
    if (setting == "CLASSES") {
        return classes.names();
    }
    const auto* table = find_table(setting);
    if (table == nullptr || table->registered == nullptr) {
        return {};
    }
    return (classes.*table->registered)();
}

bool is_own_class(std::string_view name) {
    const auto& tables = class_tables();
    return std::any_of(tables.begin(), tables.end(), [&](const auto& table) {
        return std::find(table.names.begin(), table.names.end(), name) != table.names.end();
    });
}

} // namespace drf_messages::api
