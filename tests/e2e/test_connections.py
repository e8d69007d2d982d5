# SPDX-License-Identifier: MIT
"""More clients than there is room for, and how many files the process may have open."""
import os
import pathlib
import re
import resource
import socket
import sys
import threading
import time
import unittest

from databases import until
from site_process import MESSAGES_ROUTE, PATIENCE, SETTINGS, TOKEN_ROUTE, Site
from unit_filter import UNIT

HERE = pathlib.Path(__file__).resolve().parent


# Silence is no reason to close a connection before the test is over.
SERVER = "\n[SERVER]\nHEADER_TIMEOUT = 6000\n"


class LimitedSite(Site):
    """A site whose commands may at first have `soft` files open, and raise that to `hard`."""

    def __init__(self, soft, hard, settings=SETTINGS + SERVER):
        self.prefix = ("prlimit", f"--nofile={soft}:{hard}")
        super().__init__(settings)

    def open_files(self):
        """The limits of the server, the soft one and the hard one."""
        limits = pathlib.Path(f"/proc/{self.process.pid}/limits").read_text(encoding="utf-8")
        return tuple(int(number) for number in re.search(r"Max open files +(\d+) +(\d+)", limits).groups())


def niceness(process):
    """Of each thread."""
    found = []
    for stat in pathlib.Path(f"/proc/{process.pid}/task").glob("*/stat"):
        try:
            found.append(int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[16]))
        except OSError:
            pass  # it has ended
    return found


def guess(site, enough):
    """Wrong passwords until it is enough, at most as many as are tried in a minute."""
    for _ in range(10):
        if enough.is_set():
            break
        client = site.client()
        client.request("POST", "/api-token-auth/", '{"username": "ann", "password": "wrong"}', {"Content-Type": "application/json"})
        client.close()


def connect(port):
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def statuses(site, token):
    """What new clients get."""
    found = []
    for path in ("/healthz", "/readyz", "/messages/peek/"):
        client = site.client(token)
        found.append(client.request("GET", path)[0])
        client.close()
    return found


class OpenFiles(unittest.TestCase):
    def setUp(self):
        if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 5000:
            self.skipTest("this user may not have 5000 files open")

    def test_are_as_many_as_the_process_may_have(self):
        with LimitedSite(256, 5000) as site:
            site.serve()
            self.assertEqual(site.open_files(), (5000, 5000))
            self.assertNotIn("MAX_CONNECTIONS", "".join(site.output))

    def test_that_are_too_few_for_all_connections_are_told_and_leave_room_for_the_database(self):
        with LimitedSite(300, 300) as site:
            token = site.user("ann")
            site.serve()
            told = site.lines("may have 300 files open")
            found = re.search(r"so it takes (\d+) connections instead of the 4096 of SERVER.MAX_CONNECTIONS", "".join(told))
            self.assertIsNotNone(found, site.output)
            silent = [connect(site.port) for _ in range(3 * int(found[1]))]
            self.assertEqual(statuses(site, token), [200, 200, 200])
            # who came last has a place still
            last = silent[-1]
            last.sendall(f"GET /messages/peek/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n\r\n".encode())
            self.assertTrue(last.recv(100).startswith(b"HTTP/1.1 200 OK\r\n"))
            for connection in silent:
                connection.close()
            site.stop()
            told = [line for line in site.output if "warning" in line.lower() or "connections are in use" in line]
            self.assertLess(len(told), 5, told)

    @unittest.skipIf(os.environ.get("SANITIZERS"), "a sanitizer takes for broken what it finds no descriptor to look into")
    def test_that_run_out_while_it_serves_make_room_as_well(self):
        with LimitedSite(5000, 5000) as site:
            token = site.user("ann")
            site.serve()
            self.assertEqual(statuses(site, token), [200, 200, 200])
            used = len(os.listdir(f"/proc/{site.process.pid}/fd"))
            resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (used + 100, 5000))
            silent = [connect(site.port) for _ in range(200)]
            # while all these come at once, somebody who has just come may have to make room too
            self.assertTrue(until(lambda: self.are_answered(site, token)))
            for connection in silent:
                connection.close()
            site.stop()
            # once a minute at most
            self.assertIn(sum("cannot accept" in line for line in site.output), range(1, 10), site.output)

    @unittest.skipIf(os.environ.get("SANITIZERS"), "a sanitizer takes for broken what it finds no descriptor to look into")
    def test_that_others_have_taken_cost_no_more_than_a_client_now_and_then(self):
        with LimitedSite(5000, 5000) as site:
            token = site.user("ann")
            site.serve()
            self.assertEqual(statuses(site, token), [200, 200, 200])
            used = set(map(int, os.listdir(f"/proc/{site.process.pid}/fd")))
            first_free = next(number for number in range(5000) if number not in used)
            silent = [connect(site.port) for _ in range(200)]
            self.assertEqual(statuses(site, token), [200, 200, 200])
            # their descriptors are beyond the limit: who goes leaves no room for another one
            resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (first_free, 5000))
            clients = []

            def is_refused():
                clients.append(connect(site.port))  # the first may get what somebody has left since
                return any("cannot accept" in line for line in site.output)

            self.assertTrue(until(is_refused))
            client = clients[-1]
            resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (5000, 5000))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n"))
            for connection in silent:
                connection.setblocking(False)
            self.assertGreater(sum(self.is_open(connection) for connection in silent), 100)
            for connection in [*clients, *silent]:
                connection.close()

    @staticmethod
    def is_open(connection):
        try:
            return connection.recv(1) != b""
        except BlockingIOError:
            return True
        except ConnectionError:
            return False

    @staticmethod
    def are_answered(site, token):
        try:
            return statuses(site, token) == [200, 200, 200]
        except ConnectionError:
            return False

    def test_are_raised_with_the_system_calls_that_the_packaged_unit_allows(self):
        with LimitedSite(256, 5000, SETTINGS + MESSAGES_ROUTE + TOKEN_ROUTE) as site:
            token = site.user("ann")
            site.prefix += (sys.executable, str(HERE / "unit_filter.py"))
            site.serve()
            self.assertEqual(site.open_files(), (5000, 5000))
            self.assertEqual(statuses(site, token), [200, 200, 200])
            # so is the priority lowered of who hashes a password, as long as that takes
            enough = threading.Event()
            guesses = threading.Thread(target=guess, args=(site, enough))
            guesses.start()
            seen = set()
            while guesses.is_alive() and len(seen) < 2:
                seen.update(niceness(site.process))
                time.sleep(0.001)
            enough.set()
            guesses.join()
            self.assertGreater(max(seen), os.nice(0))

    def test_of_the_packaged_unit_are_enough_for_all_connections(self):
        limit = int(re.search(r"(?m)^LimitNOFILE=(\d+)$", UNIT.read_text(encoding="utf-8"))[1])
        self.assertGreater(limit, 2 * 4096)


class FullServer(unittest.TestCase):
    def test_has_a_place_for_a_new_client_whatever_the_others_do_not_finish(self):
        partial = b"POST /messages/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"
        with Site(SETTINGS + SERVER + "MAX_CONNECTIONS = 50\n") as site:
            token = site.user("ann")
            site.serve()
            for sent in (b"", b"\r\n", partial[:1], partial[:30], partial, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"no request\r\n\r\n"):
                with self.subTest(sent=sent):
                    others = [connect(site.port) for _ in range(150)]
                    for other in others[-50:]:
                        other.sendall(sent)
                    self.assertEqual(statuses(site, token), [200, 200, 200])
                    for other in others:
                        other.close()


if __name__ == "__main__":
    unittest.main()
