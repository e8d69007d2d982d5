# SPDX-License-Identifier: MIT
"""A project that has a value of its own for most of what drf-messages knows, and some things that it does not."""
import datetime
import enum
import importlib.util
import os
import pathlib

from django.utils.functional import SimpleLazyObject, lazystr
from django.utils.translation import gettext_lazy as _

HAS_DRF_MESSAGES = importlib.util.find_spec("drf_messages") is not None
BASE_DIR = pathlib.Path.cwd()


class Seconds(enum.IntEnum):
    MINUTE = 60


class Names(str, enum.Enum):
    CSRF_COOKIE = "csrf"


SECRET_KEY = os.environ["RICH_SECRET_KEY"]
DEBUG = 0
ALLOWED_HOSTS = (".example.com", "127.0.0.1")
ROOT_URLCONF = "richsite.urls"
STATIC_URL = "/static/"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = datetime.timedelta(days=365)
LANGUAGE_COOKIE_NAME = lazystr("lang")
LOCALE_PATHS = (BASE_DIR / "locale",)
DATE_FORMAT = lazystr("j. F Y")
DATETIME_INPUT_FORMATS = {"%d|%m|%Y"}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
# The tables of drf_messages refer to the users, and only drf_messages knows how where they are no auth.User.
AUTH_USER_MODEL = "richsite.Person" if HAS_DRF_MESSAGES else "auth.User"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = None

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "rest_framework.authtoken",
    *(["django_filters", "drf_messages"] if HAS_DRF_MESSAGES else []),
    "richsite",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "richsite.middleware.OwnCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "richsite.middleware.timing",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "rich.sqlite3",
        "CONN_MAX_AGE": Seconds.MINUTE,
        "OPTIONS": {"timeout": 30},
        "TEST": {"NAME": "other"},
    },
    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "here"},
    "on disk": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": BASE_DIR / "cache"},
}

SESSION_ENGINE = "richsite.sessions"
SESSION_COOKIE_NAME = "sid"
SESSION_COOKIE_AGE = datetime.timedelta(hours=1).total_seconds()
SESSION_COOKIE_SAMESITE = False
SESSION_COOKIE_SECURE = None
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_AGE = 60.5
CSRF_HEADER_NAME = "HTTP_X_XSRF_TOKEN"
CSRF_TRUSTED_ORIGINS = []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60
SECURE_REFERRER_POLICY = ["same-origin", "no-referrer"]
X_FRAME_OPTIONS = SimpleLazyObject(lambda: "SAMEORIGIN")
AUTHENTICATION_BACKENDS = [
    "richsite.backends.EmailBackend",
    "richsite.backends.NoisyBackend",
    "richsite.backends.ClubBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "richsite.backends.StrongerHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "richsite.backends.OwnHasher",
]

MESSAGE_LEVEL = 10
MESSAGE_TAGS = {50: "critical", 10: _("Home")}
MESSAGES_ALLOW_DELETE_UNREAD = True
if HAS_DRF_MESSAGES:
    MESSAGE_STORAGE = "drf_messages.storage.DBStorage"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "richsite.rest.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "richsite.rest.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"] if HAS_DRF_MESSAGES else [],
    "DEFAULT_THROTTLE_CLASSES": ["richsite.rest.BurstThrottle"],
    "DEFAULT_THROTTLE_RATES": {"burst": "1000/min", "user": None},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DATETIME_FORMAT": "%d.%m.%Y %H:%M",
    "DATE_INPUT_FORMATS": ("iso-8601", lazystr("%d.%m.%Y")),
    "PAGE_SIZE": 5.0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SOMETHING_OF_ITS_OWN = datetime.timedelta(days=1)
