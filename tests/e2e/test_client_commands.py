# SPDX-License-Identifier: MIT
"""What `backup` and `restore` print for a database on a server, run against real servers."""
import os
import pathlib
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from databases import settings_for  # noqa: E402
from servers import DATABASE, MariaDB, PostgreSQL, program  # noqa: E402
from site_process import PATIENCE, Site  # noqa: E402

EXTENSIONS = 'MESSAGES_EXTENSIONS = ["sync"]\n'
PASSWORD = "a-password-of-the-database"
FEED = ["drf_messages_server_change", "drf_messages_server_feed"]
MESSAGES = ["drf_messages_message", "drf_messages_messagetag", *FEED]
OWN = [*MESSAGES, "auth_user", "auth_group", "auth_permission", "django_content_type", "django_session", "authtoken_token", "django_migrations"]


class Postgres:
    """How the test talks to PostgreSQL as the administrator."""

    def __init__(self, server):
        self.server = server
        server.psql(f"ALTER ROLE drf PASSWORD '{PASSWORD}'")

    def sql(self, text):
        return self.server.psql(text)

    def empty(self):
        self.server.psql(f"DROP DATABASE {DATABASE}", database="postgres")
        self.server.psql(f"CREATE DATABASE {DATABASE}", database="postgres")

    url = property(lambda self: self.server.url.replace("drf@", f"drf:{PASSWORD}@"))
    environment = {"PGPASSWORD": PASSWORD}


class Maria:
    def __init__(self, server):
        self.server = server
        server.sql("".join(f"SET PASSWORD FOR drf@'{host}' = PASSWORD('{PASSWORD}');" for host in ("127.0.0.1", "localhost")))

    def sql(self, text):
        return self.server.sql(text)

    def empty(self):
        self.server.sql(f"DROP DATABASE {DATABASE}; CREATE DATABASE {DATABASE}", database="")

    url = property(lambda self: self.server.url.replace("drf:drf@", f"drf:{PASSWORD}@"))
    environment = {"MYSQL_PWD": PASSWORD}


SERVERS = {"PostgreSQL": (PostgreSQL, Postgres), "MariaDB": (MariaDB, Maria)}


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.databases = {name: client(cls.enterClassContext(kind())) for name, (kind, client) in SERVERS.items()}

    def each_database(self):
        """One after the other, empty."""
        for name, database in self.databases.items():
            with self.subTest(name):
                database.empty()
                yield database

    def given_site(self, database, more=""):
        site = Site(more + EXTENSIONS + settings_for(database.url), migrate=False)
        self.addCleanup(site.__exit__)
        return site

    @staticmethod
    def shell(site, database, script):
        """What becomes of the lines that a command has printed."""
        path = f"{pathlib.Path(site.binary).parent}:{os.environ['PATH']}"
        for tool in ("pg_dump", "mariadb-dump"):
            path = f"{pathlib.Path(program(tool, f'/usr/lib/postgresql/*/bin/{tool}')).parent}:{path}"
        return subprocess.run(["sh"], input=script, text=True, capture_output=True, cwd=site.folder, timeout=PATIENCE, check=False,
                              env={**site.environment, "PATH": path, **database.environment})

    def run_printed(self, site, database, *arguments):
        script = site.manage(*arguments)
        self.assertNotIn(PASSWORD, script)
        done = self.shell(site, database, script)
        self.assertEqual(done.returncode, 0, script + done.stdout + done.stderr)
        return script

    @staticmethod
    def rows(database, tables):
        return {table: sorted(database.sql(f"SELECT * FROM {table}").splitlines()) for table in tables}

    def epoch(self, database):
        return database.sql("SELECT epoch FROM drf_messages_server_info").strip()

    def test_put_back_what_was_there(self):
        for database in self.each_database():
            site = self.given_site(database)
            site.manage("migrate")
            token = site.user("ann")
            site.manage("send", "--to", "ann", "--tag", "one", "an old message, with 'quotes' and \u00fcml\u00e4uts \U0001f525")
            self.run_printed(site, database, "backup", "--print", "copy of it")
            self.assertEqual(stat.S_IMODE(os.stat(site.folder / "copy of it").st_mode), 0o600)
            before, epoch = self.rows(database, OWN), self.epoch(database)
            # never over a file that is there
            script = site.manage("backup", "--print", "copy of it")
            size = os.path.getsize(site.folder / "copy of it")
            self.assertNotEqual(self.shell(site, database, script).returncode, 0)
            self.assertEqual(os.path.getsize(site.folder / "copy of it"), size)

            site.manage("send", "--to", "ann", "a new message")
            database.sql("DELETE FROM drf_messages_messagetag")
            self.run_printed(site, database, "restore", "--print", "copy of it")
            self.check(site, database, token, before, epoch)
            database.empty()
            self.run_printed(site, database, "restore", "--print", "copy of it")
            self.check(site, database, token, before, epoch)

    def check(self, site, database, token, before, epoch):
        self.assertEqual(self.rows(database, OWN), before)
        self.assertNotEqual(self.epoch(database), epoch)
        self.assertIn("The feed is on.", site.manage("live", "status"))
        self.assertIn("No migrations to apply", site.manage("migrate"))
        site.serve()
        client = site.client(token)
        self.assertEqual([message["extra_tags"] for message in client.get("/messages/")], [["one"]])
        client.close()
        self.assertEqual(site.stop(), 0)
        database.sql("UPDATE drf_messages_message SET read_at = NULL")  # as it was

    def test_of_a_part_of_a_dump_change_nothing(self):
        for database in self.each_database():
            site = self.given_site(database)
            site.manage("migrate")
            site.user("ann")
            self.run_printed(site, database, "backup", "--print", "copy")
            content = (site.folder / "copy").read_bytes()
            (site.folder / "copy").write_bytes(content[:len(content) // 2])
            before = self.rows(database, OWN)
            done = self.shell(site, database, site.manage("restore", "--print", "copy"))
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(self.rows(database, OWN), before)

    def test_beside_django_are_about_the_tables_of_messages_alone(self):
        for database in self.each_database():
            self.given_site(database).manage("migrate")
            # as Django's record of a site of its own has it
            database.sql("DELETE FROM django_migrations WHERE app = 'drf_messages_database'")
            database.sql("UPDATE django_migrations SET id = id + 1000")
            database.sql("INSERT INTO django_migrations (id, app, name, applied) VALUES (1, 'site', '0001_initial', '2026-01-01')")
            site = self.given_site(database, 'INSTALLED_APPS = ["django.contrib.auth", "drf_messages", "site"]\n')
            site.manage("createuser", "bob", "--noinput")
            site.manage("send", "--to", "bob", "an old message")
            script = self.run_printed(site, database, "backup", "--print", "copy")
            self.assertIn("# The database is a Django site's. Its own backup is better", script)
            self.assertNotIn("auth_user", script)
            before = self.rows(database, MESSAGES)
            site.manage("send", "--to", "bob", "a new message")
            database.sql("UPDATE auth_user SET last_login = '2026-01-01'")
            users = self.rows(database, ["auth_user"])
            script = site.manage("restore", "--print", "copy")
            self.assertIn("&&\npython manage.py migrate &&\ndrf-messages live on", script)
            done = self.shell(site, database, script.replace("python manage.py migrate", "true"))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(self.rows(database, MESSAGES), before)
            self.assertEqual(self.rows(database, ["auth_user"]), users)

    def test_are_no_backup_by_themselves(self):
        for database in self.each_database():
            site = self.given_site(database)
            site.manage("migrate")
            for command, done in (("backup", "copied"), ("restore", "restored")):
                said = site.run(command, "copy")
                self.assertEqual((said.returncode, said.stdout), (1, site.manage(command, "--print", "copy")))
                self.assertRegex(said.stderr, rf"\Adrf-messages: nothing was {done}: [^\n]*\n\Z")
            self.assertIn("name the file", site.run("restore", "--print", "-").stderr)
            self.assertNotIn(">", site.manage("backup", "--print", "-").splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
