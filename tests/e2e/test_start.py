# SPDX-License-Identifier: MIT
"""How a server starts: on a database that is not there yet, with --migrate, several at once; and how it ends before it has begun."""
import re
import signal
import socket
import sqlite3
import subprocess
import unittest

from databases import settings_for
from servers import MariaDB, PostgreSQL, free_port
from site_process import BINARY, PATIENCE, SETTINGS, Site
from sql_client import sql_client

DJANGO_APPS = 'INSTALLED_APPS = ["django.contrib.auth", "drf_messages", "shop"]\n'


class Waiting(unittest.TestCase):
    def comes_later(self, server):
        with server as database, Site(settings_for(database.url, "HEALTH_PREFIX = '/-'"), migrate=False) as site:
            database.kill()
            site.serve("--migrate", waiting=True)
            line, *_ = site.lines("warning", "waiting for the database")
            self.assertRegex(line, rf"\(meanwhile http://127\.0\.0\.1:{site.port}/-/readyz is 503\): \S")
            client = site.client()
            self.assertEqual(client.request("GET", "/-/healthz"), (200, b"ok\n"))
            self.assertEqual(client.request("GET", "/-/readyz"), (503, b"the database does not answer\n"))
            client.connection.request("POST", "/messages/", body=b"x" * 1000)
            answer = client.connection.getresponse()
            self.assertEqual((answer.status, answer.headers["Retry-After"], answer.read()), (503, "1", b"Service Unavailable"))
            database.start()
            self.assertTrue(site.lines("Serving messages on"))
            self.assertEqual(len(site.lines("info", "the database answers")), 1)
            self.assertEqual(len(site.lines("info migrating: drf_messages.0001_initial")), 1)
            token = site.user("ann")
            self.assertEqual(site.client(token).get("/messages/"), [])
            self.assertEqual(client.request("GET", "/-/readyz")[0], 200)
            self.assertEqual(site.stop(), 0)

    def test_postgresql_that_comes_later_is_waited_for(self):
        self.comes_later(PostgreSQL())

    def test_mariadb_that_comes_later_is_waited_for(self):
        self.comes_later(MariaDB())

    def test_each_reason_is_said_once_and_a_refused_login_is_the_end(self):
        with PostgreSQL() as database:
            database.psql("CREATE ROLE ann LOGIN PASSWORD 'right'")
            hba = database.folder / "data" / "pg_hba.conf"
            hba.write_text("host all ann 127.0.0.1/32 scram-sha-256\n" + hba.read_text(encoding="utf-8"), encoding="utf-8")
            database.psql("SELECT pg_reload_conf()")
            for user, words in (("ann:wrong", 'password authentication failed for user "ann"'), ("nobody", 'role "nobody" does not exist')):
                with self.subTest(user=user), Site(settings_for(f"postgresql://{user}@127.0.0.1:{database.port}/drf_messages"), migrate=False) as site:
                    done = site.run("serve", "--bind", "127.0.0.1:0")
                    self.assertEqual((done.returncode, done.stdout), (1, ""))
                    self.assertRegex(done.stderr, rf"\Adrf-messages: database drf_messages: [^\n]*{words}\n\Z")
            with Site(settings_for(f"postgresql://ann:wrong@127.0.0.1:{database.port}/drf_messages"), migrate=False) as site:
                database.kill()
                site.serve(waiting=True)
                site.lines("waiting for the database", "refused")
                database.start()
                self.assertEqual(site.process.wait(PATIENCE), 1)
                self.assertEqual(len(site.lines("drf-messages: database drf_messages: ", "password authentication failed")), 1)
            with Site(settings_for(database.url.replace("/drf_messages", "/later")), migrate=False) as site:
                site.serve("--migrate", waiting=True)
                self.assertEqual(len(site.lines("waiting for the database", 'database "later" does not exist')), 1)
                database.kill()
                self.assertEqual(len(site.lines("waiting for the database", "refused")), 1)
                database.start()
                database.psql("CREATE DATABASE later")
                self.assertTrue(site.lines("Serving messages on"))
        with MariaDB() as database, Site(settings_for(database.url.replace("/drf_messages", "/later")), migrate=False) as site:
            site.serve("--migrate", waiting=True)
            self.assertEqual(len(site.lines("waiting for the database", "Unknown database 'later'")), 1)
            database.sql("CREATE DATABASE later")
            self.assertTrue(site.lines("Serving messages on"))
            self.assertEqual(site.stop(), 0)
        with MariaDB() as database, Site(settings_for(database.url.replace("drf:drf", "drf:wrong")), migrate=False) as site:
            done = site.run("serve", "--bind", "127.0.0.1:0")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, r"\Adrf-messages: database drf_messages: [^\n]*Access denied for user 'drf'[^\n]*\n\Z")

    def test_whoever_asks_it_to_end_while_it_waits_is_heard_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number), Site(settings_for(f"postgresql://ann@127.0.0.1:{free_port()}/site", "DRAIN_TIMEOUT = 86400"),
                                                   migrate=False) as site:
                site.serve(waiting=True)
                site.lines("waiting for the database")
                self.assertEqual(site.stop(number), 0)
                self.assertFalse([line for line in site.output if "Serving" in line])

    def test_systemd_is_told_that_it_waits(self):
        with Site(settings_for(f"postgresql://ann@127.0.0.1:{free_port()}/site"), migrate=False) as site, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(site.folder / "notify"))
            manager.settimeout(PATIENCE)
            process = subprocess.Popen([BINARY, "serve", "--settings", site.settings, "--bind", "127.0.0.1:0"], stderr=subprocess.DEVNULL,
                                       env={**site.environment, "NOTIFY_SOCKET": str(site.folder / "notify")})
            for _ in range(2):
                self.assertEqual(manager.recv(4096), b"STATUS=waiting for the database\nEXTEND_TIMEOUT_USEC=60000000\n")
            process.terminate()
            self.assertEqual(process.wait(PATIENCE), 0)


class Migrating(unittest.TestCase):
    def start_together(self, settings, folder_of=None):
        """Four servers of one database, each with the migrations that it ran."""
        sites = [Site(settings, migrate=False) for _ in range(4)]
        for site in sites:
            self.addCleanup(site.__exit__)
            if folder_of is not None:
                site.settings.write_text(settings.replace('"db.sqlite3"', f'"{folder_of}/db.sqlite3"'), encoding="utf-8")
        processes = [subprocess.Popen([BINARY, "serve", "--migrate", "--settings", site.settings, "--bind", "127.0.0.1:0"], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=site.environment, cwd=site.folder) for site in sites]
        ran = []
        for process in processes:
            line = process.stdout.readline()
            process.terminate()
            log = process.communicate(timeout=PATIENCE)[1]
            self.assertIn("Serving messages on http://127.0.0.1:", line, log)
            self.assertEqual(process.returncode, 0, log)
            ran += re.findall(r"info migrating: (\S+)", log)
        return sites[0], ran

    def all_is_there(self, site, ran):
        self.assertEqual(len(ran), len(set(ran)), ran)
        self.assertIn("drf_messages.0002_message_session_key", ran)
        self.assertIn("No planned migration operations", site.manage("migrate", "--plan"))
        self.assertEqual(site.manage("check"), "Settings and database are in order.\n")

    def test_of_several_on_a_database_server_one_migrates(self):
        for server in (PostgreSQL(), MariaDB()):
            with self.subTest(server=type(server).__name__), server as database:
                self.all_is_there(*self.start_together(settings_for(database.url)))

    def test_of_several_on_sqlite_one_migrates(self):
        with Site(migrate=False) as home:
            self.all_is_there(*self.start_together(SETTINGS, home.folder))

    def test_a_database_that_is_up_to_date_is_left_alone(self):
        with Site() as site:
            site.serve("--migrate")
            self.assertEqual(site.stop(), 0)
            self.assertFalse([line for line in site.output if "migrating" in line])

    def test_it_refuses_what_migrate_refuses(self):
        with Site(migrate=False) as site:
            database = sqlite3.connect(site.folder / "db.sqlite3")
            database.execute("CREATE TABLE shop_order (id integer)")
            self.refused(site, r"database \S+ belongs to another application; nothing was changed")
            database.execute("CREATE TABLE django_migrations (id integer, app text, name text, applied text)")
            database.execute("INSERT INTO django_migrations VALUES (1, 'auth', '0001_initial', '')")
            database.commit()
            self.refused(site, r"database \S+ is a Django site's, and django_migrations does not know drf_messages: .*; nothing was changed")
            self.assertEqual({row[0] for row in database.execute("SELECT name FROM sqlite_master")}, {"shop_order", "django_migrations"})
            database.close()

    def test_beside_django_an_empty_database_is_left_to_the_site(self):
        with Site(DJANGO_APPS + SETTINGS, migrate=False) as site:
            self.refused(site, r"database \S+ does not exist; .*create it with: python manage\.py migrate")
            self.assertFalse((site.folder / "db.sqlite3").exists())
            sqlite3.connect(site.folder / "db.sqlite3").execute("PRAGMA user_version = 1").connection.close()
            self.refused(site, r"database \S+ is empty; .*create its tables with: python manage\.py migrate")

    def refused(self, site, pattern):
        done = site.run("serve", "--migrate", "--bind", "127.0.0.1:0")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, rf"\Adrf-messages: {pattern}\n\Z")

    def test_health_is_answered_while_another_migrates(self):
        with PostgreSQL() as database, Site(settings_for(database.url, "DRAIN_TIMEOUT = 86400"), migrate=False) as site:
            other = sql_client(database, site)
            self.addCleanup(other.close)
            other.sql("SELECT pg_advisory_lock(7230914658201)")
            port = free_port()
            words = [BINARY, "serve", "--migrate", "--settings", site.settings, "--bind", f"127.0.0.1:{port}"]
            process = self.started(words, site)
            answers = set()
            while (503, "the database is being migrated") not in answers:
                answers.add(self.readyz(port))
            self.assertEqual(self.readyz(port, "/healthz"), (200, "ok"))
            process.terminate()  # waits for nobody
            self.assertEqual(process.wait(PATIENCE), 0)
            process = self.started(words, site)
            other.sql("SELECT pg_advisory_unlock(7230914658201)")
            self.assertIn("Serving messages on", process.stdout.readline())
            self.assertEqual(self.readyz(port), (200, "ok"))

    def test_a_migration_that_is_cut_is_gone_on_with(self):
        with PostgreSQL() as database, Site(settings_for(database.url, "DRAIN_TIMEOUT = 0"), migrate=False) as site:
            site.manage("migrate", "drf_messages")
            other = sql_client(database, site)
            self.addCleanup(other.close)
            other.sql("BEGIN; LOCK drf_messages_message IN SHARE ROW EXCLUSIVE MODE")
            process = subprocess.Popen([BINARY, "serve", "--migrate", "--settings", site.settings, "--bind", "127.0.0.1:0"], env=site.environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self.addCleanup(process.stderr.close)
            self.assertTrue(any("migrating: drf_messages_server.0001_indexes" in line for line in process.stderr))
            process.terminate()
            self.assertEqual(process.wait(PATIENCE), 0)
            other.sql("COMMIT")
            site.serve("--migrate")
            self.assertEqual(len(site.lines("migrating: drf_messages_server.0001_indexes")), 1)
            self.all_is_there(site, ["drf_messages.0002_message_session_key"])
            self.assertEqual(database.psql("SELECT count(*) FROM pg_index WHERE NOT indisvalid").strip(), "0")
            self.assertEqual(site.stop(), 0)

    def started(self, words, site):
        process = subprocess.Popen(words, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    @staticmethod
    def readyz(port, path="/readyz"):
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                answer = client.makefile(encoding="ascii").read()
            return int(answer.split()[1]), answer.split("\n")[-2]
        except ConnectionError:
            return 0, ""


if __name__ == "__main__":
    unittest.main()
