# SPDX-License-Identifier: MIT
"""Runs the code on standard input in a Django site with messages and the admin: `python3 feed_django.py DATABASE [USER_MODEL]`, where
DATABASE is DATABASES["default"] as JSON. `migrate()` makes its tables. Names that the code may use: User, Message, MessageTag, connection,
transaction, call_command, show (prints JSON)."""
import json
import pathlib
import sys

import django
from django.conf import settings


def configure(database, user_model="auth.User"):
    settings.configure(
        SECRET_KEY="a key for tests only, long enough to be one",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="feed_django",
        AUTH_USER_MODEL=user_model,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
                        "django.contrib.admin", *(["people"] if user_model == "people.Person" else []), "drf_messages"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "django.contrib.messages.middleware.MessageMiddleware"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                                   "django.contrib.messages.context_processors.messages"]}}],
        STATIC_URL="/static/")
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "django_apps"))
    django.setup()


def migrate():
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder
    for app in ("auth", "sessions"):  # first those whose tables the messages refer to
        call_command("migrate", app, verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    for name in ("0001_initial", "0002_message_session_key"):
        MigrationRecorder(connection).record_applied("drf_messages", name)


def main():
    configure(json.loads(sys.argv[1]), *sys.argv[2:])
    # ROOT_URLCONF is this file: the admin, once the apps are there
    from django.contrib import admin
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.urls import path
    from drf_messages.models import Message, MessageTag
    sys.modules["feed_django"] = sys.modules["__main__"]
    globals()["urlpatterns"] = [path("admin/", admin.site.urls)]
    names = {"User": get_user_model(), "Message": Message, "MessageTag": MessageTag, "connection": connection, "transaction": transaction,
             "call_command": call_command, "migrate": migrate, "show": lambda value: print(json.dumps(value, default=str))}
    exec(compile(sys.stdin.read(), "story", "exec"), names)  # pylint: disable=exec-used


if __name__ == "__main__":
    main()
