// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

#include <algorithm>

namespace drf_messages::config {
namespace {

constexpr std::string_view databases_section = "DATABASES.";
constexpr std::string_view default_database = "DATABASES.default.";

constexpr std::string_view without_effect[] = {
    // Django 3.2, 4.2 and 5.2
    "ABSOLUTE_URL_OVERRIDES",
    "ADMINS",
    "ASGI_APPLICATION",
    "AUTH_PASSWORD_VALIDATORS",
    "BASE_DIR",
    "CACHE_MIDDLEWARE_ALIAS",
    "CACHE_MIDDLEWARE_KEY_PREFIX",
    "CACHE_MIDDLEWARE_SECONDS",
    "CSRF_FAILURE_VIEW",
    "DATABASE_ROUTERS",
    "DATA_UPLOAD_MAX_NUMBER_FILES",
    "DATETIME_FORMAT",
    "DATE_FORMAT",
    "DEBUG_PROPAGATE_EXCEPTIONS",
    "DECIMAL_SEPARATOR",
    "DEFAULT_AUTO_FIELD",
    "DEFAULT_CHARSET",
    "DEFAULT_EXCEPTION_REPORTER",
    "DEFAULT_EXCEPTION_REPORTER_FILTER",
    "DEFAULT_FILE_STORAGE",
    "DEFAULT_FROM_EMAIL",
    "DEFAULT_INDEX_TABLESPACE",
    "DEFAULT_TABLESPACE",
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_SSL_CERTFILE",
    "EMAIL_SSL_KEYFILE",
    "EMAIL_SUBJECT_PREFIX",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_LOCALTIME",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "FILE_CHARSET",
    "FILE_UPLOAD_DIRECTORY_PERMISSIONS",
    "FILE_UPLOAD_HANDLERS",
    "FILE_UPLOAD_MAX_MEMORY_SIZE",
    "FILE_UPLOAD_PERMISSIONS",
    "FILE_UPLOAD_TEMP_DIR",
    "FIRST_DAY_OF_WEEK",
    "FIXTURE_DIRS",
    "FORMAT_MODULE_PATH",
    "FORMS_URLFIELD_ASSUME_HTTPS",
    "FORM_RENDERER",
    "IGNORABLE_404_URLS",
    "INTERNAL_IPS",
    "LANGUAGES_BIDI",
    "LANGUAGE_COOKIE_AGE",
    "LANGUAGE_COOKIE_DOMAIN",
    "LANGUAGE_COOKIE_HTTPONLY",
    "LANGUAGE_COOKIE_PATH",
    "LANGUAGE_COOKIE_SAMESITE",
    "LANGUAGE_COOKIE_SECURE",
    "LOCALE_PATHS",
    "LOGGING",
    "LOGGING_CONFIG",
    "LOGIN_URL",
    "MANAGERS",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "MIGRATION_MODULES",
    "MONTH_DAY_FORMAT",
    "NUMBER_GROUPING",
    "PASSWORD_RESET_TIMEOUT",
    "PASSWORD_RESET_TIMEOUT_DAYS",
    "ROOT_URLCONF",
    "SECURE_CROSS_ORIGIN_RESOURCE_POLICY",
    "SERVER_EMAIL",
    "SHORT_DATETIME_FORMAT",
    "SHORT_DATE_FORMAT",
    "SILENCED_SYSTEM_CHECKS",
    "SITE_ID",
    "STATICFILES_DIRS",
    "STATICFILES_FINDERS",
    "STATICFILES_STORAGE",
    "STATIC_ROOT",
    "STORAGES",
    "TEST_NON_SERIALIZED_APPS",
    "TEST_RUNNER",
    "THOUSAND_SEPARATOR",
    "TIME_FORMAT",
    "TIME_INPUT_FORMATS",
    "USE_ETAGS",
    "USE_THOUSAND_SEPARATOR",
    "WSGI_APPLICATION",
    "YEAR_MONTH_FORMAT",
    // django-filter
    "FILTERS_DEFAULT_LOOKUP_EXPR",
    "FILTERS_DISABLE_HELP_TEXT",
    "FILTERS_EMPTY_CHOICE_LABEL",
    "FILTERS_NULL_CHOICE_LABEL",
    "FILTERS_NULL_CHOICE_VALUE",
    "FILTERS_VERBOSE_LOOKUPS",
    // drf-spectacular
    "SPECTACULAR_SETTINGS",
    // databases: what Django does with a connection of its own
    "DATABASES.default.ATOMIC_REQUESTS",
    "DATABASES.default.AUTOCOMMIT",
    "DATABASES.default.CONN_HEALTH_CHECKS",
    "DATABASES.default.DISABLE_SERVER_SIDE_CURSORS",
    "DATABASES.default.TEST",
    // REST framework
    "REST_FRAMEWORK.DATETIME_INPUT_FORMATS",
    "REST_FRAMEWORK.DATE_FORMAT",
    "REST_FRAMEWORK.DATE_INPUT_FORMATS",
    "REST_FRAMEWORK.DEFAULT_MODEL_SERIALIZER_CLASS",
    "REST_FRAMEWORK.DEFAULT_SCHEMA_CLASS",
    "REST_FRAMEWORK.DURATION_FORMAT",
    "REST_FRAMEWORK.HTML_SELECT_CUTOFF",
    "REST_FRAMEWORK.HTML_SELECT_CUTOFF_TEXT",
    "REST_FRAMEWORK.LIST_SERIALIZER_ERRORS_AS_DICT",
    "REST_FRAMEWORK.SCHEMA_COERCE_METHOD_NAMES",
    "REST_FRAMEWORK.TEST_REQUEST_DEFAULT_FORMAT",
    "REST_FRAMEWORK.TEST_REQUEST_RENDERER_CLASSES",
    "REST_FRAMEWORK.TIME_FORMAT",
    "REST_FRAMEWORK.TIME_INPUT_FORMATS",
    "REST_FRAMEWORK.UNAUTHENTICATED_TOKEN",
    "REST_FRAMEWORK.UPLOADED_FILES_USE_URL",
};

} // namespace

bool is_without_effect(std::string_view name) {
    // Other databases than the default are a Django site's own business.
    if (name.starts_with(databases_section) && !name.starts_with(default_database) &&
        name != "DATABASES.default") {
        return true;
    }
    return std::find(std::begin(without_effect), std::end(without_effect), name) !=
           std::end(without_effect);
}

std::vector<std::string> names_without_effect(std::string_view section) {
    std::vector<std::string> names;
    for (const std::string_view name : without_effect) {
        if (name.starts_with(section) && name.find('.', section.size()) == std::string_view::npos) {
            names.emplace_back(name);
        }
    }
    return names;
}

const std::vector<FixedSetting>& fixed_settings() {
    static const std::vector<FixedSetting> fixed = {
        {"DEFAULT_HASHING_ALGORITHM", "\"sha256\""},
        {"DISALLOWED_USER_AGENTS", "[]"},
        {"SIGNING_BACKEND", "\"django.core.signing.TimestampSigner\""},
        {"REST_FRAMEWORK.EXCEPTION_HANDLER", "\"rest_framework.views.exception_handler\""},
        {"REST_FRAMEWORK.VIEW_DESCRIPTION_FUNCTION",
         "\"rest_framework.views.get_view_description\""},
        {"REST_FRAMEWORK.VIEW_NAME_FUNCTION", "\"rest_framework.views.get_view_name\""},
    };
    return fixed;
}

} // namespace drf_messages::config
