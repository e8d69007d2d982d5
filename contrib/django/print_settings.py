#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints a settings.toml for drf-messages from the settings of a Django project.

    DJANGO_SETTINGS_MODULE=mysite.settings python print_settings.py --output settings.toml
    DJANGO_SETTINGS_MODULE=mysite.settings python print_settings.py --check settings.toml

Run it where manage.py stands, with the project's own Python and environment: values that come from the environment are printed as they are now.
--output keeps what an older file alone says, [SERVER] and the server's own settings, and names the others that it changes there.
The output holds secrets; the file of --output is readable by its owner only. Comments in it, and lines on stderr, say what cannot be translated.
Where the site speaks other languages than English and German, or writes dates in its own way, settings.locale.json beside it has their texts.
"""
import argparse
import collections
import collections.abc
import datetime
import enum
import importlib
import inspect
import json
import math
import numbers
import os
import re
import sys
import traceback
import urllib.parse
import uuid

# Every setting that drf-messages has, in the order of docs/settings.md, except for tables that have their own function below.
NAMES = """
SECRET_KEY SECRET_KEY_FALLBACKS DEBUG ALLOWED_HOSTS INSTALLED_APPS MIDDLEWARE TIME_ZONE USE_TZ USE_DEPRECATED_PYTZ LANGUAGE_CODE APPEND_SLASH PREPEND_WWW
FORCE_SCRIPT_NAME USE_X_FORWARDED_HOST USE_X_FORWARDED_PORT DATA_UPLOAD_MAX_NUMBER_FIELDS DATA_UPLOAD_MAX_MEMORY_SIZE
MESSAGE_STORAGE MESSAGE_LEVEL MESSAGE_TAGS MESSAGES_USE_SESSIONS MESSAGES_ALLOW_DELETE_UNREAD MESSAGES_DELETE_READ
SESSION_ENGINE SESSION_CACHE_ALIAS SESSION_COOKIE_NAME SESSION_COOKIE_AGE SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH SESSION_COOKIE_SECURE
SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE SESSION_SAVE_EVERY_REQUEST SESSION_EXPIRE_AT_BROWSER_CLOSE SESSION_FILE_PATH
SESSION_SERIALIZER SESSION_REDIS AUTHENTICATION_BACKENDS AUTH_USER_MODEL PASSWORD_HASHERS
CSRF_COOKIE_NAME CSRF_COOKIE_AGE CSRF_COOKIE_DOMAIN CSRF_COOKIE_PATH CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY CSRF_COOKIE_SAMESITE
CSRF_COOKIE_MASKED CSRF_HEADER_NAME CSRF_TRUSTED_ORIGINS CSRF_USE_SESSIONS
SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_PRELOAD SECURE_CONTENT_TYPE_NOSNIFF SECURE_BROWSER_XSS_FILTER
SECURE_REFERRER_POLICY SECURE_CROSS_ORIGIN_OPENER_POLICY SECURE_SSL_REDIRECT SECURE_SSL_HOST SECURE_REDIRECT_EXEMPT SECURE_PROXY_SSL_HEADER
X_FRAME_OPTIONS CORS_ALLOWED_ORIGINS CORS_ALLOW_CREDENTIALS LOGIN_REDIRECT_URL LOGOUT_REDIRECT_URL TEMPLATES STATIC_URL
""".split()

REST_FRAMEWORK_NAMES = """
DEFAULT_RENDERER_CLASSES DEFAULT_PARSER_CLASSES DEFAULT_AUTHENTICATION_CLASSES DEFAULT_PERMISSION_CLASSES DEFAULT_THROTTLE_CLASSES
DEFAULT_CONTENT_NEGOTIATION_CLASS DEFAULT_METADATA_CLASS DEFAULT_VERSIONING_CLASS DEFAULT_PAGINATION_CLASS DEFAULT_FILTER_BACKENDS
DEFAULT_THROTTLE_RATES NUM_PROXIES PAGE_SIZE SEARCH_PARAM ORDERING_PARAM DEFAULT_VERSION ALLOWED_VERSIONS VERSION_PARAM
UNAUTHENTICATED_USER URL_FORMAT_OVERRIDE FORMAT_SUFFIX_KWARG DATETIME_FORMAT UNICODE_JSON COMPACT_JSON STRICT_JSON
COERCE_DECIMAL_TO_STRING COERCE_BIGINT_TO_STRING NON_FIELD_ERRORS_KEY URL_FIELD_NAME SCHEMA_COERCE_PATH_PK
""".split()

# Formats and languages: printed where the project has a value of its own, since Django's are long.
LANGUAGE_NAMES = """
USE_I18N USE_L10N LANGUAGES LANGUAGES_BIDI LANGUAGE_COOKIE_NAME LANGUAGE_COOKIE_AGE LANGUAGE_COOKIE_DOMAIN LANGUAGE_COOKIE_PATH
LANGUAGE_COOKIE_SECURE LANGUAGE_COOKIE_HTTPONLY LANGUAGE_COOKIE_SAMESITE LOCALE_PATHS FORMAT_MODULE_PATH
DATE_FORMAT DATETIME_FORMAT TIME_FORMAT SHORT_DATE_FORMAT SHORT_DATETIME_FORMAT YEAR_MONTH_FORMAT MONTH_DAY_FORMAT
DATE_INPUT_FORMATS DATETIME_INPUT_FORMATS TIME_INPUT_FORMATS FIRST_DAY_OF_WEEK
DECIMAL_SEPARATOR THOUSAND_SEPARATOR NUMBER_GROUPING USE_THOUSAND_SEPARATOR
""".split()
LANGUAGE_REST_FRAMEWORK_NAMES = "DATETIME_INPUT_FORMATS DATE_FORMAT DATE_INPUT_FORMATS TIME_FORMAT TIME_INPUT_FORMATS".split()

# What is printed beside these: for the server alone, and tables. Any other name is the server's own, which this script never prints.
PRINTED_FOR_THE_SERVER = "DJANGO_VERSION REST_FRAMEWORK_VERSION PYTHON_VERSION LOCALE_FILE PBKDF2_ITERATIONS CSRF_CHECK_ORIGIN".split()
TABLES = "REST_FRAMEWORK DATABASES CACHES ROUTES CLASSES AUTH_USER".split()
# These hold a secret instead of the setting without _FILE.
SECRET_FILES = ("SECRET_KEY_FILE", "DATABASES.default.PASSWORD_FILE")

# How dates may be written, in the settings and in each language.
INPUT_FORMATS = ("DATETIME_INPUT_FORMATS", "DATE_INPUT_FORMATS")

# Every text that the server says in the language of a request, as Django, REST framework and django-filter ask gettext for it; tests compare the
# list with the server's.
TEXTS = """\
Not found.
You do not have permission to perform this action.
Authentication credentials were not provided.
Method "{method}" not allowed.
Unsupported media type "{media_type}" in request.
Could not satisfy the request Accept header.
Request was throttled.
Expected available in {wait} second.
Expected available in {wait} seconds.
Invalid version in "Accept" header.
Invalid version in URL path.
Invalid version in URL path. Does not match any version namespace.
Invalid version in hostname.
Invalid version in query parameter.
Invalid token.
Invalid token header. No credentials provided.
Invalid token header. Token string should not contain spaces.
Invalid token header. Token string should not contain invalid characters.
User inactive or deleted.
Invalid username/password.
Invalid basic header. No credentials provided.
Invalid basic header. Credentials string should not contain spaces.
Invalid basic header. Credentials not correctly base64 encoded.
Invalid page.
Ask for this with Accept: text/event-stream, as EventSource does.
Invalid cursor
Enter a number.
Ensure this value is less than or equal to %(limit_value)s.
Select a valid choice. %(value)s is not one of the available choices.
This field is required.
This field may not be blank.
This field may not be null.
Not a valid string.
Null characters are not allowed.
Surrogate characters are not allowed: U+{code_point:X}.
Invalid data. Expected a dictionary, but got {datatype}.
Unable to log in with provided credentials.
Username
Password
Token
Enter a valid date/time.
%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; it may be ambiguous or it may not exist.
Range query expects two values.
username
Please enter a correct %(username)s and password. Note that both fields may be case-sensitive.
This account is inactive.
CSRF verification failed. Request aborted.
""".splitlines()
KNOWN_DIRECTIVES = "aAbBdfHIjmMpSuwyYz"
HOLE = re.compile(r"%\((\w+)\)s|\{(\w+)(?::\w+)?\}")  # where an argument goes

# Django looks only at whether these are true, and reckons with those; a settings file has true or false, and whole numbers.
FLAGS = set("""
DEBUG USE_TZ USE_DEPRECATED_PYTZ APPEND_SLASH PREPEND_WWW USE_X_FORWARDED_HOST USE_X_FORWARDED_PORT
MESSAGES_USE_SESSIONS MESSAGES_ALLOW_DELETE_UNREAD MESSAGES_DELETE_READ
SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_SAVE_EVERY_REQUEST SESSION_EXPIRE_AT_BROWSER_CLOSE
CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY CSRF_COOKIE_MASKED CSRF_USE_SESSIONS
SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_PRELOAD SECURE_CONTENT_TYPE_NOSNIFF SECURE_BROWSER_XSS_FILTER SECURE_SSL_REDIRECT
CORS_ALLOW_CREDENTIALS
UNICODE_JSON COMPACT_JSON STRICT_JSON COERCE_DECIMAL_TO_STRING COERCE_BIGINT_TO_STRING SCHEMA_COERCE_PATH_PK
authenticated_users_only
USE_I18N USE_L10N USE_THOUSAND_SEPARATOR LANGUAGE_COOKIE_SECURE LANGUAGE_COOKIE_HTTPONLY
""".split())
WHOLE_NUMBERS = set("""
DATA_UPLOAD_MAX_NUMBER_FIELDS DATA_UPLOAD_MAX_MEMORY_SIZE MESSAGE_LEVEL SESSION_COOKIE_AGE CSRF_COOKIE_AGE SECURE_HSTS_SECONDS
LANGUAGE_COOKIE_AGE NUM_PROXIES PAGE_SIZE CONN_MAX_AGE TIMEOUT VERSION
default_limit max_limit page_size max_page_size offset_cutoff
""".split())

DATABASE_NAMES = "ENGINE NAME USER PASSWORD HOST PORT CONN_MAX_AGE TIME_ZONE OPTIONS".split()
CACHE_NAMES = "BACKEND LOCATION KEY_PREFIX VERSION TIMEOUT OPTIONS".split()

# These must have Django's own value: the server can do nothing else.
FIXED = {"DEFAULT_HASHING_ALGORITHM": "sha256", "DISALLOWED_USER_AGENTS": [], "SIGNING_BACKEND": "django.core.signing.TimestampSigner"}
FIXED_REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "rest_framework.views.exception_handler",
    "VIEW_DESCRIPTION_FUNCTION": "rest_framework.views.get_view_description",
    "VIEW_NAME_FUNCTION": "rest_framework.views.get_view_name",
}

# What the server has, by the setting that names it; a subclass that only sets attributes goes to [CLASSES].
AUTH_BACKENDS = ["django.contrib.auth.backends." + name for name in (
    "ModelBackend", "AllowAllUsersModelBackend", "RemoteUserBackend", "AllowAllUsersRemoteUserBackend")]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "corsheaders.middleware.CorsMiddleware",
]
LOCALE_MIDDLEWARE = "django.middleware.locale.LocaleMiddleware"
HASHERS = ["django.contrib.auth.hashers." + name for name in (
    "PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "Argon2PasswordHasher", "BCryptSHA256PasswordHasher", "BCryptPasswordHasher",
    "ScryptPasswordHasher")]
SESSION_ENGINES = ["django.contrib.sessions.backends." + name for name in ("db", "cached_db", "cache", "file", "signed_cookies")] + [
    "redis_sessions.session"]
CACHES = ["django.core.cache.backends.memcached.PyMemcacheCache", "django.core.cache.backends.memcached.PyLibMCCache",
          "django.core.cache.backends.memcached.MemcachedCache", "django.core.cache.backends.redis.RedisCache",
          "django_redis.cache.RedisCache", "django.core.cache.backends.locmem.LocMemCache", "django.core.cache.backends.dummy.DummyCache"]
DATABASE_ENGINES = {"sqlite": "django.db.backends.sqlite3", "postgresql": "django.db.backends.postgresql", "mysql": "django.db.backends.mysql"}

PAGINATION = {
    "LimitOffsetPagination": "default_limit max_limit limit_query_param limit_query_description offset_query_param offset_query_description "
                             "template",
    "PageNumberPagination": "page_size page_size_query_param page_size_query_description max_page_size template page_query_param "
                            "page_query_description last_page_strings invalid_page_message",
    "CursorPagination": "page_size page_size_query_param page_size_query_description max_page_size template cursor_query_param "
                        "cursor_query_description ordering offset_cutoff invalid_cursor_message",
}
VERSIONING = "default_version allowed_versions version_param"
THROTTLE = "rate scope THROTTLE_RATES"
PERMISSION = "message code"
MODEL_PERMISSION = "message code perms_map authenticated_users_only"
RENDERER = "media_type format charset"
BASES = {}
for module, classes in {
    "pagination": PAGINATION,
    "throttling": {"AnonRateThrottle": THROTTLE, "UserRateThrottle": THROTTLE, "ScopedRateThrottle": "THROTTLE_RATES"},
    "versioning": {name + "Versioning": VERSIONING for name in ("AcceptHeader", "URLPath", "Namespace", "HostName", "QueryParameter")},
    "authentication": {"BasicAuthentication": "www_authenticate_realm", "SessionAuthentication": "", "TokenAuthentication": "keyword"},
    "permissions": {"AllowAny": PERMISSION, "IsAuthenticated": PERMISSION, "IsAdminUser": PERMISSION, "IsAuthenticatedOrReadOnly": PERMISSION,
                    "DjangoModelPermissions": MODEL_PERMISSION, "DjangoModelPermissionsOrAnonReadOnly": MODEL_PERMISSION},
    "filters": {"SearchFilter": "search_param search_title search_description template",
                "OrderingFilter": "ordering_param ordering_title ordering_description template"},
    "negotiation": {"DefaultContentNegotiation": ""},
    "metadata": {"SimpleMetadata": ""},
    "renderers": {"JSONRenderer": RENDERER, "BrowsableAPIRenderer": RENDERER},
    "parsers": {name: "media_type" for name in ("JSONParser", "FormParser", "MultiPartParser", "FileUploadParser")},
}.items():
    for name, attributes in classes.items():
        BASES["rest_framework." + module + "." + name] = attributes.split()
BASES["django_filters.rest_framework.backends.DjangoFilterBackend"] = []
BASES["drf_messages.views.MessagesViewSet"] = (
    "permission_classes authentication_classes pagination_class filter_backends throttle_classes throttle_scope renderer_classes parser_classes "
    "content_negotiation_class metadata_class versioning_class lookup_value_regex http_method_names").split()
BASES["django.contrib.auth.models.AnonymousUser"] = []
# REST framework's as_view() puts these into every viewset, with None.
AS_VIEW = "name description suffix detail basename".split()


class NotPlain(Exception):
    """A value that no settings file can contain."""


def dotted(thing):
    """The name by which a setting would name a class or function; of anything else that of its class."""
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return named.__module__ + "." + named.__qualname__


def load(name):
    """What a dotted name stands for; None when it cannot be imported."""
    try:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)
    except Exception:  # pylint: disable=broad-except
        return None


# ---- values

def toml_text(text):
    """A basic string: JSON's escapes are TOML's, except for DEL and surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").encode("utf-8", "replace").decode("utf-8")


def toml_key(key):
    return key if re.fullmatch("[A-Za-z0-9_-]+", key) else toml_text(key)


def evaluated(value):
    """What stands behind a lazy value: a text of gettext_lazy, a URL of reverse_lazy, a SimpleLazyObject."""
    from django.utils.functional import LazyObject, Promise, empty
    try:
        if isinstance(value, Promise):
            return str(value)
        while isinstance(value, LazyObject):
            if value._wrapped is empty:
                value._setup()
            value = value._wrapped
    except Exception as error:
        raise NotPlain("a lazy value, which fails (%s)" % type(error).__name__) from error
    return value


def plain_number(value):
    """A number as Python's int or float; an integral one is an int, so that timedelta(days=1).total_seconds() is one."""
    if isinstance(value, datetime.timedelta):
        value = value.total_seconds()
    if not isinstance(value, numbers.Integral):
        value = float(value)
        if not math.isfinite(value):
            raise NotPlain("a number that is not finite")
        if not value.is_integer() or abs(value) >= 2**63:
            return value
    value = int(value)
    if not -2**63 <= value < 2**63:
        raise NotPlain("a number of more than 64 bits")
    return value


def plain_text(value):
    """Text of what is written as text; None for anything else."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotPlain("bytes that are no UTF-8") from error
    if isinstance(value, os.PathLike):
        return os.fsdecode(os.fspath(value))
    if isinstance(value, re.compile("").__class__):
        return plain_text(value.pattern)
    if isinstance(value, uuid.UUID):
        return str(value)
    if inspect.isclass(value) or inspect.isfunction(value):
        return dotted(value)
    return None


def plain(value):
    """A value of Python's as a settings file can hold it: None, bool, int, float, str, list, dict."""
    value = evaluated(value)
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (numbers.Real, datetime.timedelta)) or type(value).__name__ == "Decimal":
        return plain_number(value)
    text = plain_text(value)
    if text is not None:
        return text
    try:
        if isinstance(value, collections.abc.Mapping):
            return collections.OrderedDict((plain_key(key), plain(one)) for key, one in value.items())
        if isinstance(value, collections.abc.Set):
            return sorted((plain(one) for one in value), key=str)
        if isinstance(value, collections.abc.Collection):
            return [plain(one) for one in value]
    except RecursionError:
        raise NotPlain("a %s that contains itself" % type(value).__name__) from None
    raise NotPlain("a " + type(value).__name__)


def plain_key(key):
    key = plain(key)
    if isinstance(key, (list, dict)):
        raise NotPlain("a table with a key that is no text")
    return str(key)


def fitting(key, value):
    """A value as the server wants it under this key: a flag, a whole number, or any plain one."""
    if key in FLAGS:
        return bool(value)
    value = plain(value)
    if key not in WHOLE_NUMBERS or value is None:
        return value
    if isinstance(value, str):
        try:
            value = plain_number(float(value) if "." in value else int(value))
        except ValueError:
            raise NotPlain("a text that is no number") from None
    return math.ceil(value) if isinstance(value, (bool, int, float)) else value


NONE = '""'  # see docs/settings.md


def toml(value):
    """A plain value as TOML."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(toml_key(key) + " = " + toml(one) for key, one in value.items()) + " }" if value else "{}"
    return "[" + ", ".join(toml(one) for one in value) + "]"


KEPT = "# Said in this file alone, and kept when it was printed again:"


class Page:
    """The file that is being made: tables in order, each with its lines. What could not be translated goes to stderr too."""

    def __init__(self):
        self.tables = collections.OrderedDict()
        self.warnings = []
        self.classes = collections.OrderedDict()
        self.left_open = set()  # names of settings that the project leaves to whoever edits the file

    def line(self, table, text):
        self.tables.setdefault(table, []).append(text)

    def put(self, table, key, value):
        try:
            value = fitting(key, value)
        except NotPlain as error:
            self.warn(table, "%s holds %s, which a settings file cannot hold" % (key, error))
            return
        text = toml(value)
        if len(text) > 100 and isinstance(value, list):
            text = "[\n" + "".join("    " + toml(one) + ",\n" for one in value) + "]"
        self.line(table, "%s = %s" % (toml_key(key), text))

    def note(self, table, text):
        """For whoever reads the file."""
        for part in text.splitlines():
            self.line(table, "# " + re.sub(r"[\x00-\x1f\x7f]", " ", part))

    def warn(self, table, text):
        # What is wrong with a route says so itself.
        self.warnings.append((table + ": " if table and not table.startswith("ROUTES#") else "") + text)
        self.note(table, text)

    def leave_open(self, table, key, text):
        """In place of a setting that the project does not have."""
        self.left_open.add(table + "." + key if table else key)
        self.note(table, text)

    def keep(self, statement):
        """Takes over a statement of an older file, with the comment above it."""
        lines = self.tables.setdefault(statement.table, [])
        if KEPT not in lines:
            lines.append(KEPT)
        lines += [line for line in statement.lines if line not in lines or not line.startswith("#")]
        if statement.name in SECRET_FILES and statement.value != NONE:
            printed = re.sub(r".*\.|_FILE$", "", statement.name) + " = "
            lines[:] = [line for line in lines if not line.startswith(printed)]

    def text(self):
        parts = ["# Made by contrib/django/print_settings.py from " + os.environ.get("DJANGO_SETTINGS_MODULE", "a Django project") +
                 ". It holds secrets.\n# `drf-messages check` says whether it can be served."]
        for table, lines in self.tables.items():
            head = [] if not table else ["[[ROUTES]]"] if table.startswith("ROUTES#") else ["[" + table + "]"]
            parts.append("\n".join(head + lines))
        return "\n\n".join(parts) + "\n"


# ---- classes

def own_parts(cls, base):
    """(data attributes, names of methods) that `cls` adds to or changes in `base`."""
    data, methods = collections.OrderedDict(), []
    mro = cls.__mro__
    for ancestor in reversed(mro[:mro.index(base)]):
        for name, value in vars(ancestor).items():
            if name.startswith("__") or name in ("_abc_impl", "_abc_cache", "_abc_registry", "_abc_negative_cache"):
                continue
            if callable(value) and not inspect.isclass(value) or isinstance(value, (property, classmethod, staticmethod)):
                methods.append(name)
            else:
                data[name] = value
    return data, methods


def known_ancestor(cls, names):
    for ancestor in cls.__mro__:
        if dotted(ancestor) in names:
            return ancestor
    return None


def class_name(page, table, setting, value):
    """The name that settings.toml may use for a class; a subclass that is only data goes into [CLASSES]."""
    cls = load(value) if isinstance(value, str) else value
    name = value if isinstance(value, str) else dotted(value)
    if cls is None or not inspect.isclass(cls):
        page.warn(table, "%s: %s is no class that can be imported" % (setting, name))
        return name
    if dotted(cls) in BASES:
        return dotted(cls).replace("django_filters.rest_framework.backends.", "django_filters.rest_framework.")
    base = known_ancestor(cls, BASES)
    data, methods = own_parts(cls, base) if base else ({}, [])
    if base is None or methods:
        page.warn(table, "%s: the server has no %s%s.\nIt will not start with this name: put another one here." % (
            setting, name, ", which has code of its own (%s)" % ", ".join(sorted(methods)) if methods else ""))
        return name
    if name not in page.classes:
        entry = page.classes[name] = collections.OrderedDict()
        entry["base"] = dotted(base).replace("django_filters.rest_framework.backends.", "django_filters.rest_framework.")
        for key, one in data.items():
            if one is None and key in AS_VIEW and hasattr(base, "as_view"):
                continue
            if key not in BASES[dotted(base)]:
                entry["# " + key] = "the server does not know this attribute"
            elif key.endswith(("_class", "_classes", "_backends")):
                entry[key] = class_names(page, table, name + "." + key, one)
            else:
                entry[key] = one
    return name


def class_names(page, table, setting, value):
    if value is None:
        return None
    if isinstance(value, (list, tuple, set, frozenset)):
        return [class_name(page, table, setting, one) for one in value]
    return class_name(page, table, setting, value)


# ---- settings

def translate_installed_apps(page, value, _settings):
    page.put("", "INSTALLED_APPS", list(value))


def translate_middleware(page, value, _settings):
    kept = []
    for name in value:
        cls = load(name)
        base = known_ancestor(cls, MIDDLEWARE) if inspect.isclass(cls) else None
        if name in MIDDLEWARE:
            kept.append(name)
        elif base is not None:
            kept.append(dotted(base))
            page.warn("", "MIDDLEWARE: %s stands here as %s; what it adds to that is not done by this server" % (name, dotted(base)))
        else:
            page.warn("", "MIDDLEWARE: %s is not part of this server, and left out" % name)
    page.put("", "MIDDLEWARE", kept)


def translate_session_engine(page, value, _settings):
    if value not in SESSION_ENGINES:
        store = load(value + ".SessionStore")
        for name in SESSION_ENGINES:
            known = load(name + ".SessionStore")
            if store is not None and known is not None and issubclass(store, known):
                page.warn("", "SESSION_ENGINE: %s stands here as %s; what it adds to that is not done by this server" % (value, name))
                value = name
                break
        else:
            page.warn("", "SESSION_ENGINE: the server has no %s" % value)
    page.put("", "SESSION_ENGINE", value)


def translate_authentication_backends(page, value, _settings):
    kept, with_code, checking = [], [], []
    from django.contrib.auth.backends import BaseBackend
    for name in value:
        cls = load(name)
        base = known_ancestor(cls, AUTH_BACKENDS) if inspect.isclass(cls) else None
        if base is None:
            page.warn("", "AUTHENTICATION_BACKENDS: whoever logged in by %s is anonymous here.\n"
                          "Where its users are rows of the user table, and that row's is_active says who may, add it to the list and\n"
                          "[CLASSES.%s] with base = "
                          "\"django.contrib.auth.backends.RemoteUserBackend\": known by the session, never by a password."
                      % (name, toml_text(name)))
            if getattr(cls, "authenticate", None) is not BaseBackend.authenticate:
                with_code.append(name)
            continue
        methods = own_parts(cls, base)[1] if name not in AUTH_BACKENDS else []
        decides = sorted(set(methods) & {"get_user", "user_can_authenticate", "with_perm", "has_perm", "get_all_permissions", "get_user_permissions",
                                         "get_group_permissions", "_get_permissions", "_get_user_permissions", "_get_group_permissions"})
        if decides:
            page.warn("", "AUTHENTICATION_BACKENDS: %s decides itself who may (%s), so whoever logged in by it is anonymous here"
                      % (name, ", ".join(decides)))
            continue
        stands_for = dotted(base)
        if "authenticate" in methods:
            stands_for = "django.contrib.auth.backends." + (
                "AllowAllUsersRemoteUserBackend" if "AllowAllUsers" in stands_for else "RemoteUserBackend")
            with_code.append(name)
            page.warn("", "AUTHENTICATION_BACKENDS: %s checks passwords in its own way, by an authenticate() that this server cannot call.\n"
                          "Whoever logged in by it at Django is known here by the session; tokens work as ever." % name)
        elif "RemoteUser" not in stands_for:
            checking.append(name)
        if name not in AUTH_BACKENDS:
            page.classes[name] = {"base": stands_for}
        kept.append(name)
    if with_code:
        page.warn("", "AUTHENTICATION_BACKENDS: a name and password that is sent to this server (HTTP Basic, obtain_auth_token, api-auth/login/)\n"
                      "never gets to the authenticate() of %s: %s" % (
                          " and ".join(with_code),
                          "it is checked by\n%s alone, which may accept what the others refuse (a missing second factor, too many attempts).\n"
                          "Where that must not be, leave BasicAuthentication and those routes out." % " and ".join(checking)
                          if checking else "it is refused, since\nno backend of this list checks it here."))
    page.put("", "AUTHENTICATION_BACKENDS", kept)


def translate_password_hashers(page, value, _settings):
    kept = []
    iterations = None  # of the project's first hasher that has some, its own subclass too
    for name in value:
        cls = load(name)
        base = known_ancestor(cls, HASHERS) if inspect.isclass(cls) else None
        if iterations is None and str(getattr(cls, "algorithm", "")).startswith("pbkdf2"):
            iterations = getattr(cls, "iterations", None)
        if name in kept:
            continue
        if name in HASHERS or name.startswith("django.contrib.auth.hashers."):
            kept.append(name)
        elif base is not None and dotted(base) not in kept:
            kept.append(dotted(base))
            page.warn("", "PASSWORD_HASHERS: %s stands here as %s: it reads the same passwords" % (name, dotted(base)))
        elif base is None:
            page.warn("", "PASSWORD_HASHERS: the server has no %s: such passwords are not accepted here" % name)
    page.put("", "PASSWORD_HASHERS", kept)
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    if isinstance(iterations, int) and iterations != PBKDF2PasswordHasher.iterations:
        page.put("", "PBKDF2_ITERATIONS", iterations)


def translate_samesite(name):
    def translate(page, value, _settings):
        # Before Django 3.1, None was what False is now: no attribute.
        page.put("", name, False if value is None else value)
    return translate


def translate_secret_key(page, value, _settings):
    page.put("", "SECRET_KEY", value)


def translate_serializer(page, value, _settings):
    known = ["django.contrib.sessions.serializers.JSONSerializer", "django.contrib.sessions.serializers.PickleSerializer"]
    name = value if isinstance(value, str) else dotted(value)
    if name not in known:
        cls = load(value) if isinstance(value, str) else value
        ancestors = cls.__mro__ if inspect.isclass(cls) else ()
        stands_for = next((one for one in known if load(one) in ancestors), known[0])
        page.warn("", "SESSION_SERIALIZER: %s stands here as %s: what it adds to that cannot be read here" % (name, stands_for))
        name = stands_for
    if name == known[1]:
        page.warn("", "SESSION_SERIALIZER: of pickled sessions the server builds plain data only; whoever has anything else in theirs is known, "
                  "but the server stores nothing in such a session")
    page.put("", "SESSION_SERIALIZER", name)


def translate_message_storage(page, value, _settings):
    if value != "drf_messages.storage.DBStorage":
        page.warn("", "MESSAGE_STORAGE: the project has %s: what it leaves by django.contrib.messages is not in the database.\n"
                      "This server keeps messages in the database always." % value)
    page.put("", "MESSAGE_STORAGE", "drf_messages.storage.DBStorage")


def translate_url(name):
    def translate(page, value, _settings):
        if value is None:
            page.put("", name, None)
            return
        value = str(plain(value))
        if not value.startswith(("/", "http:", "https:")):
            try:
                from django.urls import reverse
                value = reverse(value)
            except Exception:  # pylint: disable=broad-except
                pass
        page.put("", name, value)
    return translate


def session_file_path(page, value, _settings):
    if value is not None:
        value = os.path.abspath(os.fspath(value))
    elif "sessions.backends.file" in str(_settings.SESSION_ENGINE):
        import tempfile
        value = tempfile.gettempdir()
    page.put("", "SESSION_FILE_PATH", value)


def translate_proxy_header(page, value, _settings):
    if value is not None:
        page.put("", "SECURE_PROXY_SSL_HEADER", value)
        return
    page.leave_open("", "SECURE_PROXY_SSL_HEADER",
                    "gunicorn takes HTTPS from the X-Forwarded-Proto of a proxy on its own machine without this setting; this server does not.\n"
                    "Where a proxy takes the site's requests over HTTPS and sets that header itself:\n"
                    "SECURE_PROXY_SSL_HEADER = [\"HTTP_X_FORWARDED_PROTO\", \"https\"]")


def translate_templates(page, value, _settings):
    """Of each engine the folders, where the server looks for templates of its pages."""
    engines = []
    for engine in evaluated(value):
        folders = [os.path.abspath(plain(folder)) for folder in evaluated(engine.get("DIRS", []))]
        engines.append(collections.OrderedDict(BACKEND=plain(engine.get("BACKEND", "")), DIRS=folders))
    page.put("", "TEMPLATES", engines)


TRANSLATIONS = {
    "INSTALLED_APPS": translate_installed_apps,
    "MIDDLEWARE": translate_middleware,
    "SESSION_ENGINE": translate_session_engine,
    "SESSION_SERIALIZER": translate_serializer,
    "SESSION_COOKIE_SAMESITE": translate_samesite("SESSION_COOKIE_SAMESITE"),
    "CSRF_COOKIE_SAMESITE": translate_samesite("CSRF_COOKIE_SAMESITE"),
    "SESSION_FILE_PATH": session_file_path,
    "AUTHENTICATION_BACKENDS": translate_authentication_backends,
    "PASSWORD_HASHERS": translate_password_hashers,
    "MESSAGE_STORAGE": translate_message_storage,
    "SECURE_PROXY_SSL_HEADER": translate_proxy_header,
    "LOGIN_REDIRECT_URL": translate_url("LOGIN_REDIRECT_URL"),
    "LOGOUT_REDIRECT_URL": translate_url("LOGOUT_REDIRECT_URL"),
    "TEMPLATES": translate_templates,
}


def print_versions(page):
    """The releases whose answers the server gives, without what only mends them."""
    import django
    page.put("", "DJANGO_VERSION", "%d.%d" % django.VERSION[:2])
    try:
        import rest_framework
        page.put("", "REST_FRAMEWORK_VERSION", ".".join(rest_framework.VERSION.split(".")[:2]))
    except ImportError:
        pass
    page.put("", "PYTHON_VERSION", "%d.%d" % sys.version_info[:2])


def print_core(page, settings):
    print_versions(page)
    missing = object()
    for name in NAMES:
        value = getattr(settings, name, missing)
        if value is missing:
            if name.startswith("CORS_"):  # of django-cors-headers, without which only the server may need them
                page.left_open.add(name)
            continue
        try:
            translate = TRANSLATIONS.get(name)
            if translate is not None:
                translate(page, value, settings)
            else:
                page.put("", name, value)
        except ImportError as error:
            page.warn("", "%s: %s" % (name, error))
        except NotPlain as error:
            page.warn("", "%s holds %s, which a settings file cannot hold" % (name, error))
    for name in LANGUAGE_NAMES:
        if settings.is_overridden(name):
            try:
                value = use_l10n(settings) if name == "USE_L10N" else getattr(settings, name)
                page.put("", name, readable_formats(page, name, value) if name in INPUT_FORMATS else value)
            except NotPlain as error:
                page.warn("", "%s holds %s, which a settings file cannot hold" % (name, error))
    for name, expected in FIXED.items():
        value = getattr(settings, name, expected)
        if value != expected:
            page.warn("", "%s is not Django's own here; the server does as if it were %s" % (name, toml(expected)))


def print_rest_framework(page, settings):
    mine = getattr(settings, "REST_FRAMEWORK", {}) or {}
    try:
        from rest_framework.settings import DEFAULTS as defaults
    except ImportError:
        return
    for name in REST_FRAMEWORK_NAMES:
        if name not in mine and name not in defaults:
            continue
        value = mine.get(name, defaults.get(name))
        if name.endswith(("_CLASS", "_CLASSES", "_BACKENDS")):
            value = class_names(page, "REST_FRAMEWORK", name, value)
        elif name == "UNAUTHENTICATED_USER" and value is not None:
            value = class_name(page, "REST_FRAMEWORK", name, value)
        elif name == "NUM_PROXIES" and value is None:
            page.leave_open("REST_FRAMEWORK", name,
                            "The project does not say how many proxies stand in front, so the server believes no X-Forwarded-For where it\n"
                            "slows down who guesses passwords. Say it here, or for that alone by NUM_PROXIES in [SERVER]: 0 for none.\n"
                            "NUM_PROXIES = 1")
            continue
        page.put("REST_FRAMEWORK", name, value)
    for name in LANGUAGE_REST_FRAMEWORK_NAMES:
        if name in mine:
            page.put("REST_FRAMEWORK", name, mine[name])
    for name, expected in FIXED_REST_FRAMEWORK.items():
        value = mine.get(name, expected)
        if (value if isinstance(value, str) else dotted(value)) != expected:
            page.warn("REST_FRAMEWORK", "%s: the server has %s only" % (name, expected))


def print_database(page, settings):
    from django.db import DEFAULT_DB_ALIAS, connections
    table = "DATABASES.default"
    entry = settings.DATABASES.get(DEFAULT_DB_ALIAS, {})
    if getattr(settings, "DATABASE_ROUTERS", None):
        page.warn(table, "DATABASE_ROUTERS are not followed: users, sessions and messages must be in the default database")
    try:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
    except Exception:  # pylint: disable=broad-except
        vendor = {engine: name for name, engine in DATABASE_ENGINES.items()}.get(entry.get("ENGINE"))
    for name in DATABASE_NAMES:
        value = entry.get(name, {"OPTIONS": {}, "CONN_MAX_AGE": 0}.get(name, ""))
        if name == "ENGINE" and value not in DATABASE_ENGINES.values():
            page.warn(table, "ENGINE: %s stands here as %s" % (value, DATABASE_ENGINES.get(vendor, value)))
            value = DATABASE_ENGINES.get(vendor, value)
        if name == "NAME" and vendor == "sqlite":
            value = sqlite_name(plain(value))
        if name == "PORT":
            value = str(value or "")
        if name == "TIME_ZONE" and not value:
            continue
        if name == "OPTIONS":
            value = plain_options(page, table, value or {}, lambda key, one: database_option(vendor, key, one))
        page.put(table, name, value)


def sqlite_name(name):
    """A file's name from the root on; Django's is relative to the folder of its process."""
    if not name or name == ":memory:":
        return name
    if not name.startswith("file:"):
        return os.path.abspath(name)
    path, mark, parameters = name[len("file:"):].partition("?")
    if not path or path.startswith(("/", ":memory:")) or "mode=memory" in parameters:
        return name
    return "file:" + urllib.parse.quote(os.getcwd()) + "/" + path + mark + parameters


def isolation_level(value):
    """The name of a level of PostgreSQL. psycopg has numbers for them, which are others in psycopg2."""
    if value is None or isinstance(value, str) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, enum.Enum):
        name = value.name
    else:
        try:
            from django.db.backends.postgresql.psycopg_any import IsolationLevel
        except ImportError:  # before Django 4.2, which has psycopg2 alone
            names = {1: "read committed", 2: "repeatable read", 3: "serializable", 4: "read uncommitted"}
            name = names.get(value)
        else:
            name = next((one.name for one in IsolationLevel if one == value), None)
    if name is None:
        raise NotPlain("%r, the number of no isolation level" % value)
    return name.replace("_", " ").lower()


def database_option(vendor, key, value):
    if vendor == "postgresql" and key == "isolation_level":
        return isolation_level(value)
    if callable(value):
        raise NotPlain("code of Python's")
    return plain(value)


def plain_options(page, table, options, option=lambda _key, value: plain(value)):
    """The entries of OPTIONS that a settings file can contain."""
    kept = collections.OrderedDict()
    for key, value in options.items():
        try:
            kept[key] = option(key, value)
        except NotPlain as error:
            page.warn(table, "OPTIONS.%s holds %s, which a settings file cannot hold" % (key, error))
    return kept


def print_caches(page, settings):
    sessions = settings.SESSION_CACHE_ALIAS if settings.SESSION_ENGINE.endswith(("cache", "cached_db")) else None
    for alias, entry in settings.CACHES.items():
        table = "CACHES." + toml_key(alias)
        backend = entry.get("BACKEND", "")
        cls = load(backend)
        base = known_ancestor(cls, CACHES) if inspect.isclass(cls) else None
        if backend in CACHES:
            pass
        elif base is not None:
            page.warn(table, "BACKEND: %s stands here as %s; what it adds to that is not done by this server" % (backend, dotted(base)))
            backend = dotted(base)
        else:
            what = "Its sessions cannot be read." if alias == sessions else "Nothing but throttling would use it here."
            page.warn(table, "BACKEND: the server has no %s. %s" % (backend, what))
            page.put(table, "BACKEND", backend if alias == sessions else "django.core.cache.backends.locmem.LocMemCache")
            continue
        page.put(table, "BACKEND", backend)
        if entry.get("KEY_FUNCTION") not in (None, "django.core.cache.backends.base.default_key_func"):
            page.warn(table, "KEY_FUNCTION is not Django's own: keys are KEY_PREFIX:VERSION:key here, so the server does not find what Django wrote")
        for name in CACHE_NAMES[1:]:
            if name not in entry:
                continue
            value = entry[name]
            if name == "LOCATION" and isinstance(value, str):
                value = re.split("[;,]", value) if "redis" in backend.lower() else value.split(";") if "memcached" in backend else value
            if name == "OPTIONS":
                value = plain_options(page, table, value or {})
            page.put(table, name, value)


# ---- routes

class Prefix:
    """Where a pattern is mounted: what includes it, from outside in."""

    def __init__(self, route="", regex=False, namespaces=(), translated=False):
        self.route, self.regex, self.namespaces, self.translated = route, regex, namespaces, translated

    def under(self, resolver):
        pattern = resolver.pattern
        namespaces = self.namespaces + ((resolver.namespace,) if resolver.namespace else ())
        if type(pattern).__name__ == "LocalePrefixPattern":
            return Prefix(self.route, self.regex, namespaces, True)
        mine = str(pattern)
        if type(pattern).__name__ == "RoutePattern" and not self.regex:
            return Prefix(self.route + mine, False, namespaces, self.translated)
        mine_regex = pattern.regex.pattern if type(pattern).__name__ == "RoutePattern" else mine
        outer = self.route if self.regex else re.escape(self.route) if self.route else ""
        return Prefix(("^" if not outer.startswith("^") else "") + outer + mine_regex.lstrip("^"), True, namespaces, self.translated)

    def entry(self):
        entry = collections.OrderedDict([("route", self.route)])
        if self.regex:
            entry["regex"] = True
        return entry


def urlconf_name(resolver):
    module = resolver.urlconf_name
    return module if isinstance(module, str) else getattr(module, "__name__", None)


OPENAPI_VIEWS = ["drf_spectacular.views." + name for name in ("SpectacularAPIView", "SpectacularYAMLAPIView", "SpectacularJSONAPIView")]


def walk(resolver, prefix, found):
    """Collects (kind, Prefix, resolver or pattern) of everything that the server can serve."""
    routers = collections.OrderedDict()
    for item in resolver.url_patterns:
        if hasattr(item, "url_patterns"):
            here = prefix.under(item)
            # include() of a list of patterns has no name; look at its contents.
            name = urlconf_name(item)
            if name in ("drf_messages.urls", "rest_framework.urls"):
                found.append((name, here, item))
            else:
                walk(item, here, found)
            continue
        view = item.callback
        cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
        if cls is None:
            continue
        ancestors = [dotted(one) for one in cls.__mro__]
        if "rest_framework.authtoken.views.ObtainAuthToken" in ancestors:
            found.append(("token", prefix.under(_AsResolver(item)), item))
        elif any(one in OPENAPI_VIEWS for one in ancestors):
            found.append(("openapi", prefix.under(_AsResolver(item)), item))
        elif "drf_messages.views.MessagesViewSet" in ancestors:
            basename = (getattr(view, "initkwargs", None) or {}).get("basename")
            if not basename:
                found.append(("view", prefix.under(_AsResolver(item)), item))
            if item.name and basename and item.name == basename + "-list" and "format" not in str(item.pattern):
                routers.setdefault(basename, (str(item.pattern), cls))
    if routers:
        root = any(getattr(getattr(item, "callback", None), "cls", None).__name__ == "APIRootView"
                   for item in resolver.url_patterns if getattr(getattr(item, "callback", None), "cls", None) is not None)
        found.append(("router", prefix, (root, routers)))


class _AsResolver:
    def __init__(self, pattern):
        self.pattern, self.namespace = pattern.pattern, None


def is_open_to_all(view):
    """Whether the permissions of a view of REST framework let everybody in."""
    permissions = (getattr(view, "initkwargs", None) or {}).get("permission_classes", view.cls.permission_classes)
    return all(dotted(one) == "rest_framework.permissions.AllowAny" for one in permissions)


def print_routes(page, _settings):
    try:
        from django.urls import get_resolver
        found = []
        walk(get_resolver(), Prefix(), found)
    except Exception as error:  # pylint: disable=broad-except
        page.warn("", "ROUTES: the URL configuration cannot be read: %s: %s" % (type(error).__name__, error))
        return
    number = 0
    for kind, prefix, thing in found:
        if kind == "view":
            page.warn("", "ROUTES: %s shows messages by %s.as_view(), which this server cannot mount; it has drf_messages.urls and routers"
                      % (prefix.route, dotted(thing.callback.cls)))
            continue
        if kind == "openapi" and not is_open_to_all(thing.callback):
            page.warn("", "ROUTES: %s is left out: everybody may read the OpenAPI document of this server, and the project restricts its own" % prefix.route)
            continue
        number += 1
        table = "ROUTES#%d" % number
        page.line(table, "# from the URL configuration")
        if prefix.translated:
            page.warn(table, "ROUTES: %s stands in i18n_patterns(); the server has it without the language in front" % prefix.route)
        entry = prefix.entry()
        if kind in ("drf_messages.urls", "rest_framework.urls"):
            entry["include"] = kind
            application = kind.split(".")[0]
            if prefix.namespaces[-1:] not in ((), (application,)):
                entry["namespace"] = prefix.namespaces[-1]
            if len(prefix.namespaces) > 1:
                page.warn(table, "ROUTES: nested namespaces %s: only the last one is used here" % ":".join(prefix.namespaces))
        elif kind == "token":
            entry["view"] = "rest_framework.authtoken.views.obtain_auth_token"
            if dotted(thing.callback.cls) != "rest_framework.authtoken.views.ObtainAuthToken":
                page.warn(table, "ROUTES: %s stands here as ObtainAuthToken" % dotted(thing.callback.cls))
        elif kind == "openapi":
            own = thing.callback.cls
            entry["view"] = next(one for one in map(dotted, own.__mro__) if one in OPENAPI_VIEWS)
            page.warn(table, "ROUTES: %s describes what this server has, and nothing else of the project" % prefix.route)
            if dotted(own) != entry["view"]:
                page.warn(table, "ROUTES: %s stands here as %s" % (dotted(own), entry["view"].rsplit(".", 1)[1]))
        else:
            root, routers = thing
            entry["router"] = "DefaultRouter" if root else "SimpleRouter"
            slash = any(pattern.rstrip("$").endswith("/") for pattern, _ in routers.values())
            if not slash:
                entry["router_kwargs"] = {"trailing_slash": False}
            entry["register"] = [
                collections.OrderedDict([("prefix", re.sub(r"^\^|/?\$$|/$", "", pattern).rstrip("/").replace("\\", "")),
                                         ("viewset", class_name(page, table, "ROUTES.register.viewset", cls)), ("basename", basename)])
                for basename, (pattern, cls) in routers.items()]
            if prefix.namespaces:
                entry["namespace"] = prefix.namespaces[-1]
        for key, value in entry.items():
            page.put(table, key, value)
    if not any(kind in ("drf_messages.urls", "router") for kind, _, _ in found):
        table = "ROUTES#0"
        page.warn(table, "ROUTES: the URL configuration has no drf_messages.urls; the server shows the messages under messages/")
        page.put(table, "route", "messages/")
        page.put(table, "include", "drf_messages.urls")


def print_user_model(page, settings):
    """[AUTH_USER]: the table and columns of the project's own user model."""
    if settings.AUTH_USER_MODEL == "auth.User":
        return
    from django.contrib.auth import get_user_model
    from django.contrib.auth.base_user import AbstractBaseUser
    model = get_user_model()
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    table = "AUTH_USER"
    page.put(table, "DB_TABLE", model._meta.db_table)
    page.put(table, "PRIMARY_KEY", model._meta.pk.column)
    page.put(table, "USERNAME_FIELD", columns[model.USERNAME_FIELD])
    page.put(table, "EMAIL_FIELD", columns.get(getattr(model, "EMAIL_FIELD", "email"), ""))
    for name in ("is_active", "is_staff", "is_superuser"):
        page.put(table, name.upper(), columns.get(name, ""))
        if name not in columns and isinstance(getattr(model, name, None), property):
            page.warn(table, "%s of %s is computed by its code, which this server does not run" % (name, settings.AUTH_USER_MODEL))
    if columns.get("password") != "password":
        page.warn(table, "%s has no column called password: nobody is known here" % settings.AUTH_USER_MODEL)
    if "get_session_auth_hash" in own_parts(model, AbstractBaseUser)[1] if issubclass(model, AbstractBaseUser) else True:
        page.warn(table, "%s has a get_session_auth_hash() of its own: its sessions are anonymous here" % settings.AUTH_USER_MODEL)


def make_page(settings):
    page = Page()
    page.tables[""] = []
    print_core(page, settings)
    print_user_model(page, settings)
    print_rest_framework(page, settings)
    print_database(page, settings)
    print_caches(page, settings)
    print_routes(page, settings)
    for name, entry in page.classes.items():
        table = "CLASSES." + toml_text(name)
        for key, value in entry.items():
            if key.startswith("# "):
                page.warn(table, "%s: %s" % (key[2:], value))
            else:
                page.put(table, key, value)
    return page


# ---- texts and dates of the site's languages

def readable_formats(page, name, value):
    """Of some formats of strptime those that the server reads: all but weeks and names of zones."""
    kept = []
    for form in plain(value):
        directives = re.findall("%(.?)", re.sub("%%", "", expanded_format(form)))
        if set(directives) & set("UWGVZ"):
            page.warn("", "%s: the server does not read %s, which has weeks or a zone's name" % (name, form))
        elif set(directives) - set(KNOWN_DIRECTIVES + "n"):  # Django's own Chinese formats have %n
            page.warn("", "%s: %s has a directive that Python does not have, so that it reads nothing; left out" % (name, form))
        elif any(directives.count(one) > 1 for one in KNOWN_DIRECTIVES):
            page.warn("", "%s: %s has a directive twice, at which Python fails; left out" % (name, form))
        else:
            kept.append(form)
    return kept


def expanded_format(form):
    for one, others in (("%c", "%a %b %d %H:%M:%S %Y"), ("%x", "%m/%d/%y"), ("%X", "%H:%M:%S")):
        form = re.sub("%%|" + one, lambda found: others if found[0] == one else found[0], form)  # pylint: disable=cell-var-from-loop
    return form


def pieces(msgid, text):
    """A translation as the server wants it: the text, or, where arguments are in it, a list of words and of their numbers."""
    names = [percent or brace for percent, brace in HOLE.findall(msgid)]
    if not names:
        return text

    def words(part):
        return part.replace("%%", "%") if "%(" in msgid else part.replace("{{", "{").replace("}}", "}")

    found, at = [], 0
    for hole in HOLE.finditer(text):
        name = hole[1] or hole[2]
        if name in names:
            found += [words(text[at:hole.start()]), names.index(name)]
            at = hole.end()
    return [part for part in found + [words(text[at:])] if part != ""]


def package_catalogs(code):
    """What Django, REST framework and django-filter themselves say in a language."""
    import gettext
    import django
    from django.utils.translation import to_locale
    catalogs = []
    for package in ("django.conf", "django.contrib.auth", "rest_framework", "django_filters"):
        try:
            folder = os.path.join(os.path.dirname(importlib.import_module(package).__file__), "locale")
        except ImportError:
            continue
        catalogs.append(gettext.translation("django", folder, [to_locale(code)], fallback=True))
    return catalogs


def is_built_in(code, texts, own_formats):
    """Whether the server has this language by itself."""
    if code.split("-")[0] not in ("en", "de") or own_formats:
        return False
    catalogs = package_catalogs(code) if code.split("-")[0] == "de" else []
    for msgid, text in texts.items():
        known = {catalog.gettext(msgid) for catalog in catalogs} - {msgid}
        if text not in (known or {msgid}):
            return False
    return True


def has_own_formats(code):
    """Whether a module of FORMAT_MODULE_PATH says how dates are written in a language."""
    from django.utils import formats
    for name in INPUT_FORMATS:
        module = next((one for one in formats.get_format_modules(code) if getattr(one, name, None) is not None), None)
        if module is not None and not module.__name__.startswith("django.conf.locale."):
            return True
    return False


def use_l10n(settings):
    """USE_L10N, without the warning that Django 4 has for whoever asks."""
    return settings._USE_L10N_INTERNAL if hasattr(settings, "_USE_L10N_INTERNAL") else settings.USE_L10N


def is_localized(settings):
    import django
    return django.VERSION >= (5,) or bool(use_l10n(settings))


def spoken_languages(settings):
    """The codes of the languages that an answer may have."""
    from django.utils import translation
    codes = [settings.LANGUAGE_CODE]
    if settings.USE_I18N and any(known_ancestor(cls, [LOCALE_MIDDLEWARE]) for cls in map(load, settings.MIDDLEWARE) if inspect.isclass(cls)):
        codes += [code for code, *_ in plain(settings.LANGUAGES) if translation.check_for_language(code)]
    return list(collections.OrderedDict.fromkeys(codes))


def language_entry(page, settings, code):
    """(what the locale file has of a language, whether the server has it without)."""
    from django.utils import formats, translation
    texts = collections.OrderedDict()
    if settings.USE_I18N:
        with translation.override(code):
            texts = collections.OrderedDict((msgid, translation.gettext(msgid)) for msgid in TEXTS)
    entry = {"texts": {HOLE.sub("{}", msgid): pieces(msgid, text) for msgid, text in texts.items() if text != msgid}}
    own_formats = False
    if is_localized(settings):
        own_formats = has_own_formats(code)
        for name in INPUT_FORMATS:
            value = plain(formats.get_format(name, code, True))
            if value != plain(getattr(settings, name)):
                entry[name.lower()] = readable_formats(page, name, value)
    return entry, is_built_in(code, texts, own_formats)


def make_locale(page, settings):
    """The locale file, {"languages": …}; None where the server has the site's languages by itself."""
    languages, needed = {}, False
    for code in spoken_languages(settings):
        try:
            entry, built_in = language_entry(page, settings, code)
        except Exception as error:
            raise Failure("the texts and forms of dates of %s cannot be read: %s" % (code, reason(error))) from error
        languages[code.lower()] = entry
        needed = needed or not built_in
    return {"languages": languages} if needed else None


# ---- an older file

TOKEN = re.compile(r'''
    (?P<text> """(?:\\.|[^\\])*?"{3,5} | \'\'\'.*?\'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* ) | (?P<end> \n ) | (?P<open> [\[{] ) | (?P<close> [\]}] ) | (?P<other> [^"'\#\n\[\]{}]+ )''', re.S | re.X)
KEY = r'''(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')'''
KEYS = KEY + r"(?:\." + KEY + ")*"

# A setting where it stands: the table around it, its whole name, its value without what means nothing, its lines with the comment above them.
Statement = collections.namedtuple("Statement", "table name value lines")


def logical_lines(path, text):
    """(number of the line, its text, that without blanks, comments and last commas) of each line, or of several that belong together."""
    at = begin = depth = 0
    number, code = 1, ""
    text += "\n"
    while at < len(text):
        token = TOKEN.match(text, at)
        depth += 0 if token is None else (token.lastgroup == "open") - (token.lastgroup == "close")
        if token is None or depth < 0:
            break
        at = token.end()
        if token.lastgroup == "text":
            code += token[0]
        elif token.lastgroup == "close":
            code = code.rstrip(",") + token[0]
        elif token.lastgroup != "comment":
            code += "".join(token[0].split())
        if token.lastgroup == "end" and depth == 0:
            yield number, text[begin:at - 1], code
            number += text.count("\n", begin, at)
            begin, code = at, ""
    if begin < len(text):
        raise Failure("%s is not TOML: line %d is not understood" % (path, number))


def statements(path, text):
    """The settings in the text of a settings file, as a list of Statement."""
    found, above, table, counts = [], [], "", collections.Counter()
    for number, line, code in logical_lines(path, text):
        array, header = re.fullmatch(r"\[\[(%s)\]\]" % KEYS, code), re.fullmatch(r"\[(%s)\]" % KEYS, code)
        setting = re.fullmatch("(%s)=(.+)" % KEYS, code, re.S)
        if array:
            counts[array[1]] += 1
            table = "%s#%d" % (array[1], counts[array[1]])
        elif header:
            table = header[1]
        elif setting:
            found.append(Statement(table, (table + "." if table else "") + setting[1], setting[2], above + line.split("\n")))
        elif code:
            raise Failure("%s is not TOML: line %d is not understood" % (path, number))
        above = above + [line] if line and not code else []
    return found


def values(found):
    return collections.OrderedDict((one.name, one.value) for one in found)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure("%s cannot be read: %s" % (path, error)) from None


# What a route of the server includes that no project has, or that is Django's there: it stays as it was written.
OWN_INCLUDES = ("drf_messages.admin", "django.contrib.admin.site.urls", "drf_messages.start", "drf_messages.schema")


def own_routes_last(found):
    """(the settings, with the routes of the server alone numbered behind the others, the tables of those)."""
    tables = list(collections.OrderedDict.fromkeys(one.table for one in found if one.table.startswith("ROUTES#")))
    own = {one.table for one in found if one.table in tables and one.name == one.table + ".include" and one.value.strip("\"'") in OWN_INCLUDES}
    numbers = {table: "ROUTES#%d" % number for number, table in enumerate(sorted(tables, key=lambda table: table in own), 1)}
    return ([one if one.table not in numbers else one._replace(table=numbers[one.table], name=numbers[one.table] + one.name[len(one.table):])
             for one in found], {numbers[table] for table in own})


def read_statements(path):
    text = read(path)
    try:
        import tomllib
    except ImportError:  # before Python 3.11
        return statements(path, text)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Failure("%s is not TOML: %s" % (path, error)) from None
    return statements(path, text)


def is_of_the_server(name):
    """Whether a setting is the server's own, which this script never prints."""
    return name in SECRET_FILES or re.match("[^.#]*", name)[0] not in NAMES + LANGUAGE_NAMES + PRINTED_FOR_THE_SERVER + TABLES


def keep(page, old):
    """Takes over from an older file what nobody but whoever edits it can say; returns its settings as they compare with the page."""
    old, own_routes = own_routes_last(old)
    for one in old:
        if one.table in own_routes:
            page.keep(one._replace(table="ROUTES#kept-" + one.table))
        elif is_of_the_server(one.name) or one.name in page.left_open and one.value != NONE:
            page.keep(one)
    return old


def differences(page, old):
    """(names of changed, of missing, of superfluous settings) of an older file."""
    before, now = values(old), values(statements("", page.text()))
    return ([name for name in now if name in before and before[name] != now[name]], [name for name in now if name not in before],
            [name for name in before if name not in now and name not in page.left_open])


def check(settings, arguments):
    """Says which settings of a file are no longer what would be printed, by their names alone; 1 if there are any."""
    arguments.output = arguments.check
    page, locale, locale_path = print_all(settings, arguments)
    old = keep(page, read_statements(arguments.check))
    changed, missing, superfluous = differences(page, old)
    # Where the file with the languages is may have been changed by hand.
    named = values(old).get("LOCALE_FILE", NONE)
    if named != NONE and locale is not None:
        changed = [name for name in changed if name != "LOCALE_FILE"]
        if not arguments.locale:
            locale_path = os.path.join(os.path.dirname(arguments.check), named.strip("\"'"))
    lines = ["changed: " + name for name in changed] + ["missing: " + name for name in missing] + ["no longer there: " + name for name in superfluous]
    if named != NONE and locale is not None and read_json(locale_path) != json.loads(locale):
        lines.append("changed: texts or forms of dates in " + locale_path)
    if not lines:
        return 0
    shown = 30
    sys.stdout.write("%s is not what the project has now\n" % arguments.check)
    for line in lines[:shown] + (["and %d more" % (len(lines) - shown)] if len(lines) > shown else []):
        sys.stdout.write("  " + line + "\n")
    return 1


def read_json(path):
    text = read(path)
    try:
        return json.loads(text)
    except ValueError as error:
        raise Failure("%s is not JSON: %s" % (path, error)) from None


# ---- a new file

def check_place(path):
    """Before anything is written: whether a file can be there at all."""
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise Failure("%s cannot be written: there is no folder %s" % (path, folder))
    if os.path.exists(path) and not os.path.isfile(path):
        raise Failure("%s cannot be written: it is %s" % (path, "a folder" if os.path.isdir(path) else "no file"))


def write(text, path, mode):
    """Writes a file that from its first byte on has this mode, and replaces an old one atomically."""
    temporary = path + ".new"
    try:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)  # it holds secrets
            raise
    except OSError as error:
        raise Failure("%s cannot be written: %s" % (path, error)) from None


def output(settings, arguments):
    """Writes the files, or prints the settings."""
    page, locale, locale_path = print_all(settings, arguments)
    old = []
    if arguments.output and os.path.exists(arguments.output):
        try:
            old = read_statements(arguments.output)
        except Failure as error:
            raise Failure("%s; so what it says cannot be kept, and it stays as it is" % error) from None
    old = keep(page, old)
    if locale is not None:
        write(locale, locale_path, 0o644)
    if arguments.output:
        write(page.text(), arguments.output, 0o600)
        sys.stdout.write("wrote %s\n" % " and ".join([arguments.output] + [locale_path] * (locale is not None)))
    else:
        sys.stdout.write(page.text())
    changed, _, superfluous = differences(page, old)
    if changed:
        page.warnings.append("%s had another value of %s" % (arguments.output, ", ".join(changed)))
    if superfluous:
        page.warnings.append("%s had what is no longer there: %s" % (arguments.output, ", ".join(superfluous)))
    for warning in page.warnings:
        sys.stderr.write("print_settings: " + warning.replace("\n", " ") + "\n")
    return 0


class Failure(Exception):
    """Why there is nothing to print."""


def reason(error):
    """What has failed. gettext does not say which catalog is broken."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "_parse" and hasattr(frame.f_locals.get("fp"), "name"):
            return "%s is no catalog of gettext: %s" % (frame.f_locals["fp"].name, error)
    return "%s: %s" % (type(error).__name__, error)


def start_project():
    """The settings of the project, which has been started as manage.py starts it."""
    module = os.environ["DJANGO_SETTINGS_MODULE"]
    try:
        import django
        from django.conf import settings
    except ImportError as error:
        raise Failure("%s: this Python (%s) is not the project's own" % (error, sys.executable)) from None
    try:
        settings.is_overridden("DEBUG")  # reads the module
    except ImportError as error:
        raise Failure("the settings module %s cannot be imported: %s; run the script where manage.py stands" % (module, error)) from None
    except Exception as error:
        raise Failure("the settings module %s fails: %s" % (module, reason(error))) from error
    try:
        django.setup()
    except Exception as error:
        raise Failure("the project of %s does not start: %s" % (module, reason(error))) from error
    return settings


def locale_place(arguments):
    """Where the locale file is to be, and its name in the settings; None where nobody says."""
    if arguments.locale:
        return arguments.locale, os.path.abspath(arguments.locale)
    if arguments.output:
        path = os.path.splitext(arguments.output)[0] + ".locale.json"
        # The server looks for it where the settings are, wherever both are moved.
        return path, os.path.basename(path)
    return None


def print_all(settings, arguments):
    """The settings as a Page; the text of the locale file and its path, None where there is to be none."""
    from django.core.exceptions import ImproperlyConfigured
    try:
        page = make_page(settings)
    except ImproperlyConfigured as error:
        raise Failure("the settings module %s does not do (manage.py names the project's): %s" % (os.environ["DJANGO_SETTINGS_MODULE"], error)) from error
    locale = make_locale(page, settings)
    if locale is None:
        return page, None, None
    place = locale_place(arguments)
    if place is None:
        page.warn("", "LOCALE_FILE: the site's languages need a file of their own, which --output or --locale writes")
        return page, None, None
    page.put("", "LOCALE_FILE", place[1])
    return page, json.dumps(locale, ensure_ascii=False, indent=1) + "\n", place[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0],
                                     epilog="Exits with 0; with 1 if --check names settings that differ; with 2 if something cannot be read, printed or "
                                            "written, and a line says what.")
    parser.add_argument("--settings", help="the project's settings module; otherwise that of $DJANGO_SETTINGS_MODULE")
    parser.add_argument("--output", metavar="FILE", help="write this file, readable by its owner only, instead of standard output; of one that is there "
                                                         "keep [SERVER] and the server's own settings, and name the others that change")
    parser.add_argument("--locale", metavar="FILE", help="write what the site's languages need into this file, instead of settings.locale.json beside an "
                                                         "--output settings.toml")
    parser.add_argument("--check", metavar="FILE", help="write nothing; exit with 0 if this file, and its locale file, is what would be printed now, "
                                                        "else name the settings that differ and exit with 1")
    arguments = parser.parse_args()
    if arguments.check and arguments.output:
        parser.error("--check writes nothing: leave out --output")
    if arguments.settings:
        os.environ["DJANGO_SETTINGS_MODULE"] = arguments.settings
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        parser.error("which project? Set DJANGO_SETTINGS_MODULE or give --settings (manage.py names the module)")
    sys.path.insert(0, os.getcwd())
    try:
        for path in [] if arguments.check else filter(None, (arguments.output, arguments.locale)):
            check_place(path)
        settings = start_project()
        return check(settings, arguments) if arguments.check else output(settings, arguments)
    except Failure as error:
        sys.stderr.write("print_settings: " + " ".join(str(error).split()) + "\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
