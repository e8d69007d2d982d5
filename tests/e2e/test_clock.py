# SPDX-License-Identifier: MIT
"""A clock that jumps while the server runs: who is logged in stays so, and nothing waits for it."""
import os
import pathlib
import signal
import socket
import time
import unittest

from databases import until
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, PATIENCE, SETTINGS, Site
from test_server import logged_in

LIBRARY = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
JUMPS = (HOUR, 0, -HOUR, -YEAR, 0, DAY, -DAY, 0)
ENGINES = ("db", "cached_db", "cache", "file", "signed_cookies")
PAGES = 'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.CursorPagination"\nPAGE_SIZE = 2\n'


class ClockedSite(Site):
    """Its processes live by a clock of the test's."""

    @property
    def environment(self):
        self.set_clock(0)
        return {**super().environment, "LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set_clock(self, seconds):
        """So far ahead of the machine's."""
        new = self.folder / "clock.new"
        new.write_text(f"{seconds:+d}\n", encoding="utf-8")
        new.rename(self.folder / "clock")


@unittest.skipIf(os.environ.get("SANITIZERS"), "a sanitizer wants to be the first library")
class Clock(unittest.TestCase):
    def setUp(self):
        self.assertIsNotNone(LIBRARY, "the package faketime is not installed")

    @staticmethod
    def day(seconds):
        """As the log writes it."""
        return time.strftime("%Y-%m-%dT", time.localtime(time.time() + seconds))

    def settings(self, engine):
        return f'SESSION_ENGINE = "django.contrib.sessions.backends.{engine}"\nSESSION_FILE_PATH = "."\n' + SETTINGS + MESSAGES_ROUTE + LOGIN_ROUTE

    def test_who_is_logged_in_stays_so_whatever_the_clock_does(self):
        for engine in ENGINES:
            with self.subTest(engine=engine), ClockedSite(self.settings(engine)) as site:
                token = {"Authorization": "Token " + site.user("ann")}
                site.manage("send", "--to", "ann", "one")
                site.serve()
                session = {"Cookie": logged_in(("127.0.0.1", site.port), "ann")}
                client, days = site.client(), {self.day(-YEAR)}
                client.request("GET", "/healthz")
                connection = client.connection.sock
                for seconds in JUMPS:
                    site.set_clock(seconds)
                    for headers in (token, session):
                        status, body = client.request("GET", "/messages/peek/", headers=headers)
                        self.assertEqual((seconds, status, body[:10]), (seconds, 200, b'{"count":1'))
                    self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
                    # as if no time had passed: it is no idle connection whose time is over
                    self.assertIs(client.connection.sock, connection)
                site.set_clock(0)
                self.assertEqual(client.request("GET", "/messages/", headers=session)[0], 200)
                self.assertEqual(site.stop(), 0)
                days.add(self.day(-YEAR))
                self.assertTrue(any(line.startswith(tuple(days)) for line in site.output), "the server lived by another clock")

    def test_a_session_whose_end_the_clock_has_passed_is_back_with_the_right_time(self):
        with ClockedSite(self.settings("db")) as site:
            site.user("ann")
            site.manage("send", "--to", "ann", "one")
            site.serve()
            client = site.client()
            session = {"Cookie": logged_in(("127.0.0.1", site.port), "ann")}
            for seconds, count in ((YEAR, 0), (0, 1), (30 * DAY, 0), (-YEAR, 1)):  # nobody has none
                site.set_clock(seconds)
                status, body = client.request("GET", "/messages/peek/", headers=session)
                self.assertEqual((seconds, status, body[:10]), (seconds, 200, b'{"count":%d' % count))

    def test_a_request_and_the_end_take_as_long_as_before(self):
        for seconds in (YEAR, -YEAR):
            with self.subTest(clock=seconds), ClockedSite(SETTINGS + "\n[SERVER]\nHEADER_TIMEOUT = 600\nDRAIN_TIMEOUT = 600\n") as site:
                token = site.user("ann")
                site.serve()
                with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as client:
                    client.sendall(b"GET /messages/peek/ HTTP/1.1\r\nHost: x\r\n")
                    site.set_clock(seconds)
                    self.assertEqual(site.client(token).get("/messages/peek/")["count"], 0)
                    site.process.send_signal(signal.SIGTERM)
                    with self.assertRaises(OSError):
                        while True:
                            socket.create_connection(("127.0.0.1", site.port), PATIENCE).close()
                    client.sendall(f"Authorization: Token {token}\r\n\r\n".encode())
                    self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n"))
                self.assertEqual(site.process.wait(PATIENCE), 0)
                site.reader.join()
                site.process.stdout.close()

    def test_pages_show_each_message_once_when_the_clock_goes_back_between_them(self):
        for query in ("", "?unread=true"):
            with self.subTest(query=query), ClockedSite(SETTINGS + PAGES) as site:
                token = site.user("ann")
                for number in range(6):
                    site.manage("send", "--to", "ann", f"text {number}")
                site.serve()
                client, shown, path = site.client(token), [], "/messages/" + query
                while path:
                    page = client.get(path)
                    shown += [message["message"] for message in page["results"]]
                    path = page["next"] and page["next"][page["next"].index("/messages/"):]
                    site.set_clock(-len(shown) * HOUR)
                self.assertEqual(shown, [f"text {number}" for number in reversed(range(6))])


if __name__ == "__main__":
    unittest.main()
