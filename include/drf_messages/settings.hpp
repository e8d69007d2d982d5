// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/level.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages {

/// A value as settings.toml holds it, for class attributes and OPTIONS tables.
struct SettingValue {
    using Array = std::vector<SettingValue>;
    using Table = std::map<std::string, SettingValue>;
    /// monostate is Python's None, written as the empty string where a key allows it.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> value;
};

/// A dotted Django name of a class (`rest_framework.pagination.LimitOffsetPagination`), or of an
/// entry of `[CLASSES]`.
using ClassName = std::string;

/// `[CLASSES."site.Name"]`: a subclass as data, a base class and the attributes that it sets.
struct ClassSettings {
    ClassName base;
    std::map<std::string, SettingValue> attributes;
};

/// `[[ROUTES]]`: one entry of the URL configuration, in order.
struct RouteSettings {
    /// One `register` of a router.
    struct Registration {
        std::string prefix;
        ClassName viewset;
        std::string basename;
    };
    /// as in django.urls.path(); as in re_path() when `regex`
    std::string route;
    bool regex = false;
    std::optional<std::string> include; ///< "drf_messages.urls" or "rest_framework.urls"
    /// "rest_framework.authtoken.views.obtain_auth_token"
    std::optional<std::string> view;
    std::optional<std::string> name_space; ///< key `namespace`: the instance namespace of include()
    std::optional<std::string> router;     ///< "DefaultRouter" or "SimpleRouter"
    std::map<std::string, SettingValue> router_kwargs; ///< trailing_slash
    std::vector<Registration> registrations;           ///< key `register`
};

/// An entry of `TEMPLATES`, of which `DIRS` alone has an effect.
struct TemplateSettings {
    ClassName backend = "django.template.backends.django.DjangoTemplates";
    /// paths, relative to the settings file's folder
    std::vector<std::string> dirs;
    std::map<std::string, SettingValue> others; ///< NAME, APP_DIRS, OPTIONS
};

/// `[DATABASES.default]`, with Django's keys.
struct DatabaseSettings {
    std::string engine = "django.db.backends.sqlite3";
    std::string name = "db.sqlite3"; ///< for SQLite a path, relative to the settings file's folder
    std::string user;
    std::string password;
    std::string host;
    std::string port; ///< text, since Django accepts "5432" and 5432
    /// IANA name: the zone of the times in the columns of SQLite and MariaDB; empty: UTC. Only with
    /// USE_TZ, without which they are in TIME_ZONE.
    std::string time_zone;
    /// a connection older than this is replaced; absent or 0: unlimited
    std::optional<std::chrono::seconds> conn_max_age = std::chrono::seconds(0);
    std::map<std::string, SettingValue> options;
};

/// `[CACHES.ALIAS]`.
struct CacheSettings {
    ClassName backend = "django.core.cache.backends.locmem.LocMemCache";
    std::vector<std::string> location;
    std::string key_prefix;
    std::int64_t version = 1;
    /// absent: never expires
    std::optional<std::chrono::seconds> timeout = std::chrono::seconds(300);
    std::map<std::string, SettingValue> options;
};

/// `[REST_FRAMEWORK]`, with REST framework's defaults.
struct RestFrameworkSettings {
    std::vector<ClassName> default_renderer_classes = {
        "rest_framework.renderers.JSONRenderer", "rest_framework.renderers.BrowsableAPIRenderer"};
    std::vector<ClassName> default_parser_classes = {
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser"};
    std::vector<ClassName> default_authentication_classes = {
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication"};
    std::vector<ClassName> default_permission_classes = {"rest_framework.permissions.AllowAny"};
    std::vector<ClassName> default_throttle_classes;
    ClassName default_content_negotiation_class =
        "rest_framework.negotiation.DefaultContentNegotiation";
    /// empty: None, OPTIONS is 405
    ClassName default_metadata_class = "rest_framework.metadata.SimpleMetadata";
    ClassName default_versioning_class; ///< empty: None
    ClassName default_pagination_class; ///< empty: None
    std::vector<ClassName> default_filter_backends;

    /// Rate of a scope ("2/day"); an absent rate (None) means that the scope is not limited.
    std::map<std::string, std::optional<std::string>> default_throttle_rates = {
        {"user", std::nullopt}, {"anon", std::nullopt}};
    std::optional<std::int64_t> num_proxies;

    std::optional<std::int64_t> page_size;
    std::string search_param = "search";
    std::string ordering_param = "ordering";

    std::optional<std::string> default_version;
    std::optional<std::vector<std::string>> allowed_versions;
    std::string version_param = "version";

    ClassName unauthenticated_user = "django.contrib.auth.models.AnonymousUser"; ///< empty: None

    /// absent: `?format=` is ignored
    std::optional<std::string> url_format_override = "format";
    std::optional<std::string> format_suffix_kwarg = "format";

    /// absent: as "iso-8601" in JSON output
    std::optional<std::string> datetime_format = "iso-8601";
    bool unicode_json = true;
    bool compact_json = true;
    bool strict_json = true;
    bool coerce_decimal_to_string = true;
    bool coerce_bigint_to_string = false; ///< of REST framework 3.17 and later

    std::string non_field_errors_key = "non_field_errors";
    std::string url_field_name = "url";
    bool schema_coerce_path_pk = true;
};

/// `[SERVER]`: what Django has no settings for.
struct ServerSettings {
    /// HOST:PORT or unix:PATH; port 0 lets the system choose
    std::vector<std::string> bind = {"127.0.0.1:8000"};
    /// who may connect to a Unix socket: its permissions in octal digits, whatever the umask, and
    /// its group, by name or number; empty: the server's own
    std::string socket_mode = "0666";
    std::string socket_group;
    /// request threads; 0: as many as the machine has cores, at least 4, on MariaDB 16
    std::size_t workers = 0;
    std::size_t io_threads = 1;
    std::size_t max_connections = 4096;
    std::size_t header_limit_bytes = 32 * 1024;
    std::size_t body_limit_bytes = 64 * 1024; ///< of a log-in, the largest that anybody sends
    /// of the bodies of all requests under way together
    std::size_t bodies_limit_bytes = 64 * 1024 * 1024;
    /// of all answers together that clients do not take at once
    std::size_t answers_limit_bytes = 1024UL * 1024 * 1024;
    /// from the first byte of a request to the end of its headers
    std::chrono::seconds header_timeout{10};
    std::chrono::seconds body_timeout{30};
    std::chrono::seconds keep_alive_timeout{75};
    std::chrono::seconds write_timeout{30};
    std::chrono::seconds drain_timeout{10}; ///< after SIGTERM, for requests that are under way
    bool access_log = true;
    std::string log_format = "text"; ///< or "json": an object a line
    /// "/-" makes it /-/healthz and /-/readyz; empty: /healthz and /readyz
    std::string health_prefix;
    /// how long one SQL statement may run before the database cancels it; 0: no limit
    std::chrono::milliseconds statement_timeout{30'000};
    /// SQL statements that take longer are logged with their name and time; 0: none
    std::chrono::milliseconds slow_statement{500};
    bool trust_forwarded_for = false; ///< the access log shows the client of X-Forwarded-For
    /// proxies in front, for the throttle of passwords; absent: REST_FRAMEWORK.NUM_PROXIES, and
    /// where that is absent too no header is believed
    std::optional<std::int64_t> num_proxies;
};

/// `MESSAGES_EXTENSIONS`: what the endpoints have beyond the original. Without one its paths are
/// what they were: an unknown id.
struct MessagesExtensions {
    bool read_state = false;  ///< messages/7/read/, messages/unread/, messages/counts/, ?mark=false
    bool sync = false;        ///< messages/changes/
    bool stream = false;      ///< messages/stream/
    bool conditional = false; ///< ETag and 304
    /// Whether the server does not start without the change feed.
    bool need_feed() const { return sync || stream; }
};

/// `[LIVE]`: the change feed, and what is told to clients that follow it.
struct LiveSettings {
    std::chrono::milliseconds poll_interval{50};
    std::chrono::seconds history{7 * 24 * 3600}; ///< "7d"
    std::size_t replay_limit = 1000;
    std::chrono::seconds heartbeat{25};
    std::size_t max_streams = 20'000;
    std::size_t max_streams_per_user = 8;
    std::chrono::seconds max_age{3600};
    std::chrono::seconds reauthenticate{60};
    std::pair<double, double> retry{1, 5}; ///< seconds
    std::chrono::seconds x_poll_interval{30};
    std::size_t max_waits = 1; ///< of adapters that hold a thread for each wait
};

/// `[AUTH_USER]`: what Django knows about AUTH_USER_MODEL from the model's code. Names of columns;
/// an empty name, or a column that the table lacks, means that the model has no such field.
struct AuthUserSettings {
    std::optional<std::string> db_table;    ///< absent: app_model, as Django calls it
    std::optional<std::string> primary_key; ///< absent: what the database says
    std::string username_field = "username";
    std::string email_field = "email";
    std::string is_active = "is_active";
    std::string is_staff = "is_staff";
    std::string is_superuser = "is_superuser";
};

/// Every setting, typed, with Django's meaning. Comments name a key only where the field's name
/// does not. Built by load_settings() from settings.toml and the environment, or filled in by an
/// application.
struct Settings {
    // ---- core
    /// The releases of the site whose answers these are ("5.2"); empty: 3.2, 3.14 and 3.11. A newer
    /// one than we know counts as the newest.
    std::string django_version;
    std::string rest_framework_version;
    std::string python_version;
    std::string secret_key;
    std::vector<std::string> secret_key_fallbacks;
    bool debug = false;
    std::vector<std::string> allowed_hosts;
    std::vector<std::string> installed_apps = {
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
        "rest_framework",
        "rest_framework.authtoken",
        "django_filters",
        "drf_messages"};
    std::vector<ClassName> middleware = {
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware"};
    /// IANA name. Django's own default is America/Chicago; startproject writes UTC.
    std::string time_zone = "UTC";
    /// False: times are readings of TIME_ZONE's clock, in columns and answers alike.
    bool use_tz = true;
    bool use_deprecated_pytz = false; ///< of Django 4.0 to 4.2
    std::string language_code = "en-us";
    /// Codes of the languages that LocaleMiddleware chooses among; absent: those of the release.
    std::optional<std::vector<std::string>> languages;
    bool use_i18n = true;
    /// absent: from Django 4.0 on; without effect from 5.0 on, where it is always so
    std::optional<bool> use_l10n;
    std::string language_cookie_name = "django_language";
    /// ours: texts and forms of dates of the site's languages, as print_settings.py writes them
    std::optional<std::string> locale_file;
    /// of filters, where the language has none of its own; absent: Django's
    std::optional<std::vector<std::string>> datetime_input_formats;
    std::optional<std::vector<std::string>> date_input_formats;
    bool append_slash = true;
    bool prepend_www = false;
    std::vector<TemplateSettings> templates; ///< whose folders may have `drf_messages/*.mustache`
    std::optional<std::string> static_url;   ///< with "/" at its end
    std::optional<std::string> force_script_name;
    bool use_x_forwarded_host = false;
    bool use_x_forwarded_port = false;
    std::optional<std::size_t> data_upload_max_number_fields = 1000; ///< absent: unlimited
    /// bytes; absent: unlimited
    std::optional<std::size_t> data_upload_max_memory_size = 2'621'440;

    // ---- messages
    ClassName message_storage = "drf_messages.storage.DBStorage";
    Level message_level = level::info;
    /// Effective tags: Django's five, overlaid by MESSAGE_TAGS (as
    /// django.contrib.messages.utils.get_level_tags does). Order is that of Python's dict: the
    /// defaults first, then new keys as MESSAGE_TAGS lists them.
    std::vector<std::pair<Level, std::string>> level_tags = {
        {10, "debug"}, {20, "info"}, {25, "success"}, {30, "warning"}, {40, "error"}};
    bool messages_use_sessions = false;
    bool messages_allow_delete_unread = false;
    bool messages_delete_read = false;
    /// allows `level__gte=30`; ours: the original documents it but does not have it
    bool messages_filter_lookups = false;
    MessagesExtensions messages_extensions; ///< ours
    /// ours: the list marks what it shows, as the original's does
    bool messages_mark_on_list = true;

    // ---- sessions
    ClassName session_engine = "django.contrib.sessions.backends.db";
    std::string session_cache_alias = "default";
    std::string session_cookie_name = "sessionid";
    std::chrono::seconds session_cookie_age{1'209'600};
    std::optional<std::string> session_cookie_domain;
    std::string session_cookie_path = "/";
    bool session_cookie_secure = false;
    bool session_cookie_httponly = true;
    /// absent: False in Django, no attribute
    std::optional<std::string> session_cookie_samesite = "Lax";
    bool session_save_every_request = false;
    bool session_expire_at_browser_close = false;
    std::optional<std::string> session_file_path;
    ClassName session_serializer = "django.contrib.sessions.serializers.JSONSerializer";
    std::map<std::string, SettingValue> session_redis;

    // ---- authentication
    std::vector<ClassName> authentication_backends = {"django.contrib.auth.backends.ModelBackend"};
    std::string auth_user_model = "auth.User";
    AuthUserSettings auth_user;
    /// the preferred one first; absent: those of the release, PBKDF2 first
    std::optional<std::vector<ClassName>> password_hashers;
    /// ours: of a new hash by a PBKDF2 hasher; absent: as many as the release makes
    std::optional<std::size_t> pbkdf2_iterations;
    std::string login_redirect_url = "/accounts/profile/";
    std::optional<std::string> logout_redirect_url;
    /// failing attempts of one user name from one address; absent: no limit
    std::optional<std::string> login_throttle_rate = "10/min";
    std::optional<std::string> basic_throttle_rate = "60/min"; ///< the same for HTTP Basic
    /// failing attempts of one address, whatever the user name; absent: ten times the rate above
    std::optional<std::string> login_throttle_address_rate;
    std::optional<std::string> basic_throttle_address_rate;

    // ---- CSRF
    std::string csrf_cookie_name = "csrftoken";
    std::optional<std::chrono::seconds> csrf_cookie_age = std::chrono::seconds(31'449'600);
    std::optional<std::string> csrf_cookie_domain;
    std::string csrf_cookie_path = "/";
    bool csrf_cookie_secure = false;
    bool csrf_cookie_httponly = false;
    std::optional<std::string> csrf_cookie_samesite = "Lax";
    std::string csrf_header_name = "HTTP_X_CSRFTOKEN"; ///< the WSGI name, as Django has it
    std::vector<std::string> csrf_trusted_origins;
    bool csrf_use_sessions = false;
    bool csrf_cookie_masked = false; ///< of Django 4.1 and 4.2
    /// ours: the Origin rule of Django 4.0 and later, which 3.2 lacks; absent: as the release
    std::optional<bool> csrf_check_origin;

    // ---- security
    std::int64_t secure_hsts_seconds = 0;
    bool secure_hsts_include_subdomains = false;
    bool secure_hsts_preload = false;
    bool secure_content_type_nosniff = true;
    bool secure_browser_xss_filter = false;
    std::optional<std::string> secure_referrer_policy = "same-origin";
    /// absent: "same-origin" from Django 4.0 on, else none; empty: none
    std::optional<std::string> secure_cross_origin_opener_policy;
    bool secure_ssl_redirect = false;
    std::optional<std::string> secure_ssl_host;
    std::vector<std::string> secure_redirect_exempt; ///< regular expressions on the path
    std::optional<std::pair<std::string, std::string>> secure_proxy_ssl_header;
    std::string x_frame_options = "DENY";
    /// where Prometheus reads the metrics of `serve`, as an address of server.bind; empty: nowhere
    std::string metrics_bind;
    /// of django-cors-headers, with whose middleware they have an effect
    std::vector<std::string> cors_allowed_origins;
    bool cors_allow_credentials = false;

    RestFrameworkSettings rest_framework;
    DatabaseSettings database; ///< DATABASES.default
    std::map<std::string, CacheSettings> caches = {{"default", CacheSettings{}}};
    std::vector<RouteSettings> routes = {[] {
        RouteSettings route;
        route.route = "messages/";
        route.include = "drf_messages.urls";
        return route;
    }()};
    std::map<ClassName, ClassSettings> classes;
    LiveSettings live;
    ServerSettings server;
};

} // namespace drf_messages
