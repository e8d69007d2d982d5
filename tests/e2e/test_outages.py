# SPDX-License-Identifier: MIT
"""What the world may do to a server and to a command: files that go, disks that fill, readers that leave."""
import os
import resource
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
import unittest

from databases import settings_for, until
from servers import MariaDB, PostgreSQL
from site_process import BINARY, PATIENCE, SETTINGS, Site


def is_served(path):
    """Whether somebody listens on that Unix socket: its file is there a moment before."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


class Outages(unittest.TestCase):
    def test_a_removed_database_is_noticed_and_a_new_one_taken(self):
        with Site() as site:
            token = site.user("ann")
            site.serve()
            client = site.client(token)
            client.get("/messages/")
            for name in ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm"):
                (site.folder / name).unlink(missing_ok=True)
            self.assertTrue(until(lambda: client.request("GET", "/messages/")[0] == 503))
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 503))
            site.manage("migrate")
            token = site.user("bob")
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
            self.assertTrue(until(lambda: site.client(token).request("GET", "/messages/") == (200, b"[]")))

    def test_a_database_that_can_not_be_used_is_503_and_readable_again_afterwards(self):
        with Site() as site:
            token = site.user("ann")
            site.manage("send", "--to", "ann", "hello")
            site.serve()
            client = site.client(token)
            database = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=60)
            database.execute("ALTER TABLE drf_messages_message RENAME TO away")
            status, body = client.request("GET", "/messages/")
            self.assertEqual(status, 503, body)
            self.assertNotIn(b"drf_messages_message", body)
            database.execute("ALTER TABLE away RENAME TO drf_messages_message")
            self.assertEqual(len(client.get("/messages/")), 1)
            database.close()

    def test_who_reads_need_not_wait_for_a_lock_that_another_process_holds(self):
        patient = SETTINGS.replace('"db.sqlite3"', '"db.sqlite3"\nOPTIONS = { timeout = 6000 }')
        with Site(patient + "\n[SERVER]\nWORKERS = 4\nSTATEMENT_TIMEOUT = 0\n") as site:
            token = site.user("ann")
            site.manage("send", "--to", "ann", "hello")
            site.serve()
            database = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=60)
            database.execute("BEGIN IMMEDIATE")
            statuses = []
            lists = [threading.Thread(target=lambda: statuses.append(site.client(token).request("GET", "/messages/")[0])) for _ in range(20)]
            for thread in lists:
                thread.start()
            # Of the 16 that are under way half wait as long as it takes. The others give up 2 s after the first took its turn, and so do those
            # that come after them.
            self.assertTrue(until(lambda: len(statuses) >= 12))
            self.assertEqual(set(statuses), {503})
            client = site.client(token)
            for path in ("/messages/peek/", "/healthz"):
                self.assertEqual(client.request("GET", path)[0], 200)
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
            self.assertEqual(len(statuses), 12)  # the others wait still
            database.execute("ROLLBACK")
            database.close()
            for thread in lists:
                thread.join()
            self.assertEqual(len(client.get("/messages/")), 1)

    def test_a_server_outlives_the_reader_of_its_log(self):
        with Site() as site:
            token = site.user("ann")
            reading, writing = os.pipe()
            path = site.folder / "s"
            server = subprocess.Popen([BINARY, "serve", "--settings", str(site.settings), "--bind", f"unix:{path}"], stdout=writing, stderr=writing,
                                      cwd=site.folder, env=site.environment)
            os.close(writing)
            with open(reading, encoding="utf-8") as log:
                self.assertTrue(any("Serving messages on" in line for line in log))
            try:
                for _ in range(3):
                    with socket.socket(socket.AF_UNIX) as client:
                        client.settimeout(PATIENCE)
                        client.connect(str(path))
                        client.sendall(f"GET /messages/peek/ HTTP/1.0\r\nHost: x\r\nAuthorization: Token {token}\r\n\r\n".encode())
                        self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200"))
                server.terminate()
                self.assertEqual(server.wait(PATIENCE), 0)
            finally:
                server.kill()
                server.wait()

    def test_a_closed_standard_stream_does_not_become_a_clients_connection(self):
        with Site() as site:
            token = site.user("ann")
            path = site.folder / "s"
            server = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", BINARY, "serve", "--settings", str(site.settings),
                                       "--bind", f"unix:{path}"], cwd=site.folder, env=site.environment)
            try:
                self.assertTrue(until(lambda: is_served(path)))
                streams = [os.readlink(f"/proc/{server.pid}/fd/{number}") for number in range(3)]
                self.assertEqual(streams, ["/dev/null"] * 3)
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(PATIENCE)
                    client.connect(str(path))
                    client.sendall(f"GET /messages/nothing/ HTTP/1.0\r\nHost: x\r\nAuthorization: Token {token}\r\n\r\n".encode())
                    answer = b""
                    while chunk := client.recv(65536):
                        answer += chunk
                self.assertTrue(answer.startswith(b"HTTP/1.1 404"), answer)
                self.assertNotIn(b" info ", answer)
            finally:
                server.kill()
                server.wait()


class ServerOutages:
    """For one kind of database server, made by make()."""

    def timed(self, client, method, path):
        began = time.monotonic()
        return client.request(method, path)[0], time.monotonic() - began

    def test_a_database_that_is_stopped_is_503_at_once_and_service_returns_by_itself(self):
        with self.make() as database, Site(settings_for(database.url, "WORKERS = 4")) as site:
            token = site.user("ann")
            site.manage("send", "--to", "ann", "hello")
            site.serve()
            client = site.client(token)
            self.assertEqual(len(client.get("/messages/?unread=true")), 1)
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
            database.stop()
            self.assertEqual(client.request("GET", "/messages/peek/")[0], 503)
            # what was found a tenth of a second ago is still said
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 503))
            for method, path in (("GET", "/messages/peek/"), ("GET", "/messages/"), ("DELETE", "/messages/1/"), ("GET", "/readyz")):
                times = []
                for _ in range(10):
                    status, seconds = self.timed(client, method, path)
                    self.assertEqual((method, path, status), (method, path, 503))
                    times.append(seconds)
                self.assertLess(statistics.median(times), 5, (method, path))  # of one a busy machine says nothing
            self.assertEqual(client.request("GET", "/healthz")[0], 200)
            database.start()
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
            self.assertTrue(until(lambda: client.request("GET", "/messages/peek/")[0] == 200))
            self.assertEqual(client.request("DELETE", "/messages/1/")[0], 204)
            client.close()

    def test_a_database_that_is_frozen_does_not_keep_the_server_from_saying_so(self):
        with self.make() as database, Site(settings_for(database.url, "WORKERS = 2\nSTATEMENT_TIMEOUT = 2")) as site:
            token = site.user("ann")
            site.serve()
            client = site.client()
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
            statuses = []

            def peek():
                client = site.client(token)
                statuses.append(client.request("GET", "/messages/peek/")[0])
                client.close()

            database.freeze()
            try:
                # more than there are workers
                requests = [threading.Thread(target=peek) for _ in range(6)]
                for request in requests:
                    request.start()
                # what was found a tenth of a second ago is still said
                self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 503))
                for path, wanted in (("/readyz", 503), ("/healthz", 200)):
                    times = []
                    for _ in range(5):
                        status, seconds = self.timed(client, "GET", path)
                        self.assertEqual((path, status), (path, wanted))
                        times.append(seconds)
                    self.assertLess(statistics.median(times), 5, path)
                for request in requests:
                    request.join()
                self.assertEqual(set(statuses), {503})
            finally:
                database.thaw()
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))
            client.close()
            client = site.client(token)
            self.assertTrue(until(lambda: client.request("GET", "/messages/peek/")[0] == 200))
            client.close()


class MariaDBOutages(ServerOutages, unittest.TestCase):
    make = MariaDB


class PostgreSQLOutages(ServerOutages, unittest.TestCase):
    make = PostgreSQL


class Commands(unittest.TestCase):
    def shell(self, site, line):
        return subprocess.run(["sh", "-c", line], cwd=site.folder, env={**site.environment, "B": BINARY}, capture_output=True, text=True, timeout=300)

    def test_a_reader_that_leaves_is_no_reason_to_complain(self):
        with Site() as site:
            site.user("ann")
            for _ in range(3):
                site.manage("send", "--to", "ann", "x" * 1000)
            done = self.shell(site, '"$B" list ann | head -c 1')
            self.assertEqual((done.stdout, done.stderr), ("I", ""))

    def test_output_that_can_not_be_written_is_an_error(self):
        with Site() as site:
            site.user("ann")
            for command in ("list ann", "settings", "--help", "drf_create_token ann"):
                with self.subTest(command=command):
                    self.assertEqual(self.shell(site, f'"$B" {command} >/dev/full').returncode, 1)
            done = self.shell(site, '"$B" list ann >&-')
            self.assertEqual((done.returncode, done.stderr), (1, "drf-messages: standard output cannot be written\n"))
            done = self.shell(site, '"$B" send --to ann - <&-')
            self.assertEqual((done.returncode, done.stderr), (1, "drf-messages: the message is empty; nothing was sent\n"))

    def test_a_file_that_may_not_grow_is_one_line_and_nothing_is_half_stored(self):
        with Site() as site:
            site.user("ann")
            site.user("bob")
            size = (site.folder / "db.sqlite3").stat().st_size

            def limit():
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

            sent = 0
            for _ in range(400):
                done = subprocess.run([BINARY, "send", "--settings", str(site.settings), "--to", "ann", "bob", "--tag", "t", "x" * 1000],
                                      cwd=site.folder, env=site.environment, preexec_fn=limit, capture_output=True, text=True, timeout=300)
                if done.returncode != 0:
                    break
                sent += 1
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"\Adrf-messages: database [^\n]+\n\Z")
            database = sqlite3.connect(site.folder / "db.sqlite3")
            counts = [database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("drf_messages_message", "drf_messages_messagetag")]
            self.assertEqual(counts, [2 * sent, 2 * sent])
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            database.close()


if __name__ == "__main__":
    unittest.main()
