# SPDX-License-Identifier: MIT
"""What signals do to a server: who ends it and when, and who does not."""
import signal
import socket
import sqlite3
import subprocess
import unittest

from databases import settings_for
from site_process import BINARY, PATIENCE, SETTINGS, Site

# A list waits for the lock of another process for as long as the test lasts.
PATIENT = SETTINGS + "\n[DATABASES.default.OPTIONS]\ntimeout = 6000\n\n[SERVER]\nSTATEMENT_TIMEOUT = 0\nDRAIN_TIMEOUT = "


class Signals(unittest.TestCase):
    def test_those_that_ask_for_no_end_end_neither_the_server_nor_a_request(self):
        with Site(SETTINGS + "\n[SERVER]\nHEADER_TIMEOUT = 6000\n") as site:
            token = site.user("ann")
            site.serve()
            with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as client:
                client.sendall(b"GET /messages/peek/ HTTP/1.1\r\nHost: x\r\n")
                for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE) * 3:
                    site.process.send_signal(number)
                    self.assertEqual(site.client(token).get("/messages/peek/")["count"], 0)
                client.sendall(f"Authorization: Token {token}\r\n\r\n".encode())
                self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n"))
            self.assertEqual(site.stop(), 0)

    def hanging(self, drain_timeout):
        """A server on which a list waits, and whatever holds it up."""
        site = Site(PATIENT + f"{drain_timeout}\n")
        self.addCleanup(site.__exit__)
        token = site.user("ann")
        site.manage("send", "--to", "ann", "hello")
        site.serve()
        other = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=60)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        client = site.client(token)
        self.assertEqual(client.get("/messages/peek/")["count"], 1)
        # has arrived before the signal, on a connection that the server knows: it is under way
        client.connection.request("GET", "/messages/", headers=client.headers)
        self.addCleanup(client.close)
        return site

    def test_sigterm_ends_the_server_in_time_whatever_a_request_waits_for(self):
        self.assertEqual(self.hanging(drain_timeout=0).stop(), 0)
        self.assertEqual(self.hanging(drain_timeout=1).stop(), 0)

    def test_a_second_one_ends_the_server_at_once(self):
        for first, second in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)):
            with self.subTest(first=first, second=second):
                site = self.hanging(drain_timeout=86400)
                site.process.send_signal(first)
                # a signal that has not been taken yet swallows another of its kind
                with self.assertRaises(OSError):
                    while True:
                        socket.create_connection(("127.0.0.1", site.port), PATIENCE).close()
                self.assertEqual(site.stop(second), 0)

    def test_a_server_that_has_not_begun_to_serve_ends_too(self):
        with socket.create_server(("127.0.0.1", 0)) as database:
            settings = settings_for(f"postgresql://ann:secret@127.0.0.1:{database.getsockname()[1]}/site", "DRAIN_TIMEOUT = 86400")
            for number in (signal.SIGTERM, signal.SIGINT):
                with self.subTest(signal=number), Site(settings, migrate=False) as site:
                    server = subprocess.Popen([BINARY, "serve", "--settings", str(site.settings), "--bind", "127.0.0.1:0"], cwd=site.folder,
                                              env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    try:
                        connection = database.accept()[0]  # whoever never answers it
                        server.send_signal(number)
                        self.assertEqual(server.wait(PATIENCE), 0)
                        connection.close()
                    finally:
                        server.kill()
                        server.wait()


if __name__ == "__main__":
    unittest.main()
