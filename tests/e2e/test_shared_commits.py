# SPDX-License-Identifier: MIT
"""Writers of a SQLite file who share their commits: what was answered is what is there, whatever happens to them meanwhile."""
import contextlib
import http.client
import json
import random
import signal
import socket
import sqlite3
import struct
import threading
import unittest

from site_process import PATIENCE, SETTINGS, Site
from test_full_disk import fill, site_on_small_disk
from users import needs_root

ROUNDS = 10
CLIENTS = 64
UNREAD, READ = range(3), range(3, 9)  # of each client's messages
SHARING = SETTINGS.replace('NAME = "db.sqlite3"', 'NAME = "db.sqlite3"\nOPTIONS = { shared_commit = 0.02 }')
UNEMPTIED = SHARING.replace("0.02", '0.02, init_command = "PRAGMA wal_autocheckpoint = 0"')

# What a message must not be deleted for: it fails alone, or undoes what it shares a transaction with.
TRIGGERS = """
CREATE TRIGGER fails BEFORE DELETE ON drf_messages_message WHEN OLD.view = 'fails' BEGIN SELECT RAISE(ABORT, 'not this one'); END;
CREATE TRIGGER breaks BEFORE DELETE ON drf_messages_message WHEN OLD.view = 'breaks' BEGIN SELECT RAISE(ROLLBACK, 'none of them'); END;
"""


def connect(site):
    return sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=PATIENCE)


def commits(site):
    """How many are in the log, which nobody has emptied."""
    log = (site.folder / "db.sqlite3-wal").read_bytes()
    page = struct.unpack_from(">I", log, 8)[0]
    # https://www.sqlite.org/fileformat2.html#wal_file_format: the database's size, at commits alone
    return sum(struct.unpack_from(">I", log, at + 4)[0] != 0 for at in range(32, len(log) - page - 23, page + 24))


class Writers:
    """Each client has a user with messages of its own, deletes and marks them in an order of its own, and notes the answers."""

    def __init__(self, site, users):
        self.site, self.users = site, users
        self.lock = threading.Lock()
        self.enough = threading.Condition(self.lock)
        self.deleted, self.refused, self.marked, self.unknown, self.problems = set(), set(), set(), set(), []
        self.tried_marks = set()
        self.statuses = {200}  # besides those that say of a message whether it was deleted
        self.writes = 0

    def seed(self, views=()):
        """New messages, each with a tag; `views`: those of some of the read ones."""
        database = connect(self.site)
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE drf_messages_message SET view = ''")  # which lets the triggers be
        for table in ("drf_messages_messagetag", "drf_messages_message"):
            database.execute(f"DELETE FROM {table}")
        self.messages = {}
        for user, (number, _) in enumerate(self.users):
            for index in (*UNREAD, *READ):
                read_at = None if index in UNREAD else "2024-01-02 10:00:00"
                view = views[index - READ[0]] if 0 <= index - READ[0] < len(views) and user % 8 == 0 else ""
                at = database.execute("INSERT INTO drf_messages_message (user_id, view, message, level, read_at, created)"
                                      " VALUES (?, ?, 'm', 20, ?, '2024-01-01 10:00:00')", (number, view, read_at)).lastrowid
                database.execute("INSERT INTO drf_messages_messagetag (message_id, text) VALUES (?, 'tag')", (at,))
                self.messages[at] = (user, index, view)
        database.execute("COMMIT")
        database.close()

    def run(self, stop_after=None):
        """All clients until they are done; `stop_after`: with kill -9 after so many writes."""
        threads = [threading.Thread(target=self.work, args=(user,)) for user in range(len(self.users))]
        for thread in threads:
            thread.start()
        if stop_after is not None:
            with self.enough:
                self.enough.wait_for(lambda: self.writes >= stop_after, PATIENCE)
            self.site.stop(signal.SIGKILL)
        for thread in threads:
            thread.join()

    def note(self, kept, items):
        with self.enough:
            kept.update(items)
            self.writes += 1
            self.enough.notify_all()

    def work(self, user):
        with contextlib.closing(self.site.client(self.users[user][1])) as client:
            self.ask(user, client)

    def ask(self, user, client):
        dice = random.Random(user)
        own = [at for at, (whose, _, _) in self.messages.items() if whose == user]
        steps = [("delete", at) for at in own] + [("list", None), ("peek", None)]
        dice.shuffle(steps)
        for kind, at in steps:
            try:
                if kind == "delete":
                    with self.lock:
                        self.unknown.add(at)
                    status, body = client.request("DELETE", f"/messages/{at}/")
                    with self.lock:
                        self.unknown.discard(at)
                    self.note(self.deleted if status == 204 else self.refused, [at])
                    if status not in (204, 403) and status not in self.statuses and not self.messages[at][2]:
                        self.problems.append((kind, at, status, body))
                elif kind == "list":
                    with self.lock:
                        self.tried_marks.update(own)
                    status, body = client.request("GET", "/messages/?unread=true")
                    if status == 200:
                        self.note(self.marked, [message["id"] for message in json.loads(body)])
                    elif status not in self.statuses:
                        self.problems.append((kind, status, body))
                    if status != 200:
                        with self.lock:
                            self.tried_marks.difference_update(own)
                else:
                    status, body = client.request("GET", "/messages/peek/")
                    if status != 200:
                        self.problems.append((kind, status, body))
            except (OSError, http.client.HTTPException):
                return  # the server was killed

    def check(self, test):
        """What is there against what was answered."""
        test.assertEqual(self.problems, [])
        database = connect(self.site)
        there = dict(database.execute("SELECT id, read_at FROM drf_messages_message"))
        tagged = {at for at, in database.execute("SELECT message_id FROM drf_messages_messagetag")}
        test.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        database.close()
        test.assertEqual(tagged, set(there), "a part of a write")
        test.assertEqual(self.deleted & set(there), set(), "answered, but not there")
        kept = set(self.messages) - self.deleted - self.unknown
        test.assertEqual(kept - set(there), set(), "done without an answer, or against it")
        for at in there:
            unread = self.messages[at][1] in UNREAD
            if at in self.marked:
                test.assertIsNotNone(there[at], "answered as marked")
            elif unread and at not in self.tried_marks:
                test.assertIsNone(there[at], "marked without an answer")


def make_users(site):
    """The number and the token of each client's user, whose password nobody needs."""
    database = connect(site)
    made = []
    for index in range(CLIENTS):
        number = database.execute("INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
                                  " date_joined) VALUES ('!', 0, ?, '', '', '', 0, 1, '2024-01-01 10:00:00')", (f"user{index}",)).lastrowid
        token = f"{number:040}"
        database.execute("INSERT INTO authtoken_token (key, created, user_id) VALUES (?, '2024-01-01 10:00:00', ?)", (token, number))
        made.append((number, token))
    database.close()
    return made


class SharedCommits(unittest.TestCase):
    def setUp(self):
        self.site = Site(UNEMPTIED)
        self.addCleanup(self.site.__exit__)
        self.users = make_users(self.site)

    def test_keep_what_was_answered_over_kill_9_and_nothing_else(self):
        for number in range(ROUNDS):
            writers = Writers(self.site, self.users)
            writers.seed()
            self.site.serve()
            writers.run(stop_after=40 + 35 * number)
            writers.check(self)

    def test_are_fewer_than_the_writes_and_leave_out_those_that_fail(self):
        """A trigger lets some fail alone, and some undo all that is in their transaction: the others are run again."""
        database = connect(self.site)
        database.executescript(TRIGGERS)
        database.close()
        self.site.serve()
        for _ in range(ROUNDS):
            writers = Writers(self.site, self.users)
            writers.seed(views=("fails", "breaks"))
            before = commits(self.site)
            writers.run()
            self.assertLess(commits(self.site) - before, len(writers.deleted))
            writers.check(self)
            failed = {at for at, (_, _, view) in writers.messages.items() if view}
            self.assertEqual(failed & writers.refused, failed)
            read = {at for at, (_, index, view) in writers.messages.items() if index in READ and not view}
            self.assertEqual(read - writers.deleted, set())
        self.assertEqual(self.site.stop(), 0)

    def test_outlive_clients_that_go_away(self):
        self.site.serve()
        for _ in range(ROUNDS):
            writers = Writers(self.site, self.users)
            writers.seed()
            leaving = [at for at, (user, index, _) in writers.messages.items() if user % 2 and index == READ[0]]
            writers.unknown.update(leaving)

            def leave(at):
                with socket.create_connection(("127.0.0.1", self.site.port), PATIENCE) as client:
                    token = self.users[writers.messages[at][0]][1]
                    client.sendall(f"DELETE /messages/{at}/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n\r\n".encode())

            threads = [threading.Thread(target=leave, args=(at,)) for at in leaving]
            threads += [threading.Thread(target=writers.work, args=(user,)) for user in range(0, CLIENTS, 2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            writers.check(self)
        self.assertEqual(self.site.stop(), 0)


@needs_root
class FullDisk(unittest.TestCase):
    def setUp(self):
        self.site = site_on_small_disk(self, "8m", SHARING)
        self.users = make_users(self.site)

    def test_keeps_what_was_answered_and_nothing_else(self):
        self.site.serve()
        for _ in range(ROUNDS):
            writers = Writers(self.site, self.users)
            writers.seed()
            filler = fill(self.site.folder)
            writers.statuses.add(503)
            writers.run()
            filler.unlink()
            writers.check(self)
            self.assertTrue(writers.refused)
        writers = Writers(self.site, self.users)
        writers.seed()
        writers.run()
        writers.check(self)
        self.assertEqual(self.site.stop(), 0)


if __name__ == "__main__":
    unittest.main()
