# SPDX-License-Identifier: MIT
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import threading
import time
import unittest

from databases import settings_for, until
from servers import DATABASE, MariaDB, PostgreSQL, program
from site_process import SETTINGS, Site

SECONDS = float(os.environ.get("CONCURRENCY_SECONDS", "30"))
CLIENTS = 32


class ThirtyTwoClients(unittest.TestCase):
    def test_adding_listing_and_deleting_at_once_loses_nothing_and_never_meets_a_lock(self):
        """Each of 32 clients adds, lists or deletes for 30 s on one SQLite file, over REST and from other processes.

        A message is accounted for when it was shown to its user exactly once as unread, or is unread still.
        """
        # Who lists waits for the lock as long as it takes, since half as many as there are workers may do so, and whoever else writes waits too.
        with Site(SETTINGS.replace('"db.sqlite3"', '"db.sqlite3"\nOPTIONS = { timeout = 300 }')) as site:
            tokens = {name: site.user(name) for name in ("ann", "bob", "cid", "dot")}
            names = sorted(tokens)
            site.serve("--workers", str(2 * CLIENTS))
            end = time.monotonic() + SECONDS
            lock = threading.Lock()
            added = {name: set() for name in names}
            shown = {name: [] for name in names}
            trouble = []

            def add(number):
                count = 0
                while time.monotonic() < end:
                    name, text = names[(number // 8 + count) % len(names)], f"from {number}, number {count}"
                    count += 1
                    done = site.run("send", "--to", name, "--level", "info", "--tag", "load", text)
                    if done.returncode != 0:
                        trouble.append(f"send: {done.stderr}")
                        return
                    with lock:
                        added[name].add(text)

            def browse(number):
                name = names[number % len(names)]
                client, dice = site.client(tokens[name]), random.Random(number)
                known_read = []
                try:
                    while time.monotonic() < end:
                        if known_read and dice.random() < 0.5:
                            pk = known_read.pop(dice.randrange(len(known_read)))
                            status, body = client.request("DELETE", f"/messages/{pk}/")
                            expected = (204, 404)
                        else:
                            status, body = client.request("GET", "/messages/")
                            expected = (200,)
                        if status not in expected:
                            trouble.append(f"{status} {body[:200]!r}")
                            return
                        if status == 200:
                            messages = json.loads(body)
                            with lock:
                                shown[name] += [m["message"] for m in messages if m["read_at"] is None]
                            known_read = [m["id"] for m in messages]
                except Exception as error:  # a lost connection is trouble too
                    trouble.append(repr(error))
                finally:
                    client.close()

            threads = [threading.Thread(target=add if n % 8 == 0 else browse, args=(n,)) for n in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(trouble, [])
            for name in names:
                rest = [m["message"] for m in site.client(tokens[name]).get("/messages/?unread=true")]
                self.assertGreater(len(added[name]), 0)
                self.assertEqual(added[name] - set(shown[name]) - set(rest), set(), f"lost messages of {name}")
            self.assertEqual(site.stop(), 0)
            self.assertNotIn("locked", "".join(site.output))
            self.assertNotIn('" 500 ', "".join(site.output))


class AnotherProgram(unittest.TestCase):
    def test_the_count_of_a_page_is_what_everybody_has_written_by_then(self):
        """By clients on several connections, which remember it while nothing changes; the writers are this server, and another program."""
        pages = 'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"\nPAGE_SIZE = 2\n'
        with Site(SETTINGS + pages) as site:
            tokens = [site.user(name) for name in ("ann", "bob")]
            site.serve()
            clients = [site.client(token) for token in tokens for _ in range(3)]
            expected = [0, 0]

            def look():
                for _ in range(2):
                    self.assertEqual([client.get("/messages/?limit=2")["count"] for client in clients], [expected[0]] * 3 + [expected[1]] * 3)

            with contextlib.closing(sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None)) as other:
                ids = [other.execute("SELECT id FROM auth_user WHERE username = ?", (name,)).fetchone()[0] for name in ("ann", "bob")]
                last = None
                for number in range(120):
                    whose = number % 3 // 2
                    last = other.execute("INSERT INTO drf_messages_message (view, message, level, created, user_id) VALUES ('', 'x', 20, '2024-01-01 00:00:00', ?)",
                                         (ids[whose],)).lastrowid
                    expected[whose] += 1
                    look()
                owner = clients[5 if whose else 0]
                owner.get(f"/messages/{last}/")  # unread it may not be deleted
                look()
                self.assertEqual(owner.request("DELETE", f"/messages/{last}/")[0], 204)
                expected[whose] -= 1
                look()
                other.execute("BEGIN IMMEDIATE")
                other.execute("DELETE FROM drf_messages_message")
                look()
                other.execute("COMMIT")
                expected = [0, 0]
                look()


class DeletedRecipient:
    """For one kind of database server, made by make(); SQLite has one writer at a time."""

    def test_who_is_deleted_while_a_message_is_sent_is_named_and_nobody_gets_it(self):
        with self.make() as database, Site(settings_for(database.url)) as site:
            for name in ("ann", "bob"):
                site.manage("createuser", name, "--noinput")
            done = []
            sender = threading.Thread(target=lambda: done.append(site.run("send", "--to", "bob", "ann", "hello")))
            with subprocess.Popen(self.client(database), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
                other.stdin.write("BEGIN; DELETE FROM auth_user WHERE username = 'ann'; SELECT 'deleted';\n")
                other.stdin.flush()
                self.assertEqual(other.stdout.readline(), "deleted\n")
                sender.start()
                # it has found ann, and waits to be told whether she is still there
                waits = until(lambda: self.waiting(database) > 0)
                other.communicate("COMMIT;\n")
            sender.join()
            self.assertTrue(waits, done)
            self.assertEqual((done[0].returncode, done[0].stdout, done[0].stderr), (1, "", 'drf-messages: there is no user "ann"; nothing was sent\n'))
            self.assertEqual(site.manage("list", "bob"), "bob has no messages.\n")


class DeletedRecipientOnPostgreSQL(DeletedRecipient, unittest.TestCase):
    make = PostgreSQL

    def client(self, database):
        return [database.tool("psql"), "-h", "127.0.0.1", "-p", str(database.port), "-U", "drf", "-d", DATABASE, "-Atq"]

    def waiting(self, database):
        return int(database.psql("SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


class DeletedRecipientOnMariaDB(DeletedRecipient, unittest.TestCase):
    make = MariaDB

    def client(self, database):
        return [program("mariadb"), "--no-defaults", f"--socket={database.folder}/socket", "-u", "root", "-N", "-B", "--unbuffered", DATABASE]

    def waiting(self, database):
        # information_schema.innodb_trx stays as it was for whoever looks more often than ten times a second
        return int(database.sql("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'").split()[1])


if __name__ == "__main__":
    unittest.main()
