# SPDX-License-Identifier: MIT
"""What the server and systemd say to each other: that it is ready, lives and ends; and sockets that systemd has opened."""
import http.client
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest

from databases import until
from servers import free_port
from site_process import BINARY, MESSAGES_ROUTE, PATIENCE, SETTINGS, Site
from systemd_manager import Systemd as OwnSystemd

PACKAGING = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging"
NAMES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")
# Gives its descriptors the numbers from 3 on, as systemd does, and becomes the server.
STARTER = """
import fcntl, os, sys
count = int(sys.argv[1])
for number, descriptor in enumerate([fcntl.fcntl(int(word), fcntl.F_DUPFD, 200) for word in sys.argv[2:2 + count]]):
    os.dup2(descriptor, 3 + number)
os.closerange(3 + count, 300)
os.environ["LISTEN_PID"] = os.environ.get("LISTEN_PID") or str(os.getpid())
os.execv(sys.argv[2 + count], sys.argv[2 + count:])
"""


class Manager:
    """The socket on which systemd hears of a service."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)

    def next(self, seconds=PATIENCE):
        """The lines of the next message; None when there was none."""
        return self.socket.recv(4096).decode().splitlines() if select.select([self.socket], [], [], seconds)[0] else None

    def wait_for(self, line):
        """The messages until there is one with that line."""
        said = []
        while not said or line not in said[-1]:
            said.append(self.next())
            assert said[-1] is not None, f"{line} was not said"
        return said

    def close(self):
        self.socket.close()


class Service(Site):
    """A site whose server is started as systemd starts one."""

    def start(self, *arguments, sockets=(), **variables):
        environment = {**{name: value for name, value in self.environment.items() if name not in NAMES}, **variables}
        numbers = [str(one.fileno()) for one in sockets]
        self.output_text, self.has_said = "", threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-c", STARTER, str(len(numbers)), *numbers, BINARY, "serve", "--settings", str(self.settings), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder, env=environment, pass_fds=[one.fileno() for one in sockets])

        def read():
            for line in self.process.stdout:
                with self.has_said:
                    self.output_text += line
                    self.has_said.notify_all()

        self.reader = threading.Thread(target=read)
        self.reader.start()
        return self

    def port(self):
        with self.has_said:
            self.has_said.wait_for(lambda: "Serving messages" in self.output_text, PATIENCE)
            return int(re.search(r"Serving messages on http://127\.0\.0\.1:(\d+)", self.output_text)[1])

    def peek(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/healthz")
        try:
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


def listening(address="127.0.0.1"):
    return socket.create_server((address, 0))


class Systemd(unittest.TestCase):
    def service(self, text=SETTINGS, migrate=True):
        service = Service(text, migrate)
        self.addCleanup(service.__exit__)
        return service

    def manager(self, service, address=None):
        manager = Manager(address or str(service.folder / "notify"))
        self.addCleanup(manager.close)
        return manager

    def test_it_is_told_when_requests_are_answered_and_when_the_server_ends(self):
        for name in ("path", "abstract"):
            with self.subTest(socket=name):
                service = self.service()
                address = str(service.folder / "notify")
                if name == "abstract":
                    address = "@" + address
                manager = self.manager(service, address.replace("@", "\0"))
                service.start("--bind", "127.0.0.1:0", NOTIFY_SOCKET=address)
                self.assertEqual(manager.wait_for("READY=1"), [["READY=1"]])
                self.assertEqual(service.peek(service.port()), 200)
                self.assertRegex(manager.next()[0], r"^STATUS=.*\d+ connections? to the database$")
                self.assertEqual(service.stop(), 0)
                said = manager.wait_for("STOPPING=1")
                self.assertNotIn(["WATCHDOG=1"], said)  # nobody has asked

    def test_a_start_that_fails_is_not_ready(self):
        service = self.service("", migrate=False)
        manager = self.manager(service)
        service.start("--bind", "127.0.0.1:0", NOTIFY_SOCKET=str(service.folder / "notify"))
        self.assertEqual(service.process.wait(PATIENCE), 1)
        service.reader.join()
        service.process.stdout.close()
        self.assertIsNone(manager.next(0))

    def test_a_manager_that_is_gone_or_of_another_kind_changes_nothing(self):
        for address in ("/no/such/socket", "relative", "@", "", "/" + "x" * 200, "vsock:1:2"):
            with self.subTest(socket=address):
                service = self.service()
                service.start("--bind", "127.0.0.1:0", NOTIFY_SOCKET=address, WATCHDOG_USEC="100000")
                self.assertEqual(service.peek(service.port()), 200)
                self.assertEqual(service.stop(), 0)

    def test_the_watchdog_hears_of_a_server_whose_worker_comes_back_and_of_no_other(self):
        service = self.service(f"{SETTINGS}\n[SERVER]\nWORKERS = 1\nSTATEMENT_TIMEOUT = 10\n{MESSAGES_ROUTE}")
        ann = service.user("ann")
        service.manage("send", "--to", "ann", "Hello")
        database = sqlite3.connect(service.folder / "db.sqlite3", isolation_level=None, timeout=60)
        database.execute("CREATE TABLE numbers (n)")
        database.executemany("INSERT INTO numbers VALUES (?)", [(number,) for number in range(1000)])
        database.execute("CREATE TRIGGER endless AFTER UPDATE ON drf_messages_message"
                         " BEGIN SELECT COUNT(*) FROM numbers a, numbers b, numbers c, numbers d; END")
        database.close()
        manager = self.manager(service)
        service.start("--bind", "127.0.0.1:0", NOTIFY_SOCKET=str(service.folder / "notify"), WATCHDOG_USEC="400000")
        for _ in range(3):
            manager.wait_for("WATCHDOG=1")
        connection = http.client.HTTPConnection("127.0.0.1", service.port(), timeout=PATIENCE)
        connection.request("GET", "/messages/", headers={"Authorization": f"Token {ann}"})  # marks what it shows, until that is given up

        def is_silent():
            while (said := manager.next(2)) is not None:
                if said == ["WATCHDOG=1"]:
                    return False
            return True

        self.assertTrue(until(is_silent))
        self.assertEqual(connection.getresponse().status, 503)
        connection.close()
        manager.wait_for("WATCHDOG=1")
        self.assertEqual(service.stop(), 0)

    def test_the_watchdog_of_another_process_is_not_answered(self):
        service = self.service()
        manager = self.manager(service)
        service.start("--bind", "127.0.0.1:0", NOTIFY_SOCKET=str(service.folder / "notify"), WATCHDOG_USEC="20000", WATCHDOG_PID="1")
        manager.wait_for("READY=1")
        self.assertEqual(service.peek(service.port()), 200)
        self.assertEqual(service.stop(), 0)
        self.assertNotIn(["WATCHDOG=1"], manager.wait_for("STOPPING=1"))

    def test_sockets_that_are_there_outlive_the_server_and_refuse_nobody(self):
        service = self.service()
        with listening() as http_socket:
            port = http_socket.getsockname()[1]
            for _ in range(2):
                service.start(sockets=[http_socket], LISTEN_FDS="1", LISTEN_FDNAMES="http")
                self.assertEqual(service.port(), port)
                self.assertEqual(service.peek(port), 200)
                self.assertEqual(service.stop(), 0)
                self.assertIn("Serving messages", service.output_text)
            client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)  # between two servers
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            service.start(sockets=[http_socket], LISTEN_FDS="1", LISTEN_FDNAMES="http")
            self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 200 "))
            client.close()
            self.assertEqual(service.stop(), 0)

    def test_a_unix_socket_that_is_there_keeps_its_file(self):
        service = self.service()
        path = service.folder / "http.sock"
        with socket.socket(socket.AF_UNIX) as http_socket:
            http_socket.bind(str(path))
            http_socket.listen()
            service.start(sockets=[http_socket], LISTEN_FDS="1")
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(path))
                client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 200 "))
            self.assertEqual(service.stop(), 0)
            self.assertTrue(path.exists())

    def test_a_socket_of_that_name_is_for_the_metrics(self):
        service = self.service()
        with listening() as http_socket, listening() as metrics_socket:
            service.start(sockets=[metrics_socket, http_socket], LISTEN_FDS="2", LISTEN_FDNAMES="metrics:http")
            self.assertEqual(service.peek(http_socket.getsockname()[1]), 200)
            connection = http.client.HTTPConnection("127.0.0.1", metrics_socket.getsockname()[1], timeout=PATIENCE)
            connection.request("GET", "/metrics")
            self.assertIn(b"http_server_request_duration_seconds", connection.getresponse().read())
            connection.close()
            self.assertEqual(service.stop(), 0)

    def test_what_does_not_listen_is_refused_by_its_number_and_name(self):
        service = self.service()
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        silent = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with datagrams, silent, listening() as good, open(os.devnull, encoding="ascii") as file:
            for name, sockets, count in (("datagrams", [good, datagrams], "2"), ("silent", [good, silent], "2"), ("file", [good, file], "2"),
                                         ("none", [good], "2")):
                with self.subTest(descriptor=name):
                    service.start(sockets=sockets, LISTEN_FDS=count, LISTEN_FDNAMES="http:" + name)
                    self.assertEqual(service.process.wait(PATIENCE), 1)
                    service.reader.join()
                    service.process.stdout.close()
                    self.assertIn(f'descriptor 4 "{name}" is no stream socket that listens', service.output_text)
            service.start(sockets=[good], LISTEN_FDS="many")
            self.assertEqual(service.process.wait(PATIENCE), 1)
            service.reader.join()
            service.process.stdout.close()
            self.assertIn("LISTEN_FDS is no number: many", service.output_text)

    def test_sockets_for_another_process_are_left_alone(self):
        service = self.service()
        with listening() as http_socket:
            service.start("--bind", "127.0.0.1:0", sockets=[http_socket], LISTEN_FDS="1", LISTEN_PID="1")
            self.assertNotEqual(service.port(), http_socket.getsockname()[1])
            self.assertEqual(service.stop(), 0)

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "needs systemd's own program")
    def test_systemds_own_program_hands_its_socket_over(self):
        service = self.service()
        port = free_port()
        process = subprocess.Popen(
            ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", "--fdname=http", BINARY, "serve", "--settings", str(service.settings)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=service.folder, env=service.environment)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def answers():
            try:
                return service.peek(port) == 200  # the first one starts it
            except ConnectionError:
                return False

        self.assertTrue(until(answers))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd's own program")
    def test_systemd_takes_the_units_as_they_are_packed(self):
        with tempfile.TemporaryDirectory(prefix="drf-messages-units-") as folder:
            for name in ("drf-messages.service", "drf-messages.socket"):
                unit = (PACKAGING / name).read_text(encoding="utf-8")
                pathlib.Path(folder, name).write_text(unit.replace("/usr/bin/drf-messages", BINARY), encoding="utf-8")
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", *sorted(str(path) for path in pathlib.Path(folder).iterdir())],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


class UnderSystemd(unittest.TestCase):
    """The packaged units, without what only the system's own systemd can do, under one of the test's own."""

    KEPT = re.compile(r"(?m)^(\[(Unit|Service|Socket)\]|(Type|NotifyAccess|Restart|FileDescriptorName|Backlog)=.*)$")

    def setUp(self):
        self.site = Service()
        self.addCleanup(self.site.__exit__)
        self.port = free_port()
        service = "\n".join(found[0] for found in self.KEPT.findall((PACKAGING / "drf-messages.service").read_text(encoding="utf-8")))
        sockets = "\n".join(found[0] for found in self.KEPT.findall((PACKAGING / "drf-messages.socket").read_text(encoding="utf-8")))
        self.systemd = OwnSystemd({
            "drf-messages.service": f"{service}\nExecStart={BINARY} serve --settings {self.site.settings}\nWorkingDirectory={self.site.folder}\n"
                                    "RestartSec=100ms\nWatchdogSec=10s\n",
            "drf-messages.socket": f"{sockets}\nListenStream=127.0.0.1:{self.port}\n"})
        self.addCleanup(self.systemd.__exit__)
        problem = self.systemd.problem()
        if problem:
            self.skipTest(problem)

    def must(self, *words):
        done = self.systemd.run(*words)
        self.assertEqual(done.returncode, 0, done.stderr + (self.systemd.folder / "log").read_text(encoding="utf-8"))

    def answers(self):
        try:
            return self.site.peek(self.port) == 200
        except OSError:
            return False

    def test_a_start_is_over_when_requests_are_answered_and_a_restart_refuses_nobody(self):
        self.must("start", "drf-messages.socket")
        self.must("start", "drf-messages.service")
        self.assertEqual(self.site.peek(self.port), 200)
        self.assertTrue(until(lambda: " to the database" in self.systemd.show("drf-messages.service", "StatusText")))
        refused, stopped, asked = [], threading.Event(), []

        def ask():
            while not stopped.is_set():
                try:
                    asked.append(self.site.peek(self.port))
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the server that ends had taken it, and heard nothing on it yet
                except OSError as error:
                    refused.append(error)

        clients = [threading.Thread(target=ask) for _ in range(4)]
        for client in clients:
            client.start()
        for _ in range(3):
            before = self.systemd.show("drf-messages.service", "MainPID")
            self.must("restart", "drf-messages.service")
            self.assertNotEqual(self.systemd.show("drf-messages.service", "MainPID"), before)
        stopped.set()
        for client in clients:
            client.join()
        self.assertEqual(refused, [])
        self.assertEqual(set(asked), {200})
        self.must("stop", "drf-messages.socket", "drf-messages.service")
        self.assertEqual(self.systemd.show("drf-messages.service", "Result"), "success")

    def test_a_client_starts_it_and_the_watchdog_one_that_hangs(self):
        self.must("start", "drf-messages.socket")
        self.assertEqual(self.site.peek(self.port), 200)
        self.assertTrue(until(lambda: self.systemd.show("drf-messages.service", "ActiveState") == "active"))
        os.kill(int(self.systemd.show("drf-messages.service", "MainPID")), signal.SIGSTOP)
        self.assertTrue(until(lambda: self.systemd.show("drf-messages.service", "NRestarts") not in ("", "0")))
        self.assertTrue(until(self.answers))


if __name__ == "__main__":
    unittest.main()
