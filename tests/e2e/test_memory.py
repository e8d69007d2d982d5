# SPDX-License-Identifier: MIT
"""What the server's memory holds once its clients have what they wanted."""
import contextlib
import os
import re
import socket
import sqlite3
import unittest

from databases import until
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, SETTINGS, Site

MIB = 1024 * 1024
#: what the server may have learnt meanwhile: pages of the database, statements
SPARE = 16 * MIB
#: no time is over before the test is
PATIENT = "\n[SERVER]\nHEADER_TIMEOUT = 6000\nBODY_TIMEOUT = 6000\nKEEP_ALIVE_TIMEOUT = 6000\n"


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=300)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer(connection):
    """Status and length of the body of the next answer, which is read."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise AssertionError(f"the connection ended after {received!r}")
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1])
    rest = length - len(body)
    while rest > 0:
        rest -= len(connection.recv(min(rest, MIB)))
    return int(head.split()[1]), length


@unittest.skipIf(os.environ.get("SANITIZERS"), "a sanitizer keeps what is freed")
class Memory(unittest.TestCase):
    def serve(self, server=""):
        site = Site(SETTINGS + PATIENT + server + MESSAGES_ROUTE + LOGIN_ROUTE)
        self.addCleanup(site.__exit__)
        self.token = site.user("ann")
        site.serve()
        self.site = site
        return site

    def resident(self):
        with open(f"/proc/{self.site.process.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024

    def list_messages(self, connection, fields=""):
        connection.sendall(f"GET /messages/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token {self.token}\r\n{fields}\r\n".encode())
        return answer(connection)

    def test_an_idle_connection_holds_little_whatever_it_has_served(self):
        site = self.serve()
        with sqlite3.connect(site.folder / "db.sqlite3") as database:
            database.execute("INSERT INTO drf_messages_message (message, level, view, created, user_id)"
                             " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                             " SELECT hex(zeroblob(500)), 20, '', '2026-01-01 00:00:00', (SELECT max(id) FROM auth_user) FROM n")
        database.close()
        first = [connect(site.port) for _ in range(8)]
        for connection in first * 2:
            self.assertEqual(self.list_messages(connection)[0], 200)
        before = self.resident()

        count = 100
        connections = [connect(site.port) for _ in range(count)]
        for connection in connections:
            status, length = self.list_messages(connection, f"Cookie: a={'x' * 30_000}\r\n")
            self.assertEqual(status, 200)
            self.assertGreater(length, MIB)
        self.assertTrue(until(lambda: self.resident() - before < SPARE + count * 16 * 1024))

        for connection in [*first, *connections]:
            connection.close()
        self.assertTrue(until(lambda: self.resident() - before < SPARE))

    def test_an_idle_connection_forgets_the_target_too(self):
        site = self.serve("HEADER_LIMIT_BYTES = 1000000\n")
        count, long = 100, "a" * 500_000

        def ask(connection, target):
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            return answer(connection)[0]

        for target, status in ((f"http://{long}/healthz", 200), (f"/healthz?{long}", 200), (f"/{long}", 404)):
            with self.subTest(target=target[:10]):
                with connect(site.port) as connection:
                    self.assertEqual(ask(connection, target), status)
                before = self.resident()
                connections = [connect(site.port) for _ in range(count)]
                for connection in connections:
                    self.assertEqual(ask(connection, target), status)
                self.assertTrue(until(lambda: self.resident() - before < SPARE + count * 16 * 1024))
                for connection in connections:
                    connection.close()

    def test_bodies_under_way_have_one_bound_and_those_of_no_use_take_nothing(self):
        site = self.serve("BODY_LIMIT_BYTES = 1000000\nBODIES_LIMIT_BYTES = 8000000\n")
        with connect(site.port) as connection:
            self.assertEqual(self.list_messages(connection)[0], 200)
        before = self.resident()
        body = b"x" * 999_999

        def half_sent(path):
            connection = connect(site.port)
            with contextlib.suppress(ConnectionError):  # one for which there is no room is answered before all of it is here, and closed
                connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
                                   "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body)
            return connection

        unused = [half_sent("/messages/") for _ in range(50)]
        self.assertLess(self.resident() - before, SPARE)
        for connection in unused:
            connection.sendall(b"x")
            self.assertEqual(answer(connection)[0], 405)
            connection.close()

        used = [half_sent("/api-auth/login/") for _ in range(50)]
        form = b"username=ann&password=wrong"
        small = connect(site.port)
        small.sendall(b"POST /api-auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                      b"Content-Length: %d\r\n\r\n%s" % (len(form), form))
        self.assertEqual(answer(small)[0], 403)  # a form without a CSRF token
        small.close()
        self.assertLess(self.resident() - before, SPARE + 8 * MIB)
        found = set()
        for connection in used:
            try:
                connection.sendall(b"x")
                found.add(answer(connection)[0])
            except OSError:
                found.add(503)  # closed since
            connection.close()
        self.assertIn(503, found)
        self.assertTrue(until(lambda: self.resident() - before < SPARE))


if __name__ == "__main__":
    unittest.main()
