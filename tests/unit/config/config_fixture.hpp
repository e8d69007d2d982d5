// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"
#include "support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::config {

/// The names of a complete site: what each setting may hold.
inline const std::vector<std::string>& site_names(std::string_view setting) {
    static const std::vector<std::string> none;
    static const std::map<std::string, std::vector<std::string>, std::less<>> names = {
        {"MIDDLEWARE", Settings().middleware},
        {"SESSION_ENGINE",
         {"django.contrib.sessions.backends.db",
          "django.contrib.sessions.backends.cache",
          "django.contrib.sessions.backends.file"}},
        {"DATABASES", {"django.db.backends.sqlite3"}},
        {"include", {"drf_messages.urls"}},
        {"router", {"DefaultRouter", "SimpleRouter"}},
        {"ROUTES", {"drf_messages.views.MessagesViewSet"}},
        {"CACHES",
         {"django.core.cache.backends.locmem.LocMemCache", "django_redis.cache.RedisCache"}},
        {"DEFAULT_PAGINATION_CLASS",
         {"rest_framework.pagination.LimitOffsetPagination",
          "rest_framework.pagination.PageNumberPagination"}},
        {"DEFAULT_THROTTLE_CLASSES", {"rest_framework.throttling.AnonRateThrottle"}},
        {"DEFAULT_PERMISSION_CLASSES",
         {"rest_framework.permissions.AllowAny", "rest_framework.permissions.IsAuthenticated"}}};
    const auto at = names.find(setting);
    return at == names.end() ? none : at->second;
}

inline constexpr ClassAttribute site_page_numbers[] = {
    {"page_size", AttributeKind::integer},
    {"max_page_size", AttributeKind::integer},
    {"last_page_strings", AttributeKind::texts}};
inline constexpr ClassAttribute site_limits[] = {
    {"default_limit", AttributeKind::integer}, {"max_limit", AttributeKind::integer}};
inline constexpr ClassAttribute site_rates[] = {{"rate", AttributeKind::rate}};
inline constexpr ClassAttribute site_realms[] = {
    {"www_authenticate_realm", AttributeKind::header_text}};
inline constexpr ClassAttribute site_viewsets[] = {
    {"permission_classes", AttributeKind::class_names, "DEFAULT_PERMISSION_CLASSES"}};
inline constexpr BaseClass site_bases[] = {
    {"rest_framework.pagination.LimitOffsetPagination", site_limits},
    {"rest_framework.pagination.PageNumberPagination", site_page_numbers},
    {"rest_framework.throttling.AnonRateThrottle", site_rates},
    {"rest_framework.authentication.BasicAuthentication", site_realms},
    {"drf_messages.views.MessagesViewSet", site_viewsets}};

inline const KnownClasses site_classes{site_names, site_bases};

/// A folder of its own for each test, with a settings.toml in it.
class ConfigTest : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text) const {
        const auto path = folder_ / name;
        std::ofstream(path) << text;
        return path.string();
    }

    Settings load_text(const std::string& text, const Environment& environment = {}) const {
        return load(write("settings.toml", text), environment, site_classes);
    }

    /// "LINE: what" for each problem; the file's name is left out.
    std::vector<std::string>
    problems_of(const std::string& text, const Environment& environment = {}) const {
        std::vector<std::string> lines;
        try {
            load_text(text, environment);
        } catch (const SettingsError& error) {
            for (const Problem& problem : error.problems()) {
                std::string where = problem.where;
                const std::string file = (folder_ / "settings.toml").string() + ":";
                if (where.starts_with(file)) {
                    where.erase(0, file.size());
                }
                lines.push_back(where + ": " + problem.what);
            }
        }
        return lines;
    }

    const std::filesystem::path& folder() const noexcept { return folder_.path(); }

private:
    test::TempFolder folder_;
};

} // namespace drf_messages::config
