# SPDX-License-Identifier: MIT
"""A database that may only be read, and accounts that lack privileges: `check`, the log and /readyz name it, and what they say mends it."""
import collections
import re
import subprocess
import threading
import unittest

from databases import settings_for, until
from servers import MariaDB, PostgreSQL, Standby, program
from site_process import Site
from users import PROXY, SERVER, UsersSite, needs_root

MEND = "; mend it with: "


def remedies(text):
    """The commands or statements that a command or a log says mend what it has found."""
    return [line.split(MEND, 1)[1] for line in text.splitlines() if MEND in line]


class Rights:
    def check(self, site, words):
        """`check` fails, and says the words; what it says to do."""
        done = site.run("check")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, words)
        return remedies(done.stderr)

    def assert_not_ready(self, client, reason, hidden):
        # what was found a tenth of a second ago is still said
        self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 503))
        status, body = client.request("GET", "/readyz")
        self.assertEqual(status, 503)
        self.assertRegex(body.decode(), reason)
        for word in (MEND, *hidden):
            self.assertNotIn(word.encode(), body)

    def assert_ready_by_itself(self, site, client):
        self.assertTrue(until(lambda: client.request("GET", "/readyz") == (200, b"ok\n")), client.request("GET", "/readyz"))
        self.assertEqual(len(client.get("/messages/?unread=true")), 1)
        self.assertEqual(site.manage("check"), "Settings and database are in order.\n")


@needs_root
class FileRights(Rights, unittest.TestCase):
    def test_a_file_that_may_not_be_written_is_named_until_it_may(self):
        user = "this user " + re.escape(f"({SERVER})")
        ways = (
            ("as after `sudo drf-messages migrate`", "chown root:root db.sqlite3", f"db.sqlite3 may not be written by {user}", "may not write its file"),
            ("by its mode", "chmod 444 db.sqlite3", f"db.sqlite3 may not be written by {user}", "may not write its file"),
            ("its folder", "chown root:root .", f"may not be written by {user}, and SQLite has its log there", "may make no file in its folder"),
            ("by its folder's mode", "chmod 555 .", f"may not be written by {user}, and SQLite has its log there", "may make no file in its folder"),
            ("the log", "touch db.sqlite3-wal && chmod 600 db.sqlite3-wal", f"db.sqlite3-wal, the database's log, may not be written by {user}", "may not write its log"),
        )
        for name, way, words, reason in ways:
            with self.subTest(name), UsersSite() as site:
                token = site.user("ann")
                site.manage("send", "--to", "ann", "hello")
                subprocess.run(way, shell=True, cwd=site.folder, check=True)
                commands = self.check(site, words)
                self.assertEqual(len(commands), 1)
                site.serve()
                client = site.client(token)
                self.assert_not_ready(client, "^the database may only be read: the server's user " + reason, (str(site.folder), SERVER))
                self.assertEqual([client.request("GET", "/messages/")[0] for _ in range(2)], [503, 503])
                self.assertTrue(site.lines("warning", commands[0]), site.output)
                # what it says to do, done by root
                subprocess.run(commands[0].replace("sudo ", ""), shell=True, cwd="/", check=True)
                self.assert_ready_by_itself(site, client)
                client.close()

    def test_a_file_of_another_program_is_not_taken_from_its_user(self):
        with UsersSite() as site:
            subprocess.run(["chown", PROXY, "db.sqlite3"], cwd=site.folder, check=True)
            remedy, = self.check(site, "db.sqlite3 may not be written by this user")
            self.assertRegex(remedy, rf"^User={PROXY} in the systemd unit or, if no other program writes it, sudo chown {SERVER} ")

    def test_a_file_that_django_writes_too_is_given_to_nobody_else(self):
        for owner in (PROXY, "root"):
            with self.subTest(owner), UsersSite() as site:
                text = site.settings.read_text(encoding="utf-8")
                site.settings.write_text('INSTALLED_APPS = ["drf_messages", "shop"]\n' + text, encoding="utf-8")
                subprocess.run(["chown", owner, "db.sqlite3"], cwd=site.folder, check=True)
                remedy, = self.check(site, "db.sqlite3 may not be written by this user")
                self.assertRegex(remedy, rf"^User={owner} in the systemd unit, so that the server runs as its owner, or a group of both users ")
                self.assertNotIn("chown", remedy)

    def test_a_folder_that_may_not_be_entered_is_not_taken_for_an_empty_one(self):
        with UsersSite() as site:
            site.folder.chmod(0o711)
            closed = site.folder / "closed"
            closed.mkdir(mode=0o700)
            (site.folder / "db.sqlite3").rename(closed / "db.sqlite3")
            site.settings.write_text(site.settings.read_text(encoding="utf-8").replace("db.sqlite3", "closed/db.sqlite3"), encoding="utf-8")
            for command in ("check", "serve", "list ann"):
                done = site.run(*command.split())
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, r"closed/db\.sqlite3: Permission denied\n\Z")

    def test_a_name_that_asks_for_reading_only_is_told_so(self):
        with UsersSite() as site:
            site.user("ann")
            text = site.settings.read_text(encoding="utf-8")
            for query in ("mode=ro", "immutable=1", "immutable=yes&mode=rwc"):
                site.settings.write_text(text.replace('"db.sqlite3"', f'"file:db.sqlite3?{query}"'), encoding="utf-8")
                self.check(site, "may only be read, since its name says mode=ro or immutable=1")


class ServerRights(Rights):
    """For one kind of database server; its site was migrated by the administrator."""

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.make())
        cls.site = cls.enterClassContext(Site(settings_for(cls.database.url)))
        cls.token = cls.site.user("ann")
        cls.site.manage("send", "--to", "ann", "hello")

    def setUp(self):
        self.make_account()
        self.admin("DELETE FROM drf_messages_messagetag; DELETE FROM drf_messages_message WHERE id > 1; UPDATE drf_messages_message SET read_at = NULL")
        self.site.settings.write_text(settings_for(self.url_of_case()), encoding="utf-8")

    def url_of_case(self):
        return re.sub(r"//[^@]*@", "//case6:pw@", self.database.url)

    def serve(self):
        self.stop()  # the server that a subtest that failed has left
        self.site.serve()
        self.addCleanup(self.stop)
        client = self.site.client(self.token)
        self.addCleanup(client.close)
        return client

    def stop(self):
        if self.site.process is not None and self.site.process.poll() is None:
            self.site.stop()

    def assert_mended_by(self, statements, client):
        for statement in statements:
            self.admin(statement)
        self.assert_ready_by_itself(self.site, client)

    def test_fewer_connections_than_the_server_would_use_make_no_request_fail(self):
        self.grant_everything()
        for most in (1, 2, 3, 6):
            with self.subTest(most):
                self.limit_connections(most)
                client = self.serve()
                statuses = []

                def ask():
                    one = self.site.client(self.token)
                    for _ in range(5):
                        statuses.extend(one.request("GET", path)[0] for path in ("/messages/", "/messages/peek/", "/messages/?unread=true"))
                    one.close()

                threads = [threading.Thread(target=ask) for _ in range(20)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                self.assertEqual(collections.Counter(statuses), {200: 300})
                self.assertTrue(until(lambda: client.request("GET", "/readyz") == (200, b"ok\n")))
                self.stop()

    def assert_read_only(self, words, reason):
        """Named by `check` and /readyz; lists fail; and what `check` says ends it, for a server that runs."""
        statements = self.check(self.site, words)
        client = self.serve()
        self.assert_not_ready(client, reason, ("case6", self.database.address))
        self.assertEqual(client.request("GET", "/messages/")[0], 503)
        self.assertTrue(self.site.lines("warning", statements[0]), self.site.output)
        self.assert_mended_by(statements, client)


class PostgreSQLRights(ServerRights, unittest.TestCase):
    make = PostgreSQL

    def admin(self, sql):
        return self.database.psql(sql)

    def make_account(self):
        self.admin("DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'case6') THEN DROP OWNED BY case6; DROP ROLE case6; END IF; END $$;"
                   "CREATE ROLE case6 LOGIN; GRANT USAGE ON SCHEMA public TO public")

    def grant_all(self):
        self.admin("GRANT ALL ON ALL TABLES IN SCHEMA public TO case6; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO case6")

    grant_everything = grant_all

    def limit_connections(self, most):
        self.admin(f"ALTER ROLE case6 CONNECTION LIMIT {most}")

    def test_a_role_without_privileges_is_told_which(self):
        statements = self.check(self.site, r"role case6 may not read .*drf_messages_message")
        self.assertIn("GRANT SELECT, INSERT, UPDATE, DELETE ON", statements[0])
        self.assertIn("GRANT USAGE ON SEQUENCE drf_messages_message_id_seq, drf_messages_messagetag_id_seq TO case6", statements[0])
        for command in (["migrate"], ["migrate", "--plan"], ["serve", "--bind", "127.0.0.1:0"], ["list", "ann"]):
            done = self.site.run(*command)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"\Adrf-messages: role case6 may not read [^\n]*GRANT [^\n]*\n\Z")
        self.admin(statements[0])
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")

    def test_tables_that_were_made_after_the_grant_are_named(self):
        self.grant_all()
        self.admin("REVOKE ALL ON drf_messages_message, drf_messages_messagetag FROM case6;"
                   "REVOKE ALL ON SEQUENCE drf_messages_message_id_seq FROM case6")
        statements = self.check(self.site, r"role case6 may not read drf_messages_message, drf_messages_messagetag; and not take numbers")
        client = self.serve()
        self.assert_not_ready(client, r"^its account may not read drf_messages_message, drf_messages_messagetag\n", ("case6", "GRANT"))
        self.assertEqual(client.request("GET", "/messages/")[0], 503)
        self.assert_mended_by(statements, client)
        self.site.manage("send", "--to", "ann", "--tag", "x", "again")

    def test_reading_alone_is_not_enough(self):
        self.grant_all()
        self.admin("REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM case6")
        statements = self.check(self.site, r"role case6 may not insert into, update, delete from .*drf_messages_message")
        client = self.serve()
        self.assert_not_ready(client, "^its account may not update drf_messages_message\n", ("case6", "GRANT"))
        self.assertEqual(client.request("GET", "/messages/")[0], 503)
        self.assert_mended_by(statements, client)

    def test_privileges_on_columns_are_enough_and_are_looked_at(self):
        self.grant_all()
        self.admin("REVOKE UPDATE ON drf_messages_message FROM case6; GRANT UPDATE (view) ON drf_messages_message TO case6")
        self.check(self.site, "role case6 may not update drf_messages_message")
        self.admin("GRANT UPDATE (read_at) ON drf_messages_message TO case6")
        self.assert_ready_by_itself(self.site, self.serve())
        self.admin("REVOKE SELECT ON auth_user FROM case6; GRANT SELECT (id, username) ON auth_user TO case6")
        self.check(self.site, "role case6 may not read auth_user")

    def test_a_schema_that_is_closed_is_named(self):
        self.grant_all()
        self.admin("REVOKE USAGE ON SCHEMA public FROM public")
        statements = self.check(self.site, "role case6 may not use the schema public")
        self.assertEqual(statements, ["GRANT USAGE ON SCHEMA public TO case6"])
        self.assertRegex(self.site.run("migrate").stderr, "may not use the schema public")
        self.admin(statements[0])
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")

    def test_a_closed_schema_is_no_trouble_where_another_one_has_the_tables(self):
        self.grant_all()
        self.admin("CREATE SCHEMA closed; CREATE TABLE closed.drf_messages_message (id int); ALTER ROLE case6 SET search_path = closed, public")
        self.addCleanup(self.admin, "DROP SCHEMA closed CASCADE")
        self.assert_ready_by_itself(self.site, self.serve())

    def test_tables_of_another_schema_are_named_with_it(self):
        self.grant_all()
        self.admin('ALTER SCHEMA public RENAME TO "the site"; ALTER ROLE case6 SET search_path = "the site"')
        self.addCleanup(self.admin, 'ALTER SCHEMA "the site" RENAME TO public')
        self.admin('REVOKE DELETE ON "the site".auth_user, "the site".drf_messages_message FROM case6;'
                   'REVOKE ALL ON SEQUENCE "the site".drf_messages_message_id_seq FROM case6')
        statements = self.check(self.site, "role case6 may not delete from drf_messages_message; and not take numbers")
        self.admin(statements[0])
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")

    def test_a_server_that_is_read_only_by_its_settings_is_named(self):
        self.grant_all()
        file = self.database.folder / "data/postgresql.conf"
        text = file.read_text(encoding="utf-8")
        self.addCleanup(self.admin, "SELECT pg_reload_conf()")
        self.addCleanup(self.admin, "ALTER SYSTEM RESET default_transaction_read_only")
        self.addCleanup(file.write_text, text, encoding="utf-8")
        file.write_text(text + "default_transaction_read_only = on\n", encoding="utf-8")
        self.admin("SELECT pg_reload_conf()")
        self.assertTrue(until(lambda: self.admin("SHOW default_transaction_read_only").strip() == "on"))
        remedy, = self.check(self.site, "may only be read: default_transaction_read_only is on for the server")
        for statement in remedy.split("; "):
            self.admin(statement)
        self.assertTrue(until(lambda: self.site.run("check").returncode == 0))

    def test_a_database_that_does_not_let_the_role_in_is_named(self):
        self.admin("REVOKE CONNECT ON DATABASE drf_messages FROM public")
        try:
            statements = self.check(self.site, "role case6 may not connect to the database drf_messages")
            self.assertEqual(statements, ["GRANT CONNECT ON DATABASE drf_messages TO case6"])
        finally:
            self.admin("GRANT CONNECT ON DATABASE drf_messages TO public")

    def test_what_is_read_only_by_default_is_named_with_its_cause(self):
        self.grant_all()
        for statement, cause in (("ALTER DATABASE drf_messages SET default_transaction_read_only = on", "for the database"),
                                 ("ALTER ROLE case6 SET default_transaction_read_only = on", "for the role"),
                                 ("ALTER ROLE case6 IN DATABASE drf_messages SET default_transaction_read_only = on", "for the role in this database"),
                                 ("ALTER ROLE ALL SET default_transaction_read_only = on", "for all roles")):
            with self.subTest(cause):
                self.database.psql(statement, database="postgres")
                self.assert_read_only(f"database drf_messages may only be read: default_transaction_read_only is on {cause}",
                                      f"^the database may only be read: default_transaction_read_only is on {cause}\n")
                self.stop()
                self.admin("UPDATE drf_messages_message SET read_at = NULL")

    def test_a_lock_does_not_keep_it_from_being_ready(self):
        self.grant_all()
        client = self.serve()
        blocker = self.database.popen([self.database.tool("psql"), "-h", "127.0.0.1", "-p", str(self.database.port), "-U", "drf", "-d", "drf_messages", "-c",
                                       "BEGIN; LOCK drf_messages_message IN SHARE MODE; SELECT pg_sleep(6000)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(blocker.wait)
        self.addCleanup(blocker.kill)
        held = "SELECT COUNT(*) FROM pg_locks WHERE mode = 'ShareLock' AND relation = 'drf_messages_message'::regclass"
        self.assertTrue(until(lambda: self.admin(held).strip() == "1"))
        self.assertTrue(until(lambda: client.request("GET", "/readyz") == (200, b"ok\n")))
        self.admin("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'ShareLock' AND relation = 'drf_messages_message'::regclass")


class PostgreSQLStandby(Rights, unittest.TestCase):
    def test_a_standby_is_named_until_it_is_promoted(self):
        with PostgreSQL() as primary, Site(settings_for(primary.url)) as site:
            token = site.user("ann")
            site.manage("send", "--to", "ann", "hello")
            with Standby(primary) as standby:
                site.settings.write_text(settings_for(standby.url), encoding="utf-8")
                remedy, = self.check(site, "database drf_messages may only be read: its server is a standby")
                self.assertIn("let DATABASES.default.HOST name the primary", remedy)
                site.serve()
                client = site.client(token)
                self.assert_not_ready(client, "^the database may only be read: its server is a standby\n", ("127.0.0.1",))
                self.assertEqual(client.request("GET", "/messages/")[0], 503)
                self.assertEqual(client.request("GET", "/messages/peek/")[0], 200)
                standby.promote()
                self.assert_ready_by_itself(site, client)
                client.close()


class MariaDBRights(ServerRights, unittest.TestCase):
    @staticmethod
    def make():
        return MariaDB("--log-bin=binlog", "--server-id=1")

    def admin(self, sql):
        return self.database.sql(sql)

    def make_account(self):
        self.admin("CREATE OR REPLACE USER case6@'127.0.0.1' IDENTIFIED BY 'pw'")

    def grant(self, privileges, tables):
        for table in tables:
            self.admin(f"GRANT {privileges} ON drf_messages.{table} TO case6@'127.0.0.1'")

    def grant_everything(self):
        self.grant("ALL", "*")

    def limit_connections(self, most):
        self.admin(f"ALTER USER case6@'127.0.0.1' WITH MAX_USER_CONNECTIONS {most}")

    def tables(self):
        return self.admin("SHOW TABLES").split()

    def test_an_account_without_privileges_is_told_so(self):
        statements = self.check(self.site, "account 'case6'@'127.0.0.1' may not use the database drf_messages")
        self.assertEqual(statements, ["GRANT SELECT, INSERT, UPDATE, DELETE ON drf_messages.* TO 'case6'@'127.0.0.1'"])
        self.admin(statements[0])
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")

    def test_tables_that_it_may_not_see_are_not_called_missing(self):
        ours = {"drf_messages_message", "drf_messages_messagetag"}
        self.grant("SELECT, INSERT, UPDATE, DELETE", set(self.tables()) - ours)
        statements = self.check(self.site, "account 'case6'@'127.0.0.1' may not read drf_messages_message, drf_messages_messagetag;")
        self.assertIn("GRANT SELECT, INSERT, UPDATE, DELETE ON drf_messages.drf_messages_message TO 'case6'@'127.0.0.1'", statements[0])
        client = self.serve()
        self.assert_not_ready(client, "^its account may not read drf_messages_message, drf_messages_messagetag\n", ("case6", "GRANT"))
        self.assertEqual(client.request("GET", "/messages/")[0], 503)
        self.assert_mended_by(statements, client)

    def test_a_database_that_is_not_seen_to_be_migrated_is_not_called_empty(self):
        self.grant("SELECT", ["auth_user"])
        statements = self.check(self.site, "may not read .*django_migrations")
        self.assertRegex(self.site.run("migrate").stderr, "may not read .*django_migrations")
        self.admin(statements[0])
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")

    def test_reading_alone_is_not_enough(self):
        self.grant("SELECT", self.tables())
        statements = self.check(self.site, "may not insert into, update, delete from .*drf_messages_message")
        client = self.serve()
        self.assert_not_ready(client, "^its account may not update drf_messages_message\n", ("case6", "GRANT"))
        self.assertEqual(client.request("GET", "/messages/")[0], 503)
        self.assert_mended_by(statements, client)

    def test_a_server_that_is_read_only_is_named(self):
        self.grant("ALL", "*")
        self.admin("SET GLOBAL read_only = ON")
        self.addCleanup(self.admin, "SET GLOBAL read_only = OFF")
        statements = self.check(self.site, "database drf_messages may only be read: its server is read_only")
        client = self.serve()
        self.assert_not_ready(client, "^the database may only be read: its server is read_only\n", ("case6", "SET GLOBAL"))
        self.assertEqual(client.request("GET", "/messages/")[0], 503)
        self.assert_mended_by([statements[0].rpartition(": ")[2]], client)

    def test_an_account_that_is_exempt_is_not_troubled(self):
        self.grant("ALL", "*")
        self.admin("GRANT READ ONLY ADMIN ON *.* TO case6@'127.0.0.1'; SET GLOBAL read_only = ON")
        self.addCleanup(self.admin, "SET GLOBAL read_only = OFF")
        self.assert_ready_by_itself(self.site, self.serve())

    def test_read_only_transactions_are_named(self):
        self.grant("ALL", "*")
        self.admin("SET GLOBAL tx_read_only = ON")
        self.addCleanup(self.admin, "SET GLOBAL tx_read_only = OFF")
        self.assert_read_only("database drf_messages may only be read: transactions are read-only", "^the database may only be read: transactions are read-only")

    def test_a_lock_does_not_keep_it_from_being_ready(self):
        self.grant("ALL", "*")
        client = self.serve()
        blocker = self.database.popen([program("mariadb"), "--no-defaults", f"--socket={self.database.folder}/socket", "-u", "root", "drf_messages", "-e",
                                       "LOCK TABLES drf_messages_message WRITE; SELECT SLEEP(6000)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(blocker.wait)
        self.addCleanup(blocker.kill)
        sleeping = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(6000)'"
        self.assertTrue(until(lambda: self.admin(sleeping).strip()))
        self.assertTrue(until(lambda: client.request("GET", "/readyz") == (200, b"ok\n")))
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")
        self.admin("KILL " + self.admin(sleeping).strip())

    def test_asking_writes_nothing_not_even_into_the_servers_log(self):
        self.grant("ALL", "*")
        self.admin("SET GLOBAL binlog_format = STATEMENT")
        self.addCleanup(self.admin, "SET GLOBAL binlog_format = DEFAULT")
        text = self.site.settings.read_text(encoding="utf-8")
        self.site.settings.write_text(text.replace("[REST_FRAMEWORK]", '[DATABASES.default.OPTIONS]\nisolation_level = "repeatable read"\n\n[REST_FRAMEWORK]'),
                                      encoding="utf-8")
        client = self.serve()
        before = self.admin("SHOW MASTER STATUS")
        self.assertIn("binlog", before)
        self.assertTrue(until(lambda: client.request("GET", "/readyz") == (200, b"ok\n")))
        self.assertEqual(self.site.manage("check"), "Settings and database are in order.\n")
        self.assertEqual(self.admin("SHOW MASTER STATUS"), before)


if __name__ == "__main__":
    unittest.main()
