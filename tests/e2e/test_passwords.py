# SPDX-License-Identifier: MIT
"""Passwords that take long to check, and everybody else meanwhile."""
import pathlib
import select
import shutil
import socket
import sys
import unittest

from databases import settings_for, until
from site_process import MESSAGES_ROUTE, PATIENCE, SETTINGS, TOKEN_ROUTE, Site
import servers

HERE = pathlib.Path(__file__).resolve().parent
# Each check takes seconds.
SLOW = """\
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PBKDF2_ITERATIONS = 10000000
"""
GUESSERS = 40


def guess(port, name):
    """A connection on which the answer to a wrong password comes."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    body = f'{{"username": "{name}", "password": "wrong"}}'
    connection.sendall(f"POST /api-token-auth/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return connection


def answered(guesses):
    """How many."""
    return len(select.select(guesses, [], [], 0)[0])


def threads_with(priority, pid):
    """Threads of the process whose nice value is by that much above that of the process."""
    found, own = 0, None
    for stat in sorted(pathlib.Path(f"/proc/{pid}/task").glob("*/stat"), key=lambda path: int(path.parent.name)):
        try:
            nice = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[16])
        except (FileNotFoundError, ProcessLookupError):
            continue
        own = nice if own is None else own
        found += nice == min(own + priority, 19)
    return found


class Guessing(unittest.TestCase):
    def check(self, settings):
        with Site(SLOW + settings + MESSAGES_ROUTE + TOKEN_ROUTE) as site:
            site.manage("createuser", "ann", "--noinput")
            token = site.manage("drf_create_token", "ann").split()[2]
            site.serve()
            guesses = [guess(site.port, f"nobody{number}") for number in range(GUESSERS)]
            self.assertTrue(until(lambda: threads_with(10, site.process.pid) > 0))
            unhindered = 0
            for _ in range(20):
                before = answered(guesses)
                client = site.client(token)
                self.assertEqual(client.get("/messages/peek/")["count"], 0)
                client.close()
                unhindered += before == answered(guesses) <= GUESSERS // 2
            # who has to wait for a guess, which were all there before, has his answer after that
            self.assertGreater(unhindered, 0)
            for connection in guesses:
                connection.close()

    def test_keeps_nobody_waiting(self):
        self.check(SETTINGS)

    def test_keeps_nobody_waiting_on_postgresql(self):
        with servers.PostgreSQL() as server:
            self.check(settings_for(server.url))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there")
    def test_has_threads_of_low_priority_with_the_system_calls_that_the_packaged_unit_allows(self):
        with Site(SLOW + SETTINGS + TOKEN_ROUTE) as site:
            site.prefix = (sys.executable, str(HERE / "unit_filter.py"))
            site.serve()
            self.assertEqual(threads_with(10, site.process.pid), 0)
            connection = guess(site.port, "nobody")
            self.assertTrue(until(lambda: threads_with(10, site.process.pid) > 0))
            connection.close()


if __name__ == "__main__":
    unittest.main()
