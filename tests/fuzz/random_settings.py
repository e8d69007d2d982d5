# SPDX-License-Identifier: MIT
"""Settings put together by chance: each key is left out or has one of its values, or, one time in five hundred, what is none of them."""
import json

MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"]
MORE_MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", "django.middleware.http.ConditionalGetMiddleware", "django.middleware.locale.LocaleMiddleware"]

SESSION_ENGINES = [f"django.contrib.sessions.backends.{name}" for name in ("db", "cached_db", "cache", "file", "signed_cookies")]

BOOLEAN = [True, False]

#: beside which a site may stand; each site has one of each
RELEASES = {
    "DJANGO_VERSION": ["", "3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0", "7.1"],
    "REST_FRAMEWORK_VERSION": ["", "3.14", "3.15", "3.16", "3.17", "3.18", "4.0"],
    "PYTHON_VERSION": ["", "3.8", "3.10", "3.11", "3.12"],
}

#: what a locale file says of languages that are not built in, and of one that is
LOCALES = {"languages": {
    "fr": {"texts": {"Not found.": "Non trouv\u00e9.", 'Method "{}" not allowed.': ["M\u00e9thode \u00ab\u00a0", 0, "\u00a0\u00bb non autoris\u00e9e."]},
           "datetime_input_formats": ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"], "date_input_formats": ["%d/%m/%Y", "%d/%m/%y"]},
    "es": {"texts": {"Enter a valid date/time.": "Introduzca una fecha/hora v\u00e1lida."}, "date_input_formats": ["%d de %B de %Y", "%j/%Y"]},
    "zh-hans": {"texts": {}, "datetime_input_formats": ["%Y\u5e74%m\u6708%d\u65e5 %H:%M", "%c"]},
    "de": {"texts": {"Not found.": "Nichts <b> {}"}},
}}

CHOICES = {
    "ALLOWED_HOSTS": [["*"], ["*"], ["testserver"], [".example", "testserver"], ["testserver", "127.0.0.1", "[::1]"]],
    "DEBUG": BOOLEAN,
    "TIME_ZONE": ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "Etc/GMT+5"],
    "USE_TZ": BOOLEAN,
    "LANGUAGE_CODE": ["en-us", "de", "de-at", "fr", "zh-hans", "ar", "en-CA", "en-ie"],
    "LANGUAGES": ["", ["de", "en"], [["fr", "French"], ["de", "German"], ["zh-hans", "Chinese"], ["es-mx", "Spanish"]], ["en-GB", "de-AT", "xx"]],
    "LANGUAGE_COOKIE_NAME": ["lang"],
    "USE_I18N": BOOLEAN,
    "USE_L10N": BOOLEAN,
    "LOCALE_FILE": ["locale.json"],
    "DATETIME_INPUT_FORMATS": ["", [], ["%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S.%f%z"], ["%c", "%x %X", "%I:%M %p %d/%m/%y", "%a, %d %b %Y %H:%M:%S %z"]],
    "DATE_INPUT_FORMATS": ["", [], ["%d.%m.%Y", "%d %B %Y"], ["%j %Y", "%A %w %B %Y %%", "\u0130%d\u00a0%m"]],
    "USE_DEPRECATED_PYTZ": BOOLEAN,
    "APPEND_SLASH": BOOLEAN,
    "PREPEND_WWW": [False, False, False, False, True],
    "FORCE_SCRIPT_NAME": ["", "/app", "/a b", "/\u00e9/"],
    "USE_X_FORWARDED_HOST": BOOLEAN,
    "USE_X_FORWARDED_PORT": BOOLEAN,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": ["", 0, 1, 5, 1000],
    "DATA_UPLOAD_MAX_MEMORY_SIZE": ["", 0, 10, 2621440],
    "MESSAGE_STORAGE": ["drf_messages.storage.DBStorage"] + [f"django.contrib.messages.storage.{name}" for name in
                                                             ("cookie.CookieStorage", "session.SessionStorage", "fallback.FallbackStorage")],
    "MESSAGE_LEVEL": [10, 20, 40, 2147483647],
    "MESSAGE_TAGS": [{}, {"20": ""}, {"50": "\u043a\u0440\u0438\u0442\u0438\u0447\u043d\u043e <b>"}, {"-7": "nothing", "0": "zero"}, {"50": "error", "20": "error"}],
    "MESSAGES_USE_SESSIONS": BOOLEAN,
    "MESSAGES_ALLOW_DELETE_UNREAD": BOOLEAN,
    "MESSAGES_DELETE_READ": BOOLEAN,
    "MESSAGES_FILTER_LOOKUPS": BOOLEAN,
    "MESSAGES_EXTENSIONS": [[], ["read_state"], ["read_state", "conditional"]],
    "MESSAGES_MARK_ON_LIST": BOOLEAN,
    "SESSION_ENGINE": SESSION_ENGINES,
    "SESSION_COOKIE_NAME": ["sid", "csrftoken2", "!#$%&'*+-.^_`|~"],
    "SESSION_COOKIE_AGE": [0, 60, 1209600, 1000000000000],
    "SESSION_COOKIE_DOMAIN": ["", ".example"],
    "SESSION_COOKIE_PATH": ["/", "/app/"],
    "SESSION_COOKIE_SECURE": BOOLEAN,
    "SESSION_COOKIE_HTTPONLY": BOOLEAN,
    "SESSION_COOKIE_SAMESITE": ["Strict", "None", False],
    "SESSION_SAVE_EVERY_REQUEST": BOOLEAN,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": BOOLEAN,
    "SESSION_SERIALIZER": ["django.contrib.sessions.serializers.JSONSerializer", "django.contrib.sessions.serializers.PickleSerializer"],
    "CSRF_COOKIE_NAME": ["xsrf"],
    "CSRF_COOKIE_AGE": ["", 0, 31449600],
    "CSRF_HEADER_NAME": ["HTTP_X_XSRF"],
    "CSRF_TRUSTED_ORIGINS": [[], [".example"], ["https://*.example", "other.example:8000"]],
    "CSRF_USE_SESSIONS": [False, False, True],
    "CSRF_CHECK_ORIGIN": BOOLEAN,
    "CSRF_COOKIE_SECURE": BOOLEAN,
    "CSRF_COOKIE_MASKED": BOOLEAN,
    "AUTHENTICATION_BACKENDS": [["django.contrib.auth.backends.ModelBackend"], ["django.contrib.auth.backends.AllowAllUsersModelBackend"], []],
    "LOGIN_REDIRECT_URL": ["/messages/", "messages-list", "https://other.example/", "nothing"],
    "LOGOUT_REDIRECT_URL": ["", "/", "messages-list"],
    "LOGIN_THROTTLE_RATE": ["", "", "3/min", "1000/s"],
    "BASIC_THROTTLE_RATE": ["", "", "3/min", "1000/s"],
    "LOGIN_THROTTLE_ADDRESS_RATE": ["", "5/min"],
    "BASIC_THROTTLE_ADDRESS_RATE": ["", "5/min"],
    "SECURE_HSTS_SECONDS": [0, 3600],
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": BOOLEAN,
    "SECURE_HSTS_PRELOAD": BOOLEAN,
    "SECURE_CONTENT_TYPE_NOSNIFF": BOOLEAN,
    "SECURE_BROWSER_XSS_FILTER": BOOLEAN,
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": ["", "same-origin", "unsafe-none"],
    "SECURE_REFERRER_POLICY": ["", "no-referrer", "origin, same-origin"],
    "SECURE_SSL_REDIRECT": [False, False, False, False, False, True],
    "SECURE_SSL_HOST": ["", "testserver"],
    "SECURE_REDIRECT_EXEMPT": [[], ["^messages/"], ["(a|b)*c$"]],
    "SECURE_PROXY_SSL_HEADER": ["", ["HTTP_X_FORWARDED_PROTO", "https"]],
    "X_FRAME_OPTIONS": ["SAMEORIGIN"],
    "CACHES": [{"default": {"BACKEND": f"django.core.cache.backends.{name}"}} for name in ("locmem.LocMemCache", "dummy.DummyCache")],
}

PAGINATIONS = ["", "site.Pages", "site.Limits", "site.Cursors", "rest_framework.pagination.PageNumberPagination",
               "rest_framework.pagination.LimitOffsetPagination", "rest_framework.pagination.CursorPagination"]
CLASSES = {
    "site.Pages": {"base": "rest_framework.pagination.PageNumberPagination", "page_size": 2, "page_size_query_param": "size", "max_page_size": 5},
    "site.Limits": {"base": "rest_framework.pagination.LimitOffsetPagination", "default_limit": 2, "max_limit": 5},
    "site.Cursors": {"base": "rest_framework.pagination.CursorPagination", "page_size": 1, "ordering": "level"},
    "site.CursorView": {"base": "drf_messages.views.MessagesViewSet", "pagination_class": "site.Cursors"},
}


def names(package, *classes):
    return [f"rest_framework.{package}.{name}" for name in classes]


#: lists of classes, of which any may come in any order
LISTS = {
    "DEFAULT_RENDERER_CLASSES": names("renderers", "JSONRenderer", "BrowsableAPIRenderer"),
    "DEFAULT_PARSER_CLASSES": names("parsers", "JSONParser", "FormParser", "MultiPartParser", "FileUploadParser"),
    "DEFAULT_AUTHENTICATION_CLASSES": names("authentication", "SessionAuthentication", "TokenAuthentication", "BasicAuthentication"),
    "DEFAULT_PERMISSION_CLASSES": names("permissions", "AllowAny", "IsAuthenticated", "IsAuthenticatedOrReadOnly"),
    "DEFAULT_THROTTLE_CLASSES": names("throttling", "AnonRateThrottle", "UserRateThrottle"),
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend", *names("filters", "SearchFilter", "OrderingFilter")],
}
REST_CHOICES = {
    "DEFAULT_METADATA_CLASS": ["", "rest_framework.metadata.SimpleMetadata"],
    "DEFAULT_VERSIONING_CLASS": ["", *names("versioning", "AcceptHeaderVersioning", "HostNameVersioning", "NamespaceVersioning", "QueryParameterVersioning",
                                            "URLPathVersioning")],
    "DEFAULT_PAGINATION_CLASS": PAGINATIONS,
    "DEFAULT_THROTTLE_RATES": [{"anon": "5/min", "user": "100000/day"}, {"anon": "100000/s", "user": ""}],
    "NUM_PROXIES": ["", 0, 1, 2],
    "PAGE_SIZE": ["", 1, 3, 1000],
    "SEARCH_PARAM": ["search", "q"],
    "ORDERING_PARAM": ["ordering", "sort"],
    "DEFAULT_VERSION": ["", "1.0"],
    "ALLOWED_VERSIONS": ["", ["1.0", "v1"]],
    "VERSION_PARAM": ["version", "v"],
    "UNAUTHENTICATED_USER": ["", "django.contrib.auth.models.AnonymousUser"],
    "URL_FORMAT_OVERRIDE": ["", "format", "as"],
    "FORMAT_SUFFIX_KWARG": ["", "format"],
    "DATETIME_FORMAT": ["", "iso-8601", "%Y-%m-%d %H:%M", "%c \u00e9 %%", "%s%f"],
    "COERCE_BIGINT_TO_STRING": BOOLEAN,
    "UNICODE_JSON": BOOLEAN,
    "COMPACT_JSON": BOOLEAN,
    "STRICT_JSON": BOOLEAN,
    "SCHEMA_COERCE_PATH_PK": BOOLEAN,
    "NON_FIELD_ERRORS_KEY": ["errors", "\"\\"],
}
#: for a client that a busy machine keeps from its work
PATIENCE = {"HEADER_TIMEOUT": 300, "BODY_TIMEOUT": 300, "WRITE_TIMEOUT": 300}
SERVER_CHOICES = {
    "WORKERS": [1, 2, 8],
    "IO_THREADS": [1, 3],
    "HEADER_LIMIT_BYTES": [1024, 32768, 1048576],
    "BODY_LIMIT_BYTES": [0, 1000, 2621440],
    "ACCESS_LOG": BOOLEAN,
    "HEALTH_PREFIX": ["", "/-"],
    "TRUST_FORWARDED_FOR": BOOLEAN,
    "NUM_PROXIES": ["", 0, 1],
}

ROUTES = [
    {"route": "messages/", "include": "drf_messages.urls"},
    {"route": "api-auth/", "include": "rest_framework.urls"},
    {"route": "api-token-auth/", "view": "rest_framework.authtoken.views.obtain_auth_token"},
    {"route": "schema/", "include": "drf_messages.schema"},
    {"route": "admin/", "include": "drf_messages.admin"},
    {"route": "v1/messages/", "include": "drf_messages.urls", "namespace": "v1"},
    {"route": "^(?P<version>(v1|v2))/messages/", "regex": True, "include": "drf_messages.urls"},
    {"route": "api/", "router": "DefaultRouter",
     "register": [{"prefix": "messages", "viewset": "drf_messages.views.MessagesViewSet", "basename": "api"},
                  {"prefix": "cursors", "viewset": "site.CursorView", "basename": "cursors"}]},
]

#: what none of the settings is
ODD = ["", 0, -1, 1.5, True, [], [""], {}, "\u0001", "none", "../..", 9223372036854775807, {"a": "b"}]


def toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def chosen(chance, choices, often):
    return {name: chance.choice(ODD if chance.random() < 0.002 else values) for name, values in choices.items() if chance.random() < often}


def some_of(chance, items):
    """Some of them, mostly in their order."""
    some = [item for item in items if chance.random() < 0.7]
    if chance.random() < 0.2:
        chance.shuffle(some)
    return some


def random_settings(chance):
    releases = {name: chance.choice(values) for name, values in RELEASES.items()}
    settings = {**releases, "ALLOWED_HOSTS": ["*"], "MESSAGES_ALLOW_DELETE_UNREAD": True, "LOGIN_THROTTLE_RATE": "", "BASIC_THROTTLE_RATE": "", **chosen(chance, CHOICES, chance.choice([0.05, 0.2, 0.5]))}
    if chance.random() < 0.4:
        kept = [name for name in MIDDLEWARE if chance.random() < 0.95]
        for name in MORE_MIDDLEWARE:
            if chance.random() < 0.5:
                kept.insert(chance.randrange(len(kept) + 1), name)
        settings["MIDDLEWARE"] = kept
    rest = {name: classes for name, classes in LISTS.items() if name in ("DEFAULT_AUTHENTICATION_CLASSES", "DEFAULT_FILTER_BACKENDS")}
    rest.update((name, some_of(chance, classes)) for name, classes in LISTS.items() if chance.random() < 0.3)
    rest.update(chosen(chance, REST_CHOICES, 0.2))
    rest.setdefault("DEFAULT_PAGINATION_CLASS", chance.choice(PAGINATIONS))
    if any("Throttle" in name for name in rest.get("DEFAULT_THROTTLE_CLASSES", ())):
        rest.setdefault("DEFAULT_THROTTLE_RATES", REST_CHOICES["DEFAULT_THROTTLE_RATES"][chance.randrange(2)])
    settings["REST_FRAMEWORK"] = rest
    settings["SERVER"] = {**PATIENCE, **chosen(chance, SERVER_CHOICES, 0.3)}
    settings["CLASSES"] = CLASSES
    settings["ROUTES"] = ROUTES[:3] + [route for route in ROUTES[3:] if chance.random() < 0.5]
    return settings


def settings_file(settings, key, folder):
    """The text of settings.toml, with a database and, where sessions are files, those in `folder`."""
    settings = {"SECRET_KEY": key, "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"], "SESSION_FILE_PATH": str(folder), **settings}
    lines = [f"{name} = {toml(value)}" for name, value in settings.items()]
    lines.append('DATABASES = {default = {ENGINE = "django.db.backends.sqlite3", NAME = "db.sqlite3"}}')
    return "\n".join(lines) + "\n"
