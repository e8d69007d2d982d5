# SPDX-License-Identifier: MIT
"""The feed of changes beside a real Django: turned on and off from the shell, and whatever Django writes is in it."""
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import unittest

from databases import settings_for, until
from servers import DATABASE, MariaDB, PostgreSQL, program
from site_process import SETTINGS, Site
from test_login import HAVE_DJANGO

HERE = pathlib.Path(__file__).resolve().parent
EXTENSIONS = 'MESSAGES_EXTENSIONS = ["sync"]\n'
CREATED, CHANGED, DELETED = 1, 2, 3
ANN = "User.objects.get(username='ann')"


class SQLiteDatabase:
    """A file of a site's folder."""

    def __init__(self, site):
        self.path = str(site.folder / "db.sqlite3")
        self.django = {"ENGINE": "django.db.backends.sqlite3", "NAME": self.path, "OPTIONS": {"timeout": 30}}

    def rows(self, sql):
        with sqlite3.connect(self.path, timeout=60) as connection:
            return [list(row) for row in connection.execute(sql)]


class ServerDatabase:
    """One of a database server, which a story has for itself."""

    count = 0

    def __init__(self, server):
        ServerDatabase.count += 1
        self.server, self.name = server, f"feed{ServerDatabase.count}"
        self.is_postgresql = isinstance(server, PostgreSQL)
        self.ask(f"CREATE DATABASE {self.name}", "postgres" if self.is_postgresql else "")
        self.url = server.url.rsplit("/", 1)[0] + "/" + self.name
        self.django = {"ENGINE": "django.db.backends." + ("postgresql" if self.is_postgresql else "mysql"), "NAME": self.name, "USER": "drf",
                       "PASSWORD": "drf", "HOST": "127.0.0.1", "PORT": str(server.port)}

    def ask(self, sql, database=None):
        return (self.server.psql if self.is_postgresql else self.server.sql)(sql, database=self.name if database is None else database)

    def rows(self, sql):
        def value(text):
            return None if text in ("", "NULL") else int(text) if re.fullmatch(r"-?\d+", text) else text

        separator = "|" if self.is_postgresql else "\t"
        return [[value(text) for text in line.split(separator)] for line in self.ask(sql).splitlines() if line]


@unittest.skipUnless(HAVE_DJANGO, "SKIPPED, not tested: python3-django and python3-djangorestframework are not installed")
class Feed:
    """The stories, told on each database."""

    def given_site(self, user_model="auth.User", extensions=EXTENSIONS):
        """A site whose tables Django has made."""
        self.site = Site(migrate=False)
        self.addCleanup(self.site.__exit__)
        self.database = self.make_database(self.site)
        settings = SETTINGS if isinstance(self.database, SQLiteDatabase) else settings_for(self.database.url)
        if user_model != "auth.User":
            settings = f'AUTH_USER_MODEL = "{user_model}"\n' + settings + '\n[AUTH_USER]\nUSERNAME_FIELD = "email"\nIS_STAFF = "is_admin"\n'
        # Django's site has no tokens.
        settings = settings.replace('    "rest_framework.authentication.TokenAuthentication",\n', "")
        self.site.settings.write_text(extensions + settings, encoding="utf-8")
        self.user_model = user_model
        self.django("migrate()")
        if user_model == "auth.User":
            self.django("for name in ('ann', 'bob'): User.objects.create_user(name)\n"
                        "User.objects.create_superuser('root', password='secret')")

    def django(self, code):
        """What the code shows."""
        done = subprocess.run([sys.executable, HERE / "feed_django.py", json.dumps(self.database.django), self.user_model], input=code,
                              text=True, capture_output=True, cwd=HERE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout) if done.stdout else None

    def position(self):
        return self.database.rows("SELECT COALESCE(MAX(position), 0) FROM drf_messages_server_feed")[0][0]

    def epoch(self):
        return self.database.rows("SELECT epoch FROM drf_messages_server_info")[0][0]

    def told(self, code):
        """What the code shows, and the feed's last word about each message that it wrote: {(user, message): kind}."""
        before = self.position()
        shown = self.django(code)
        empty = "SELECT COUNT(*) FROM drf_messages_server_change"
        self.assertTrue(until(lambda: self.database.rows(empty) == [[0]]), "the server gives no positions")
        rows = self.database.rows(f"SELECT user_id, message_id, kind FROM drf_messages_server_feed WHERE position > {before} ORDER BY position")
        last = {}
        for user, message, kind in rows:
            # A new message that is then changed is new to whoever did not know it.
            last[user, message] = CREATED if kind == CHANGED and last.get((user, message)) == CREATED else kind
        return shown, last

    def test_the_commands_from_the_outside(self):
        self.given_site()
        site = self.site
        words = "MESSAGES_EXTENSIONS has sync, which needs the feed of changes, but database .* has none; turn it on with: drf-messages live on --settings "
        for command in (["serve", "--bind", "127.0.0.1:0"], ["check"]):
            done = site.run(*command)
            self.assertEqual(done.returncode, 1)
            # the log may have warned before, of how many streams there can be
            self.assertRegex(done.stderr.splitlines()[-1], rf"\Adrf-messages: {words}\S+\Z")
        status = site.run("live", "status")
        self.assertEqual(status.returncode, 1)
        self.assertRegex(status.stdout, r"\AThe feed is off\.\nMESSAGES_EXTENSIONS has sync, which needs it; turn it on with: drf-messages live on")
        site.manage("migrate")
        self.assertEqual(self.database.rows(self.all_names), [], "beside Django nothing is made unasked")

        self.assertEqual(site.manage("live", "on"), "The feed is on.\n")
        self.assertEqual(site.manage("live", "on"), "The feed is on already.\n")
        self.assertRegex(site.manage("live"), r"\AThe feed is on\.\nepoch +\w{10}\nposition +0\nwaiting +no changes\nkept +no changes.*\n"
                                              r"(followed +by no server\n)?\Z")
        self.assertEqual(site.manage("check"), "Settings and database are in order.\n")
        first = self.epoch()
        site.manage("live", "reset")
        self.assertNotEqual(self.epoch(), first)
        site.serve()
        self.assertTrue(until(lambda: "by no server" not in site.manage("live", "status")), "no server follows the feed")
        self.assertEqual(site.stop(), 0)

        trigger = "drf_messages_server_message_deleted"
        self.drop_trigger(trigger)
        for command in (["serve"], ["check"], ["live", "status"]):
            done = site.run(*command)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"lacks {trigger}", done.stdout + done.stderr)
        self.assertEqual(site.manage("live", "on"), "The feed is on.\n")

        self.assertRegex(site.manage("live", "off"), r"\AThe feed is off: its triggers and tables are gone\.\nMESSAGES_EXTENSIONS still needs it: ")
        self.assertEqual(self.database.rows(self.all_names), [])
        self.assertRegex(site.manage("live", "off"), r"\AThe feed is off already\.\n")
        self.assertEqual(site.run("live", "reset").returncode, 1)
        self.assertEqual(site.run("live", "status", "--sql").returncode, 1)
        self.assertEqual(site.run("live", "up").returncode, 2)

    def test_conditional_works_without_the_feed_and_follows_it(self):
        self.given_site(extensions='MESSAGES_EXTENSIONS = ["conditional"]\n')
        site = self.site
        lacking = "MESSAGES_EXTENSIONS has conditional, which needs {}; turn it on with: drf-messages live on --settings "
        site.serve()
        self.assertRegex(site.manage("check"), "Warning: no answer has an ETag; " + lacking.format("the feed of changes, but database .* has none"))
        self.assertIn("The feed is off.\n" + lacking.format("it"), site.manage("live", "status"))
        self.assertEqual(site.manage("live", "on"), "The feed is on.\n")
        self.assertEqual(site.manage("check"), "Settings and database are in order.\n")
        message, _ = self.told(f"show(Message.objects.create(user={ANN}, message='one', level=20).pk)")
        self.told(f"Message.objects.get(pk={message}).extra_tags.create(text='late')")

    def test_whatever_django_writes(self):
        self.given_site()
        self.site.manage("live", "on")
        self.site.serve()
        users = dict(self.database.rows("SELECT username, id FROM auth_user"))
        ann, bob = users["ann"], users["bob"]

        one, said = self.told(f"show(Message.objects.create(user={ANN}, message='one', level=20).pk)")
        self.assertEqual(said, {(ann, one): CREATED})
        self.assertEqual(one, self.database.rows("SELECT MAX(id) FROM drf_messages_message")[0][0], "its id is its own")
        two, said = self.told(f"""m = Message.objects.create(user={ANN}, message='two', level=20)
m.extra_tags.create(text='a')
MessageTag.objects.bulk_create([MessageTag(message=m, text=text) for text in 'bc'])
show(m.pk)""")
        self.assertEqual(said, {(ann, two): CREATED})

        _, said = self.told("from django.utils import timezone\n"
                            f"m = Message.objects.get(pk={one}); m.read_at = timezone.now(); m.save(update_fields=['read_at'])")
        self.assertEqual(said, {(ann, one): CHANGED})
        _, said = self.told("Message.objects.update(read_at=None)")
        self.assertEqual(said, {(ann, one): CHANGED, (ann, two): CHANGED})
        _, said = self.told(f"Message.objects.get(pk={one}).extra_tags.create(text='late')")
        self.assertEqual(said, {(ann, one): CHANGED})
        _, said = self.told(f"MessageTag.objects.filter(message={one}).update(text='later')")
        self.assertEqual(said, {(ann, one): CHANGED})
        _, said = self.told(f"MessageTag.objects.filter(message={one}).delete()")
        self.assertEqual(said, {(ann, one): CHANGED})
        _, said = self.told(f"m = Message.objects.get(pk={one}); m.user = User.objects.get(username='bob'); m.save()")
        self.assertEqual(said, {(ann, one): DELETED, (bob, one): CREATED})

        many, said = self.told(f"""Message.objects.bulk_create([Message(user={ANN}, message=str(n), level=20) for n in range(300)])
show(list(Message.objects.filter(message__regex=r'^\\d+$').values_list('pk', flat=True)))""")
        self.assertEqual(said, {(ann, pk): CREATED for pk in many})
        _, said = self.told("""some = list(Message.objects.filter(message__regex=r'^\\d+$').order_by('pk')[:3])
for m in some: m.level = 30
Message.objects.bulk_update(some, ['level'])""")
        self.assertEqual(said, {(ann, pk): CHANGED for pk in sorted(many)[:3]})
        _, said = self.told(f"""try:
    with transaction.atomic():
        Message.objects.create(user={ANN}, message='never', level=20)
        Message.objects.all().delete()
        raise KeyError
except KeyError: pass""")
        self.assertEqual(said, {})
        _, said = self.told(f"connection.cursor().execute('UPDATE drf_messages_message SET level = 40 WHERE id = {two}')")
        self.assertEqual(said, {(ann, two): CHANGED})

        _, said = self.told(f"Message.objects.get(pk={two}).delete()")
        self.assertEqual(said, {(ann, two): DELETED})
        _, said = self.told(f"Message.objects.get(pk={one}).extra_tags.create(text='x'); Message.objects.filter(pk={one}).delete()")
        self.assertEqual(said, {(bob, one): DELETED})
        _, said = self.told(f"""from django.test import Client
client = Client(); client.force_login(User.objects.get(username='root'))
answer = client.post('/admin/drf_messages/message/', {{'action': 'delete_selected', '_selected_action': {many[:2]}, 'post': 'yes'}})
assert answer.status_code == 302, answer.content""")
        self.assertEqual(said, {(ann, pk): DELETED for pk in many[:2]})
        three, said = self.told(f"""from django.contrib.sessions.models import Session
from django.utils import timezone
session = Session.objects.create(session_key='k' * 32, session_data='', expire_date=timezone.now())
show(Message.objects.create(user={ANN}, session=session, session_key='k' * 32, message='three', level=20).pk)
session.delete()""")
        self.assertEqual(said, {(ann, three): DELETED})
        fixture = self.site.folder / "messages.json"
        fixture.write_text(json.dumps([{"model": "drf_messages.message", "pk": 5000, "fields": {
            "user": bob, "message": "loaded", "level": 20, "created": "2024-01-01T00:00:00Z"}},
            {"model": "drf_messages.messagetag", "pk": 5000, "fields": {"message": 5000, "text": "a"}}]), encoding="utf-8")
        _, said = self.told(f"call_command('loaddata', {str(fixture)!r}, verbosity=0)")
        self.assertEqual(said, {(bob, 5000): CREATED})
        _, said = self.told(f"{ANN}.delete()")
        # Of very many deletions one row says that there were many.
        self.assertEqual(set(said.values()), {DELETED} if isinstance(self.database, SQLiteDatabase) else {CHANGED})
        self.assertEqual({user for user, _ in said}, {ann})

        before = self.epoch(), self.position()
        self.django("call_command('flush', interactive=False, verbosity=0)")
        # SQLite deletes row by row.
        self.assertTrue(until(lambda: self.epoch() != before[0] or self.position() > before[1]), "nobody noticed")
        self.assertEqual(self.site.stop(), 0)

    def test_users_with_other_keys(self):
        self.given_site("people.Person")
        self.site.manage("live", "on")
        self.site.serve()
        (user, message), said = self.told("""
user = User.objects.create_user('ann@example.com', 'secret')
show([str(user.pk), Message.objects.create(user=user, message='one', level=20).pk])""")
        self.assertEqual({(str(key).replace("-", ""), pk): kind for (key, pk), kind in said.items()}, {(user.replace("-", ""), message): CREATED})
        self.assertEqual(self.site.stop(), 0)


class FeedOnSQLite(Feed, unittest.TestCase):
    all_names = "SELECT name FROM sqlite_master WHERE name LIKE 'drf_messages_server_%' AND tbl_name <> 'drf_messages_message' OR type = 'trigger'"

    def make_database(self, site):
        return SQLiteDatabase(site)

    def drop_trigger(self, name):
        self.database.rows(f"DROP TRIGGER {name}")

    def test_a_migration_that_rebuilds_the_table(self):
        self.given_site()
        self.site.manage("live", "on")
        rebuild = """from django.db import models
old = Message._meta.get_field('view')
new = models.CharField(max_length={}, default='', blank=True)
new.set_attributes_from_name('view')
with connection.schema_editor() as editor:
    editor.alter_field(Message, old, new)"""
        self.django(f"Message.objects.create(user={ANN}, message='one', level=20).extra_tags.create(text='a')")
        self.django(rebuild.format(100))
        self.assertIn("lacks drf_messages_server_message_created", self.site.run("check").stderr)
        self.site.manage("live", "on")
        self.site.serve()
        first = self.epoch()
        self.django(rebuild.format(200))
        self.assertTrue(until(lambda: self.epoch() != first), "the server made no triggers")
        two, said = self.told(f"show(Message.objects.create(user={ANN}, message='two', level=20).pk)")
        self.assertEqual(list(said.values()), [CREATED], (two, said))
        self.assertEqual(self.site.stop(), 0)

    def test_a_database_that_may_only_be_read(self):
        self.given_site()
        settings = self.site.settings.read_text(encoding="utf-8")
        self.site.settings.write_text(settings.replace('NAME = "db.sqlite3"', 'NAME = "file:db.sqlite3?mode=ro"'), encoding="utf-8")
        done = self.site.run("live", "on")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        self.assertIn("mode=ro", done.stderr)


class OnServer:
    kind, all_names = None, None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.kind()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def make_database(self, _site):
        return ServerDatabase(self.server)

    def as_account(self, name):
        settings = self.site.settings.read_text(encoding="utf-8")
        self.site.settings.write_text(re.sub(r'USER = "\w+"', f'USER = "{name}"', settings), encoding="utf-8")


class FeedOnPostgreSQL(OnServer, Feed, unittest.TestCase):
    kind = PostgreSQL
    all_names = ("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'drf_messages_server%'"
                 " AND relname NOT LIKE 'drf_messages_server_message%' UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE 'drf_messages%'"
                 " UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE 'drf_messages%'")

    def drop_trigger(self, name):
        self.database.ask(f"DROP TRIGGER {name} ON drf_messages_message")

    def test_a_role_that_may_not_make_triggers(self):
        self.given_site()
        for role in ("server", "site"):
            self.database.ask(f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES"
                              f" IN SCHEMA public TO {role}; GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        self.as_account("server")
        done = self.site.run("live", "on")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Adrf-messages: .*denied.*; let an administrator run what `drf-messages live on --sql --settings \S+` prints\n\Z")
        self.assertEqual(self.database.rows(self.all_names), [])
        self.database.ask(self.site.manage("live", "on", "--sql"))
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")
        self.site.serve()
        self.database.django["USER"] = "site"
        one, said = self.told(f"show(Message.objects.create(user={ANN}, message='one', level=20).pk)")
        self.assertEqual(list(said.values()), [CREATED], (one, said))
        self.assertEqual(self.site.stop(), 0)
        self.database.ask("REVOKE DELETE ON drf_messages_server_change FROM server")
        done = self.site.run("serve")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"may not delete from drf_messages_server_change; mend it with: GRANT [A-Z, ]+ ON drf_messages_server_change TO server")
        self.database.ask(self.site.manage("live", "off", "--sql"))
        self.assertEqual(self.database.rows(self.all_names), [])

    def test_tables_in_a_schema_of_their_own(self):
        self.given_site()
        self.database.ask('CREATE SCHEMA "Site"; ' + " ".join(
            f'ALTER TABLE {name} SET SCHEMA "Site";' for name, in self.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            + f' ALTER DATABASE {self.database.name} SET search_path = "Site", public')
        self.site.manage("live", "on")
        names = self.database.rows("SELECT relname FROM pg_class WHERE relnamespace = '\"Site\"'::regnamespace AND relname = 'drf_messages_server_feed'")
        self.assertEqual(names, [["drf_messages_server_feed"]])
        self.site.serve()
        # Whatever search path the writer has.
        _, said = self.told("""connection.cursor().execute('''SET search_path = pg_temp; INSERT INTO "Site".drf_messages_message
            (user_id, message, level, view, created) SELECT id, 'one', 20, '', now() FROM "Site".auth_user WHERE username = 'ann' ''')""")
        self.assertEqual(list(said.values()), [CREATED])
        self.assertEqual(self.site.stop(), 0)


class FeedOnMariaDB(OnServer, Feed, unittest.TestCase):
    kind = MariaDB
    all_names = ("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'drf_messages_server%'"
                 " UNION ALL SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()")

    def drop_trigger(self, name):
        self.database.ask(f"DROP TRIGGER {name}")

    def run_script(self, script):
        """As an administrator runs it, by the client program."""
        done = subprocess.run([program("mariadb"), "--no-defaults", f"--socket={self.server.folder}/socket", "-u", "root", self.database.name],
                              input=script, text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + script)

    def test_an_account_that_may_not_make_triggers(self):
        self.given_site()
        self.database.ask("CREATE USER server@'127.0.0.1' IDENTIFIED BY 'drf'; "
                          f"GRANT SELECT, INSERT, UPDATE, DELETE ON {self.database.name}.* TO server@'127.0.0.1'")
        self.addCleanup(self.database.ask, "DROP USER server@'127.0.0.1'")
        self.as_account("server")
        done = self.site.run("live", "on")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Adrf-messages: .*; let an administrator run what `drf-messages live on --sql --settings \S+` prints\n\Z")
        for _ in range(2):
            self.run_script(self.site.manage("live", "on", "--sql"))
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")
        self.site.serve()
        one, said = self.told(f"show(Message.objects.create(user={ANN}, message='one', level=20).pk)")
        self.assertEqual(list(said.values()), [CREATED], (one, said))
        self.assertEqual(self.site.stop(), 0)
        script = self.site.manage("live", "on", "--sql")
        self.run_script(self.site.manage("live", "off", "--sql"))
        self.assertEqual(self.database.rows(self.all_names), [])
        # Triggers of another account, which this one does not see.
        self.database.ask(f"REVOKE TRIGGER ON {self.database.name}.drf_messages_message FROM server@'127.0.0.1'; "
                          f"REVOKE TRIGGER ON {self.database.name}.drf_messages_messagetag FROM server@'127.0.0.1'")
        self.run_script(script.replace("DEFINER='server'@'127.0.0.1' ", "").replace("SELECT, TRIGGER", "SELECT"))
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")
        self.django(f"Message.objects.create(user={ANN}, message='two', level=20)")


@unittest.skipUnless(HAVE_DJANGO, "SKIPPED, not tested: python3-django and python3-djangorestframework are not installed")
class FeedOnMariaDBWithABinaryLog(unittest.TestCase):
    def test_only_an_administrator_makes_triggers(self):
        with MariaDB("--log-bin", "--server-id=1") as server, Site(EXTENSIONS + settings_for(server.url), migrate=False) as site:
            self.tell(server, site)

    def tell(self, server, site):
        server.sql(f"CREATE USER server@'127.0.0.1' IDENTIFIED BY 'drf'; GRANT ALL ON {DATABASE}.* TO server@'127.0.0.1'")
        site.settings.write_text(re.sub(r'USER = "\w+"', 'USER = "server"', site.settings.read_text(encoding="utf-8")), encoding="utf-8")
        done = site.run("migrate")
        self.assertEqual(done.returncode, 1, done.stdout)
        done = site.run("live", "on")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the server has a binary log, and so lets only administrators make triggers: let one run what `drf-messages live on --sql", done.stderr)
        server.sql("SET GLOBAL log_bin_trust_function_creators = 1")
        self.assertEqual(site.manage("live", "on"), "The feed is on.\n")
        self.assertIn("No migrations to apply", site.manage("migrate"))
        self.assertEqual(site.manage("check"), "Settings and database are in order.\n")


if __name__ == "__main__":
    unittest.main()
