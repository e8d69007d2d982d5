# SPDX-License-Identifier: MIT
"""A real Django site on the same kind of database as ours: `python3 django_site.py DATABASE [USER_MODEL [COMMAND]]` prints its port.

It has what a service without Django lacks: REST framework's login, logout and token views. With USER_MODEL "people.Person" its users
are a model of its own, with a UUID as primary key. The commands: `migrate` makes its tables and leaves; `admin` is a site with Django's admin,
which knows the messages."""
import pathlib
import sys
import wsgiref.simple_server

import django
from django.conf import settings

SECRET_KEY = "a key for tests only, with more than fifty characters in it"


def configure(database, user_model="auth.User", command=None):
    admin = ["django.contrib.admin", "drf_messages"] if command == "admin" else []
    settings.configure(
        SECRET_KEY=SECRET_KEY,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="django_site_urls",
        AUTH_USER_MODEL=user_model,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": {"timeout": 30}}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
                        "rest_framework", "rest_framework.authtoken", *(["people", "drf_messages"] if user_model != "auth.User" else []), *admin],
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
                    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "django.contrib.messages.middleware.MessageMiddleware",
                    "django.middleware.clickjacking.XFrameOptionsMiddleware"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
        REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication",
                                                           "rest_framework.authentication.BasicAuthentication",
                                                           "rest_framework.authentication.TokenAuthentication"]},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                                   "django.contrib.messages.context_processors.messages"],
            "loaders": [("django.template.loaders.locmem.Loader", {"registration/logged_out.html": "Logged out"}),
                        "django.template.loaders.app_directories.Loader"]}}],
        STATIC_URL="/static/")
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "django_apps"))
    django.setup()


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


def main():
    configure(*sys.argv[1:4])
    from django.core.management import call_command
    if sys.argv[3:] == ["migrate"]:
        call_command("migrate", run_syncdb=True, verbosity=0)
        from django.db import connection
        from django.db.migrations.recorder import MigrationRecorder
        for name in ("0001_initial", "0002_message_session_key"):
            MigrationRecorder(connection).record_applied("drf_messages", name)
        return
    from django.core.wsgi import get_wsgi_application
    server = wsgiref.simple_server.make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
