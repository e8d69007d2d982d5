# SPDX-License-Identifier: MIT
"""The Django site that the benchmark compares with: Debian's Django and REST framework, and an app that does what drf-messages does."""
import json
import os

SITE = json.loads(os.environ["BENCH_SITE"])  # the database, and whose views: "notices" or "drf_messages"

SECRET_KEY = SITE["secret_key"]
ALLOWED_HOSTS = ["*"]
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "urls"
DATABASES = {"default": {**SITE["database"], **SITE["connections"]}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
                  "rest_framework", "rest_framework.authtoken", SITE["app"]]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if SITE["app"] == "drf_messages":
    MESSAGE_STORAGE = "drf_messages.storage.DBStorage"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication",
                                       "rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 10,
}
