// SPDX-License-Identifier: MIT
#include "api/classes/known_classes.hpp"

#include "cache/make_cache.hpp"
#include "messages/make_storage.hpp"
#include "middleware/pipeline.hpp"

#include <algorithm>
#include <map>

namespace drf_messages::api {
namespace {

using Names = std::vector<std::string>;

const std::map<std::string, Names, std::less<>>& table() {
    static const std::map<std::string, Names, std::less<>> names = {
        {"DEFAULT_RENDERER_CLASSES",
         {"rest_framework.renderers.JSONRenderer",
          "rest_framework.renderers.BrowsableAPIRenderer"}},
        {"DEFAULT_PARSER_CLASSES",
         {"rest_framework.parsers.JSONParser",
          "rest_framework.parsers.FormParser",
          "rest_framework.parsers.MultiPartParser",
          "rest_framework.parsers.FileUploadParser"}},
        {"DEFAULT_AUTHENTICATION_CLASSES",
         {"rest_framework.authentication.SessionAuthentication",
          "rest_framework.authentication.BasicAuthentication",
          "rest_framework.authentication.TokenAuthentication"}},
        {"DEFAULT_PERMISSION_CLASSES",
         {"rest_framework.permissions.AllowAny",
          "rest_framework.permissions.IsAuthenticated",
          "rest_framework.permissions.IsAdminUser",
          "rest_framework.permissions.IsAuthenticatedOrReadOnly",
          "rest_framework.permissions.DjangoModelPermissions",
          "rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly"}},
        {"DEFAULT_THROTTLE_CLASSES",
         {"rest_framework.throttling.AnonRateThrottle",
          "rest_framework.throttling.UserRateThrottle",
          "rest_framework.throttling.ScopedRateThrottle"}},
        {"DEFAULT_CONTENT_NEGOTIATION_CLASS",
         {"rest_framework.negotiation.DefaultContentNegotiation"}},
        {"DEFAULT_METADATA_CLASS", {"rest_framework.metadata.SimpleMetadata"}},
        {"DEFAULT_VERSIONING_CLASS",
         {"rest_framework.versioning.AcceptHeaderVersioning",
          "rest_framework.versioning.URLPathVersioning",
          "rest_framework.versioning.NamespaceVersioning",
          "rest_framework.versioning.HostNameVersioning",
          "rest_framework.versioning.QueryParameterVersioning"}},
        {"DEFAULT_PAGINATION_CLASS",
         {"rest_framework.pagination.LimitOffsetPagination",
          "rest_framework.pagination.PageNumberPagination",
          "rest_framework.pagination.CursorPagination"}},
        {"DEFAULT_FILTER_BACKENDS",
         {"django_filters.rest_framework.DjangoFilterBackend",
          "django_filters.rest_framework.backends.DjangoFilterBackend",
          "rest_framework.filters.SearchFilter",
          "rest_framework.filters.OrderingFilter"}},
        {"UNAUTHENTICATED_USER", {"django.contrib.auth.models.AnonymousUser"}},
        {"ROUTES", {"drf_messages.views.MessagesViewSet"}},
        {"MESSAGE_STORAGE", messages::known_storages()},
        {"AUTHENTICATION_BACKENDS",
         {"django.contrib.auth.backends.ModelBackend",
          "django.contrib.auth.backends.AllowAllUsersModelBackend",
          "django.contrib.auth.backends.RemoteUserBackend",
          "django.contrib.auth.backends.AllowAllUsersRemoteUserBackend"}},
        {"CACHES", cache::known_backends()},
        {"DATABASES",
         {"django.db.backends.sqlite3",
          "django.db.backends.postgresql",
          "django.db.backends.mysql"}},
    };
    return names;
}

} // namespace

const std::vector<std::string>& known_classes(std::string_view setting) {
    static const Names any;
    if (setting == "MIDDLEWARE") {
        return middleware::Pipeline::known_middleware();
    }
    const auto found = table().find(setting);
    return found == table().end() ? any : found->second;
}

std::vector<std::string>
registered_classes(std::string_view setting, const rest::Classes& classes) {
    if (setting == "CLASSES") {
        return classes.names();
    }
    if (setting == "DEFAULT_AUTHENTICATION_CLASSES") {
        return classes.names<rest::Authentication>();
    }
    if (setting == "DEFAULT_PERMISSION_CLASSES") {
        return classes.names<rest::Permission>();
    }
    if (setting == "DEFAULT_FILTER_BACKENDS") {
        return classes.names<rest::FilterBackend>();
    }
    if (setting == "DEFAULT_PAGINATION_CLASS") {
        return classes.names<rest::Pagination>();
    }
    if (setting == "DEFAULT_THROTTLE_CLASSES") {
        return classes.names<rest::Throttle>();
    }
    if (setting == "DEFAULT_RENDERER_CLASSES") {
        return classes.names<rest::Renderer>();
    }
    if (setting == "ROUTES") {
        return classes.names<rest::MessagesViewSet>();
    }
    return {};
}

bool is_own_class(std::string_view name) {
    const auto has = [&](const Names& names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    return has(middleware::Pipeline::known_middleware()) ||
           std::any_of(table().begin(), table().end(), [&](const auto& setting) {
               return has(setting.second);
           });
}

} // namespace drf_messages::api
