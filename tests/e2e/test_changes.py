# SPDX-License-Identifier: MIT
"""A database that becomes another one while the server runs: nothing stale is served, and the log says it unasked."""
import os
import re
import shutil
import sqlite3
import subprocess
import unittest

from databases import settings_for, until
from relay import Relay
from servers import DATABASE, MariaDB, PostgreSQL, Standby
from site_process import SETTINGS, Site
from users import SERVER, UsersSite, needs_root

ANOTHER = "warning the database was moved, replaced or restarted, or has another role"


class Changes:
    """`self.site`, with ann's token and two messages for her."""

    def serve(self, site):
        self.site = site
        site.serve()
        client = site.client(self.token)
        self.addCleanup(client.close)
        return client

    def given_ann(self, site):
        self.token = site.user("ann")
        for text in ("first", "second"):
            site.manage("send", "--to", "ann", text)

    def assert_status(self, client, status, path="/messages/peek/"):
        self.assertTrue(until(lambda: client.request("GET", path)[0] == status), client.request("GET", path))

    def assert_logged(self, words):
        self.assertTrue(self.site.lines(words), self.site.output)


class FileChanges(Changes, unittest.TestCase):
    def delete_tokens(self, site):
        """As another process that leaves no log behind."""
        connection = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=60)
        connection.execute("DELETE FROM authtoken_token")
        connection.close()

    @needs_root
    def test_a_file_that_could_only_be_read_is_not_served_as_it_was(self):
        with UsersSite() as site:
            self.given_ann(site)
            subprocess.run("chown root:root . db.sqlite3", shell=True, cwd=site.folder, check=True)
            client = self.serve(site)
            self.assert_status(client, 200)
            self.assert_status(client, 503, "/messages/1/")
            self.assert_logged("warning lists and single messages fail: ")
            shutil.chown(site.folder / "db.sqlite3", SERVER)
            shutil.chown(site.folder, SERVER)
            self.assert_logged("info the database lets messages be read and marked again")
            self.assert_status(client, 200, "/messages/1/")
            self.delete_tokens(site)
            self.assert_status(client, 403)

    @needs_root
    def test_a_file_whose_name_says_that_it_is_read_only_is_not_served_as_it_was(self):
        for query in ("mode=ro", "immutable=1"):
            with self.subTest(query), UsersSite(SETTINGS.replace('"db.sqlite3"', '"file:db.sqlite3?mode=rwc"')) as site:
                self.given_ann(site)
                subprocess.run("chown root:root . db.sqlite3", shell=True, cwd=site.folder, check=True)
                site.settings.write_text(site.settings.read_text(encoding="utf-8").replace("mode=rwc", query), encoding="utf-8")
                client = self.serve(site)
                self.assert_status(client, 200)
                self.delete_tokens(site)
                self.assert_status(client, 403)
                site.stop()

    def test_a_link_that_leads_to_another_file_is_followed(self):
        with Site(SETTINGS.replace('"db.sqlite3"', '"current/db.sqlite3"'), migrate=False) as site:
            tokens = {}
            for name in ("old", "new"):
                (site.folder / name).mkdir()
                self.lead(site, name)
                site.manage("migrate")
                self.given_ann(site)
                tokens[name] = self.token
            self.lead(site, "old")
            self.token = tokens["old"]
            client = self.serve(site)
            self.assert_status(client, 200)
            self.lead(site, "new")
            self.assert_status(client, 403)
            self.assert_logged(ANOTHER)
            another = site.client(tokens["new"])
            self.addCleanup(another.close)
            self.assert_status(another, 200)

    def lead(self, site, name):
        (site.folder / "next").symlink_to(name)
        os.replace(site.folder / "next", site.folder / "current")

    def test_a_backup_that_takes_the_files_place_is_not_mixed_with_its_log(self):
        with Site() as site:
            self.given_ann(site)
            shutil.copy(site.folder / "db.sqlite3", site.folder / "backup")
            client = self.serve(site)
            self.assertEqual(len(client.get("/messages/?unread=true")), 2)
            self.assertEqual(client.get("/messages/?unread=true"), [])
            self.assertGreater((site.folder / "db.sqlite3-wal").stat().st_size, 0)
            os.replace(site.folder / "backup", site.folder / "db.sqlite3")
            # as the backup has it, where nobody has read anything
            self.assertTrue(until(lambda: client.request("GET", "/messages/?unread=true")[1].count(b'"message":') == 2))
            self.assert_logged(ANOTHER)
            self.assertEqual(client.get("/messages/?unread=true"), [])
            database = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=60)
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            database.close()

    def test_a_file_that_is_away_for_a_while_is_told_of(self):
        with Site() as site:
            self.given_ann(site)
            client = self.serve(site)
            self.assert_status(client, 200)
            (site.folder / "db.sqlite3").rename(site.folder / "away")
            self.assert_status(client, 503)
            self.assert_logged("warning the database does not answer: ")
            (site.folder / "away").rename(site.folder / "db.sqlite3")
            self.assert_status(client, 200)
            self.assert_logged("info the database answers again")


class ServiceSite(Site):
    """Its database is what libpq's service file says."""

    @property
    def environment(self):
        return {**super().environment, "PGSERVICEFILE": str(self.folder / "services")}

    def use_service(self):
        settings = re.sub(r"^(NAME|USER|PASSWORD|HOST|PORT) = .*\n", "", self.settings.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self.settings.write_text(settings.replace("ENGINE = ", 'OPTIONS = { service = "site" }\nENGINE = '), encoding="utf-8")

    def lead(self, server, database):
        (self.folder / "services.new").write_text(f"[site]\nhost=127.0.0.1\nport={server.port}\nuser=drf\ndbname={database}\n", encoding="utf-8")
        os.replace(self.folder / "services.new", self.folder / "services")


class PostgreSQLChanges(Changes, unittest.TestCase):
    def test_after_a_failover_nothing_comes_from_the_server_that_was_the_primary(self):
        with PostgreSQL() as primary, Site(settings_for(primary.url)) as site:
            self.given_ann(site)
            with Standby(primary) as standby, Relay(primary.port) as relay:
                self.assertTrue(until(lambda: standby.psql("SELECT count(*) FROM drf_messages_message").strip() == "2"))
                site.settings.write_text(settings_for(primary.url.replace(f":{primary.port}/", f":{relay.port}/")), encoding="utf-8")
                client = self.serve(site)
                self.assert_status(client, 200)
                self.assert_status(client, 200, "/messages/1/")
                # both run on, and connections to the old one stay open
                standby.promote()
                standby.psql("DELETE FROM authtoken_token")
                self.assertEqual(client.request("GET", "/messages/peek/")[0], 200)
                relay.target = standby.port
                self.assert_status(client, 403)
                self.assert_logged(ANOTHER)
                client.close()

    def test_a_service_that_becomes_another_database_of_the_same_server_is_followed(self):
        with PostgreSQL() as server, ServiceSite(settings_for(server.url)) as site:
            self.given_ann(site)
            # a template has no connections; those of commands that have ended may be there for a moment
            connections = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DATABASE}'"
            self.assertTrue(until(lambda: server.psql(connections, database="postgres").strip() == "0"))
            server.psql(f"CREATE DATABASE other TEMPLATE {DATABASE}", database="postgres")
            server.psql("DELETE FROM authtoken_token", database="other")
            site.use_service()
            site.lead(server, DATABASE)
            client = self.serve(site)
            self.assert_status(client, 200)
            site.lead(server, "other")
            self.assert_status(client, 403)
            self.assert_logged(ANOTHER)
            client.close()

    def test_a_standby_that_is_promoted_is_told_of_unasked(self):
        with PostgreSQL() as primary, Site(settings_for(primary.url)) as site:
            self.given_ann(site)
            with Standby(primary) as standby:
                site.settings.write_text(settings_for(standby.url), encoding="utf-8")
                client = self.serve(site)
                self.assert_logged("warning lists and single messages fail: database drf_messages may only be read: its server is a standby")
                self.assert_status(client, 503, "/messages/1/")
                standby.promote()
                self.assert_status(client, 200, "/messages/1/")
                self.assert_logged("info the database lets messages be read and marked again")
                client.close()


class MariaDBChanges(Changes, unittest.TestCase):
    def test_a_server_that_becomes_read_only_is_told_of_unasked(self):
        with MariaDB() as server, Site(settings_for(server.url)) as site:
            self.given_ann(site)
            server.sql("CREATE USER site@'127.0.0.1' IDENTIFIED BY 'drf'; GRANT ALL ON drf_messages.* TO site@'127.0.0.1'")
            site.settings.write_text(settings_for(server.url.replace("//drf:", "//site:")), encoding="utf-8")
            client = self.serve(site)
            self.assert_status(client, 200)
            server.sql("SET GLOBAL read_only = ON")
            self.assert_logged("warning lists and single messages fail: database drf_messages may only be read: its server is read_only")
            self.assert_logged(ANOTHER)
            self.assert_status(client, 503, "/messages/1/")
            server.sql("SET GLOBAL read_only = OFF")
            self.assert_logged("info the database lets messages be read and marked again")
            self.assert_status(client, 200, "/messages/1/")
            client.close()


if __name__ == "__main__":
    unittest.main()
