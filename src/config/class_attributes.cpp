// SPDX-License-Identifier: MIT
#include "config/class_attributes.hpp"

#include <algorithm>

namespace drf_messages::config {
namespace {

using Attributes = std::vector<ClassAttribute>;
using enum AttributeKind;

Attributes operator+(Attributes first, const Attributes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::vector<BaseClass> all_bases() {
    const Attributes page_size_choice = {
        {"page_size", integer},
        {"page_size_query_param", text},
        {"page_size_query_description", text},
        {"max_page_size", integer},
        {"template", text}};
    const Attributes rate_throttle = {{"rate", rate}, {"scope", text}, {"THROTTLE_RATES", rates}};
    const Attributes versioning = {
        {"default_version", text}, {"allowed_versions", texts}, {"version_param", text}};
    const Attributes permission = {{"message", text}, {"code", text}};
    const Attributes model_permissions =
        permission + Attributes{{"perms_map", table}, {"authenticated_users_only", boolean}};
    const Attributes representation = {
        {"media_type", header_text}, {"format", text}, {"charset", header_text}};
    const Attributes parser = {{"media_type", header_text}};
    return {
        {"rest_framework.pagination.LimitOffsetPagination",
         {{"default_limit", integer},
          {"max_limit", integer},
          {"limit_query_param", text},
          {"limit_query_description", text},
          {"offset_query_param", text},
          {"offset_query_description", text},
          {"template", text}}},
        {"rest_framework.pagination.PageNumberPagination",
         page_size_choice +
             Attributes{
                 {"page_query_param", text},
                 {"page_query_description", text},
                 {"last_page_strings", texts},
                 {"invalid_page_message", text}}},
        {"rest_framework.pagination.CursorPagination",
         page_size_choice +
             Attributes{
                 {"cursor_query_param", text},
                 {"cursor_query_description", text},
                 {"ordering", texts},
                 {"offset_cutoff", integer},
                 {"invalid_cursor_message", text}}},

        {"rest_framework.throttling.AnonRateThrottle", rate_throttle},
        {"rest_framework.throttling.UserRateThrottle", rate_throttle},
        {"rest_framework.throttling.ScopedRateThrottle", {{"THROTTLE_RATES", rates}}},

        {"rest_framework.versioning.AcceptHeaderVersioning", versioning},
        {"rest_framework.versioning.URLPathVersioning", versioning},
        {"rest_framework.versioning.NamespaceVersioning", versioning},
        {"rest_framework.versioning.HostNameVersioning", versioning},
        {"rest_framework.versioning.QueryParameterVersioning", versioning},

        {"rest_framework.authentication.BasicAuthentication",
         {{"www_authenticate_realm", header_text}}},
        {"rest_framework.authentication.SessionAuthentication", {}},
        {"rest_framework.authentication.TokenAuthentication", {{"keyword", header_text}}},

        {"rest_framework.permissions.AllowAny", permission},
        {"rest_framework.permissions.IsAuthenticated", permission},
        {"rest_framework.permissions.IsAdminUser", permission},
        {"rest_framework.permissions.IsAuthenticatedOrReadOnly", permission},
        {"rest_framework.permissions.DjangoModelPermissions", model_permissions},
        {"rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly", model_permissions},

        {"rest_framework.filters.SearchFilter",
         {{"search_param", text},
          {"search_title", text},
          {"search_description", text},
          {"template", text}}},
        {"rest_framework.filters.OrderingFilter",
         {{"ordering_param", text},
          {"ordering_title", text},
          {"ordering_description", text},
          {"template", text}}},
        {"django_filters.rest_framework.DjangoFilterBackend", {}},
        {"django_filters.rest_framework.backends.DjangoFilterBackend", {}},

        {"django.contrib.auth.backends.ModelBackend", {}},
        {"django.contrib.auth.backends.AllowAllUsersModelBackend", {}},
        {"django.contrib.auth.backends.RemoteUserBackend", {}},
        {"django.contrib.auth.backends.AllowAllUsersRemoteUserBackend", {}},

        {"rest_framework.negotiation.DefaultContentNegotiation", {}},
        {"rest_framework.metadata.SimpleMetadata", {}},

        {"rest_framework.renderers.JSONRenderer", representation},
        {"rest_framework.renderers.BrowsableAPIRenderer", representation},

        {"rest_framework.parsers.JSONParser", parser},
        {"rest_framework.parsers.FormParser", parser},
        {"rest_framework.parsers.MultiPartParser", parser},
        {"rest_framework.parsers.FileUploadParser", parser},

        {"drf_messages.views.MessagesViewSet",
         {{"permission_classes", class_names, "DEFAULT_PERMISSION_CLASSES"},
          {"authentication_classes", class_names, "DEFAULT_AUTHENTICATION_CLASSES"},
          {"pagination_class", class_name, "DEFAULT_PAGINATION_CLASS"},
          {"filter_backends", class_names, "DEFAULT_FILTER_BACKENDS"},
          {"throttle_classes", class_names, "DEFAULT_THROTTLE_CLASSES"},
          {"throttle_scope", text},
          {"renderer_classes", class_names, "DEFAULT_RENDERER_CLASSES"},
          {"parser_classes", class_names, "DEFAULT_PARSER_CLASSES"},
          {"content_negotiation_class", class_name, "DEFAULT_CONTENT_NEGOTIATION_CLASS"},
          {"metadata_class", class_name, "DEFAULT_METADATA_CLASS"},
          {"versioning_class", class_name, "DEFAULT_VERSIONING_CLASS"},
          {"lookup_value_regex", text},
          {"http_method_names", texts}}},
    };
}

} // namespace

const std::vector<BaseClass>& base_classes() {
    static const std::vector<BaseClass> bases = all_bases();
    return bases;
}

const BaseClass* find_base_class(std::string_view name) {
    const auto& bases = base_classes();
    const auto at = std::find_if(bases.begin(), bases.end(), [&](const BaseClass& base) {
        return base.name == name;
    });
    return at == bases.end() ? nullptr : &*at;
}

} // namespace drf_messages::config
