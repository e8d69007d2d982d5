#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our migrations and Django's own, on one database.

    test_migrations.py --binary drf-messages --database sqlite|postgresql|mariadb [--cache FOLDER]

Debian's Django; the drf-messages package comes from the Python package index, into a virtual environment that is kept in FOLDER.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import servers  # noqa: E402

PACKAGES = ["drf-messages==1.1.1", "django-filter==23.1"]
SETTINGS = """
import json, os
SECRET_KEY = "a key for tests only"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
DATABASES = {"default": json.loads(os.environ["SITE_DATABASE"])}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
                  "rest_framework", *os.environ["SITE_APPS"].split()]
MESSAGE_STORAGE = "drf_messages.storage.DBStorage" if "django_filters" in INSTALLED_APPS else "django.contrib.messages.storage.fallback.FallbackStorage"
if "django.contrib.admin" in INSTALLED_APPS:
    MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                  "django.contrib.messages.middleware.MessageMiddleware"]
    PROCESSORS = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                  "django.contrib.messages.context_processors.messages"]
    TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": PROCESSORS}}]
"""
ADMIN_ROUTE = '''
[[ROUTES]]
route = "admin/"
include = "drf_messages.admin"
'''
TOKENS = "rest_framework.authtoken"
# The tables of drf_messages without the package: what its migrations would have recorded.
RECORD_MESSAGES = """
import django
django.setup()
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
for name in ("0001_initial", "0002_message_session_key"):
    MigrationRecorder(connection).record_applied("drf_messages", name)
"""
# What a TransactionTestCase does after each of its tests, and what an administrator does: django/test/testcases.py, _fixture_teardown.
FLUSH_AND_DELETE = """
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from drf_messages.models import Message
def ann():
    user = User.objects.create_user("ann")
    Message.objects.create(user=user, message="hello", level=20)
    return user
ann().delete()
print(User.objects.count(), Message.objects.count())
ann()
call_command("flush", verbosity=0, interactive=False, reset_sequences=False, allow_cascade=False, inhibit_post_migrate=False)
print(User.objects.count(), Message.objects.count())
"""
TABLES = "import django; django.setup(); from django.db import connection; print(*connection.introspection.table_names())"
WRITE_ROWS = """
import datetime, django
django.setup()
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
user = User.objects.create_user("ann", password="secret")
Session.objects.create(session_key="a" * 32, session_data="x", expire_date=timezone.now() + datetime.timedelta(days=1))
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO drf_messages_message (view, message, level, read_at, created, session_id, user_id) "
                   "VALUES ('demo', 'Grüße', 30, NULL, %s, %s, %s)", [timezone.now(), "a" * 32, user.pk])
    cursor.execute("SELECT id FROM drf_messages_message")
    key = cursor.fetchone()[0]
    cursor.execute("INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('old', %s)", [key])
"""
READ_ROWS = """
import django
django.setup()
from drf_messages.models import Message
for message in Message.objects.order_by("id"):
    print(message.user.username, message.message, message.level, message.session_id, message.session_key,
          [tag.text for tag in message.extra_tags.order_by("id")])
"""
USE_DJANGO = """
import django
django.setup()
from django.contrib.auth.models import User, Permission
from rest_framework.authtoken.models import Token
user, _ = User.objects.get_or_create(username="bob")
Token.objects.create(user=user)
user.user_permissions.add(Permission.objects.get(codename="view_session"))
print(User.objects.get(auth_token=Token.objects.get(user=user)).has_perm("sessions.view_session"))
"""
USE_LOG = """
import django
django.setup()
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
user = User.objects.create_user("carl")
for text in ("a", "b" * 300):
    LogEntry.objects.log_action(user.pk, ContentType.objects.get_for_model(User).pk, user.pk, text, ADDITION, [{"added": {}}])
print(*(len(entry.object_repr) for entry in LogEntry.objects.filter(user=user).order_by("id")))
user.delete()
print(LogEntry.objects.count())
"""
USE_MESSAGES = """
import django
django.setup()
from django.contrib.auth.models import User
from django.utils import timezone
from drf_messages.models import Message
user, _ = User.objects.get_or_create(username="bob")
message = Message.objects.create_user_message(user, "written by Django", 20, extra_tags=["a", "b"])
Message.objects.filter(pk=message.pk).update(read_at=timezone.now())
print(Message.objects.filter(extra_tags__text="b", read_at__isnull=False).count())
"""

arguments = None
server = None
package_python = None


def virtual_environment(cache):
    """Debian's Django with the package on top; None where the index cannot be reached."""
    folder = cache / "drf-messages-1.1.1"
    python = folder / "bin" / "python"
    if not python.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = pathlib.Path(tempfile.mkdtemp(prefix="making-", dir=cache))
        try:
            subprocess.run(["/usr/bin/python3", "-m", "venv", "--system-site-packages", made], check=True, capture_output=True)
            subprocess.run([made / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "1", "--timeout", "15", *PACKAGES],
                           check=True, capture_output=True, timeout=300)
            os.rename(made, folder)
        except (subprocess.SubprocessError, OSError):
            shutil.rmtree(made, ignore_errors=True)
            return None if not python.exists() else python
    return python


class Site:
    """A Django project and our settings, on an empty database of their own."""
    count = 0

    def __init__(self, apps):
        Site.count += 1
        self.python = package_python if "django_filters" in apps else "/usr/bin/python3"
        self.apps = apps
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-migrations-"))
        (self.folder / "site_settings.py").write_text(SETTINGS)
        self.database = self.make_database(f"site_{Site.count}")
        lines = ['SECRET_KEY = "a key for tests only"', 'ALLOWED_HOSTS = ["*"]', "[DATABASES.default]",
                 *(f"{key} = {json.dumps(value)}" for key, value in self.database.items())]
        (self.folder / "settings.toml").write_text("\n".join(lines) + "\n")

    def make_database(self, name):
        if arguments.database == "sqlite":
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.folder / "db.sqlite3")}
        common = {"NAME": name, "USER": "drf", "HOST": "127.0.0.1", "PORT": str(server.port)}
        if arguments.database == "postgresql":
            server.psql(f"CREATE DATABASE {name}")
            return {"ENGINE": "django.db.backends.postgresql", **common}
        server.sql(f"CREATE DATABASE {name}")
        return {"ENGINE": "django.db.backends.mysql", **common, "PASSWORD": "drf"}

    def mount_admin(self):
        with (self.folder / "settings.toml").open("a") as settings:
            settings.write(ADMIN_ROUTE)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def try_django(self, *words):
        path = [str(self.folder)] if "django_filters" in self.apps else [str(self.folder), str(HERE.parent / "e2e" / "django_apps")]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": ":".join(path), "PYTHONDONTWRITEBYTECODE": "1",
                       "PYTHONWARNINGS": "ignore", "PYTHONIOENCODING": "utf-8", "SITE_DATABASE": json.dumps(self.database), "SITE_APPS": self.apps}
        return subprocess.run([str(self.python), *words], env=environment, cwd=self.folder, capture_output=True, text=True, timeout=300, check=False)

    def django(self, *words):
        done = self.try_django(*words)
        if done.returncode != 0:
            raise AssertionError(f"{words[0]} {words[-1][:60]}: {done.stdout}{done.stderr}")
        return done.stdout

    def command(self):
        return [arguments.binary, "migrate", "--settings", str(self.folder / "settings.toml")]

    def run(self, *words):
        return subprocess.run([arguments.binary, *words, "--settings", str(self.folder / "settings.toml")], capture_output=True, text=True,
                              timeout=300, check=False)

    def ours(self, *words):
        done = self.run("migrate", *words)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        return re.findall(r"Applying (\S+?)\.\.\. OK", done.stdout)


class Migrations(unittest.TestCase):
    def site(self, apps=TOKENS):
        site = Site(apps)
        self.addCleanup(site.remove)
        return site

    def site_with_package(self):
        if package_python is None:
            self.skipTest("the drf-messages package cannot be had from the Python package index")
        return self.site(TOKENS + " django_filters drf_messages")

    def site_of(self, apps):
        """A site that Django has migrated; drf_messages among its apps has the tables of the package."""
        site = self.site(apps)
        site.django("-m", "django", "migrate", "--verbosity", "0")
        if "drf_messages" in apps:
            site.django("-m", "django", "migrate", "--run-syncdb", "--verbosity", "0")
            site.django("-c", RECORD_MESSAGES)
        return site

    def assert_django_finds_nothing_to_do(self, site):
        self.assertIn("No migrations to apply", site.django("-m", "django", "migrate"))
        self.assertIn("No changes detected", site.django("-m", "django", "makemigrations", "--check", "--dry-run"))
        self.assertEqual(site.try_django("-m", "django", "migrate", "--check").returncode, 0)

    def test_django_finds_nothing_to_do_after_ours_and_works(self):
        site = self.site()
        self.assertIn("drf_messages_server.0001_indexes", site.ours())
        self.assert_django_finds_nothing_to_do(site)
        self.assertEqual(site.django("-c", USE_DJANGO).strip(), "True")

    def test_django_with_the_package_finds_nothing_to_do_after_ours_and_works(self):
        site = self.site_with_package()
        site.ours()
        self.assert_django_finds_nothing_to_do(site)
        self.assertEqual(site.django("-c", USE_DJANGO).strip(), "True")
        self.assertEqual(site.django("-c", USE_MESSAGES).strip(), "1")

    def test_ours_adds_only_its_indexes_after_djangos(self):
        site = self.site_with_package()
        site.django("-m", "django", "migrate")
        self.assertEqual(site.ours(), ["drf_messages_server.0001_indexes", "drf_messages_server.0002_index_for_prune"])
        self.assertEqual(site.ours(), [])
        self.assert_django_finds_nothing_to_do(site)
        self.assertEqual(site.django("-c", USE_MESSAGES).strip(), "1")

    def test_a_site_of_release_1_1_0_is_upgraded_in_place(self):
        site = self.site_with_package()
        for target in (["auth"], ["authtoken"], ["sessions"], ["drf_messages", "0001"]):
            site.django("-m", "django", "migrate", *target)
        site.django("-c", WRITE_ROWS)
        self.assertEqual(site.ours(), ["drf_messages.0002_message_session_key", "drf_messages_server.0001_indexes",
                                       "drf_messages_server.0002_index_for_prune"])
        self.assert_django_finds_nothing_to_do(site)
        self.assertEqual(site.django("-c", READ_ROWS).strip(), f"ann Grüße 30 {'a' * 32} None ['old']")
        self.assertEqual(site.django("-c", USE_MESSAGES).strip(), "1")

    def test_a_site_without_tokens_gets_no_table_that_django_does_not_know(self):
        site = self.site_of("drf_messages")
        before = site.django("-c", TABLES).split()
        self.assertEqual(site.ours(), ["drf_messages_server.0001_indexes", "drf_messages_server.0002_index_for_prune"])
        self.assertEqual(site.ours(), [])
        self.assertEqual(site.django("-c", TABLES).split(), before)
        self.assertEqual(site.django("-c", FLUSH_AND_DELETE).split(), ["0"] * 4)
        self.assertEqual(site.run("createuser", "bob", "--noinput").returncode, 0)
        refused = site.run("drf_create_token", "bob")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("drf-messages migrate authtoken", refused.stderr)
        self.assertEqual(site.ours("authtoken"), ["authtoken.0001_initial", "authtoken.0002_auto_20160226_1747", "authtoken.0003_tokenproxy"])
        self.assertEqual(site.run("drf_create_token", "bob").returncode, 0)
        self.assertEqual(site.ours(), [])

    def test_the_admins_log_comes_with_its_route_and_is_djangos_own(self):
        site = self.site(TOKENS + " django.contrib.admin")
        self.assertNotIn("admin.0001_initial", site.ours())
        site.mount_admin()
        self.assertIn("drf-messages migrate admin", site.run("check").stdout)
        log = ["admin.0001_initial", "admin.0002_logentry_remove_auto_add", "admin.0003_logentry_add_action_flag_choices"]
        self.assertEqual(site.ours(), log)
        self.assertEqual(site.ours(), [])
        self.assertNotIn("migrate admin", site.run("check").stdout)
        self.assert_django_finds_nothing_to_do(site)
        self.assertEqual(site.django("-c", USE_LOG).split(), ["1", "200", "0"])

    def test_a_site_without_an_admin_gets_its_log_only_by_name(self):
        site = self.site_of("drf_messages")
        site.mount_admin()
        site.ours()
        self.assertNotIn("django_admin_log", site.django("-c", TABLES).split())
        self.assertEqual(len(site.ours("admin")), 3)
        self.assertIn("django_admin_log", site.django("-c", TABLES).split())

    def test_a_user_with_a_token_that_we_made_can_be_deleted_by_a_site_that_has_tokens(self):
        site = self.site_of(TOKENS + " drf_messages")
        site.ours()
        self.assertEqual(site.run("createuser", "bob", "--noinput").returncode, 0)
        self.assertEqual(site.run("drf_create_token", "bob").returncode, 0)
        site.django("-c", "import django; django.setup(); from django.contrib.auth.models import User; User.objects.get(username='bob').delete()")
        self.assertEqual(site.django("-c", FLUSH_AND_DELETE).split(), ["0"] * 4)

    def test_a_site_without_messages_is_left_as_it_is_until_they_are_named(self):
        site = self.site_of(TOKENS)
        before = site.django("-c", TABLES).split()
        for words in ([], ["--plan"]):
            refused = site.run("migrate", *words)
            self.assertEqual(refused.returncode, 1, refused.stdout)
            self.assertIn("INSTALLED_APPS", refused.stderr)
            self.assertIn("drf-messages migrate drf_messages", refused.stderr)
        self.assertEqual(site.django("-c", TABLES).split(), before)
        self.assertIn("drf-messages migrate drf_messages", site.run("check").stderr)
        self.assertEqual(site.ours("drf_messages"), ["drf_messages.0001_initial", "drf_messages.0002_message_session_key"])
        self.assertEqual(site.ours(), ["drf_messages_server.0001_indexes", "drf_messages_server.0002_index_for_prune"])
        self.assertEqual(site.run("check").returncode, 0)

    def test_a_database_of_ours_is_migrated_whole_whatever_else_is_in_it(self):
        site = self.site("")
        site.ours("drf_messages")
        site.django("-c", "import django; django.setup(); from django.db import connection\nwith connection.cursor() as cursor: "
                          "cursor.execute('CREATE TABLE shop_item (id integer PRIMARY KEY)')")
        site.django("-m", "django", "migrate")
        self.assertIn("authtoken.0001_initial", site.ours())

    def killed_again_and_again(self, site):
        """Migrates it at last. How often that was killed before."""
        killed = 0
        for attempt in range(100):
            process = subprocess.Popen(site.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            try:
                # A little later each time: within a millisecond no process starts, let alone ends.
                output, _ = process.communicate(timeout=0.001 * 1.15 ** attempt)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                output, _ = process.communicate()
                killed += 1
            if process.returncode == 0:
                break
            self.assertEqual(process.returncode, -signal.SIGKILL, output)
            time.sleep(0.02)
        self.assertEqual(process.returncode, 0, output)
        return killed

    def test_a_migration_that_is_killed_again_and_again_ends_where_others_end(self):
        # Where this process was kept from killing for as long as the first of them took, that was no test.
        while not self.killed_again_and_again(site := self.site()):
            pass
        self.assert_django_finds_nothing_to_do(site)
        self.assertEqual(site.django("-c", USE_DJANGO).strip(), "True")
        tables = site.django("-c", "import django; django.setup(); from django.db import connection; print(connection.introspection.table_names())")
        self.assertNotIn("drf_messages_server_progress", tables)

    def test_servers_that_start_at_once_migrate_once(self):
        site = self.site()
        started = [subprocess.Popen(site.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(3)]
        outputs = [process.communicate(timeout=600)[0] for process in started]
        self.assertEqual([process.returncode for process in started], [0, 0, 0], outputs)
        applied = [name for output in outputs for name in re.findall(r"Applying (\S+?)\.\.\. OK", output)]
        self.assertEqual(len(applied), len(set(applied)))
        self.assertIn("drf_messages_server.0002_index_for_prune", applied)
        self.assert_django_finds_nothing_to_do(site)


def main():
    global arguments, server, package_python
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql", "mariadb"])
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "drf-messages-migrations")
    arguments, rest = parser.parse_known_args()
    package_python = virtual_environment(arguments.cache.resolve())
    if package_python is None:
        print("SKIPPED: the drf-messages package cannot be had from the Python package index; what needs it is not tested", flush=True)
    with contextlib.ExitStack() as stack:
        if arguments.database != "sqlite":
            server = stack.enter_context(servers.KINDS[arguments.database]())
        return 0 if unittest.main(argv=[sys.argv[0], "-v", *rest], exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
