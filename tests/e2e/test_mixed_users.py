# SPDX-License-Identifier: MIT
"""Users who share connections, to the server and behind it to the database, which are cut off meanwhile: nobody is taken for another."""
import json
import random
import socket
import subprocess
import tempfile
import threading
import unittest

from databases import settings_for, until
from nginx_command import nginx_command
from pipeline import Pipeline
from servers import MariaDB, PostgreSQL, free_port
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, Site
from test_server import logged_in

USERS = ("ann", "bob", "eve")
CONNECTIONS, BATCH, ENOUGH_BATCHES, ENOUGH_CUTS = 4, 16, 20, 5
HTTP = """
    keepalive_requests 1000000;
    upstream messages {{ server 127.0.0.1:{behind}; keepalive 2; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://messages; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }}
    }}
"""


class Visitors(threading.Thread):
    """One connection on which now this user asks and now that one, several at a time, and what was wrong about the answers."""

    def __init__(self, port, credentials, seed):
        super().__init__()
        self.port, self.chance, self.credentials = port, random.Random(seed), credentials
        self.batches, self.answered, self.stopped, self.problem = 0, 0, threading.Event(), None

    def run(self):
        try:
            with Pipeline(self.port) as pipeline:
                while not self.stopped.is_set():
                    self.ask(pipeline, [self.chance.choice(self.credentials) for _ in range(BATCH)])
                    self.batches += 1
        except Exception as error:  # pylint: disable=broad-except
            self.problem = repr(error)

    def ask(self, pipeline, batch):
        answers = pipeline.ask([("GET", "/messages/", field) for _, field in batch])
        for (user, field), (status, body) in zip(batch, answers):
            if status == 503:
                continue
            texts = [message["message"] for message in json.loads(body)] if status == 200 else None
            if texts != ([f"for {user} alone"] if user else []):
                raise AssertionError(f"{user or 'nobody'}, {field!r}: {status} {body}")
            self.answered += 1


class MixedUsers:
    """For one kind of database server, made by make(), whose connections cut() ends."""

    def visit(self, database, port, credentials):
        visitors = [Visitors(port, credentials, seed) for seed in range(CONNECTIONS)]
        for visitor in visitors:
            visitor.start()
        cuts, before = 0, 0

        def enough():
            nonlocal cuts, before
            if sum(visitor.answered for visitor in visitors) > before:  # else the connections are not back yet
                self.cut(database)
                cuts += 1
                before = sum(visitor.answered for visitor in visitors)
            return any(visitor.problem for visitor in visitors) or (cuts >= ENOUGH_CUTS and all(
                visitor.answered and visitor.batches >= ENOUGH_BATCHES for visitor in visitors))

        in_time = until(enough)
        for visitor in visitors:
            visitor.stopped.set()
        for visitor in visitors:
            visitor.join()
        self.assertEqual([visitor.problem for visitor in visitors if visitor.problem], [])
        self.assertTrue(in_time)

    def test_stay_themselves_on_shared_connections_that_are_cut_off(self):
        with self.make() as database, Site(settings_for(database.url) + MESSAGES_ROUTE + LOGIN_ROUTE) as site:
            tokens = {user: site.user(user) for user in USERS}
            for user in USERS:
                site.manage("send", "--to", user, f"for {user} alone")
            site.serve()
            credentials = [(None, ""), (None, "Cookie: sessionid=abcdefghijklmnopqrstuvwxyz012345\r\n")]
            for user in USERS:  # before the first cut: who logs in while the database is away is refused
                credentials.append((user, f"Authorization: Token {tokens[user]}\r\n"))
                credentials.append((user, f"Cookie: {logged_in(('127.0.0.1', site.port), user)}\r\n"))
            with self.subTest(through="nothing"):
                self.visit(database, site.port, credentials)
            with self.subTest(through="nginx"), tempfile.TemporaryDirectory(prefix="drf-messages-nginx-") as folder:
                port = free_port()
                command = nginx_command(folder, HTTP.format(port=port, behind=site.port), main="master_process off;", log="crit")
                nginx = subprocess.Popen(command, stdin=subprocess.DEVNULL)
                try:
                    self.assertTrue(until(lambda: listens(port)))
                    self.visit(database, port, credentials)
                finally:
                    nginx.terminate()
                    nginx.wait()
            self.assertEqual(site.stop(), 0)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
        return True
    except OSError:
        return False


class OnPostgreSQL(MixedUsers, unittest.TestCase):
    make = PostgreSQL

    def cut(self, database):
        database.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


class OnMariaDB(MixedUsers, unittest.TestCase):
    make = MariaDB

    def cut(self, database):
        database.sql("KILL USER drf")


if __name__ == "__main__":
    unittest.main()
