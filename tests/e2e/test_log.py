# SPDX-License-Identifier: MIT
"""The log of a server whose reader is slow, stops or comes back, and the file that somebody else moves."""
import json
import os
import pty
import re
import resource
import signal
import socket
import threading
import unittest

from databases import until
from site_process import SETTINGS, Site

LONG = "/messages/" + "x" * 500 + "/"
REQUEST_LINE = re.compile(r'\S+ info 127\.0\.0\.1 "GET /messages/x{500}/" 404 \d+ [\d.]+ ms')
MISSING_LINES = re.compile(r"\S+ warning log: (\d+) lines are missing here, which could not be written")


def stream():
    return tuple(end.detach() for end in socket.socketpair())


class Log(unittest.TestCase):
    def serve(self, site, ends):
        """A server that logs to the second of them; what to read from."""
        reading, writing = ends
        site.serve(stderr=writing)
        os.close(writing)
        return reading

    def ask(self, site, requests):
        client = site.client()
        for _ in range(requests):
            self.assertEqual(client.request("GET", LONG)[0], 404)

    def assert_accounts_for(self, requests, log):
        """Each request has a whole line, or is among those that are said to be missing."""
        lines = log.splitlines()
        written = [line for line in lines if "xxx" in line]
        for line in written:
            self.assertRegex(line, f"^{REQUEST_LINE.pattern}$")
        missing = [int(found[1]) for found in map(MISSING_LINES.fullmatch, lines) if found]
        self.assertGreater(sum(missing), 0)
        self.assertEqual(len(written) + sum(missing), requests)

    def test_one_that_nobody_reads_holds_up_neither_answers_nor_the_end(self):
        for name, make in (("pipe", os.pipe), ("socket", stream), ("terminal", pty.openpty)):
            with self.subTest(log=name), Site(SETTINGS + "\n[SERVER]\nDRAIN_TIMEOUT = 1\n") as site:
                reading = self.serve(site, make())
                self.ask(site, 600)
                self.assertEqual(site.client().request("GET", "/healthz")[0], 200)
                self.assertEqual(site.stop(), 0)
                os.close(reading)

    def test_one_that_is_read_late_says_how_many_lines_are_missing(self):
        with Site() as site:
            reading = self.serve(site, os.pipe())
            self.ask(site, 3000)  # more than a pipe and the server keep
            log = bytearray()

            def read():
                while part := os.read(reading, 65536):
                    log.extend(part)

            reader = threading.Thread(target=read)
            reader.start()
            self.assertTrue(until(lambda: b"lines are missing" in log))
            self.assertEqual(site.client().request("GET", "/messages/late/")[0], 404)
            self.assertEqual(site.stop(), 0)
            reader.join()
            os.close(reading)
            self.assertIn(b'"GET /messages/late/" 404', log[log.index(b"lines are missing"):])
            self.assert_accounts_for(3000, log.decode())

    def test_one_on_a_full_disk_goes_on_in_a_line_of_its_own_and_says_how_many_are_missing(self):
        with Site() as site:
            file, requests = site.folder / "server.log", 0
            with open(file, "ab") as log:
                site.serve(stderr=log)
            soft, hard = resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE)

            def asked_while_full():
                nonlocal requests
                resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, (file.stat().st_size + 100, hard))
                self.ask(site, 2)
                resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
                self.ask(site, 1)
                requests += 3
                return "lines are missing" in file.read_text()

            self.assertTrue(until(asked_while_full))
            self.assertEqual(site.stop(), 0)
            lines = [line for line in file.read_text().splitlines() if REQUEST_LINE.fullmatch(line) or MISSING_LINES.fullmatch(line)]
            self.assert_accounts_for(requests, "\n".join(lines))

    def test_a_file_that_was_moved_is_opened_again_at_sighup(self):
        for flags in ("ab", "wb"):
            with self.subTest(opened=flags), Site() as site:
                file, moved = site.folder / "server.log", site.folder / "server.log.1"
                with open(file, flags) as log:
                    site.serve(stderr=log)
                client = site.client()
                client.request("GET", "/messages/one/")
                file.rename(moved)
                client.request("GET", "/messages/two/")
                # a line comes after the answer that it is about, and either may be the first
                self.assertTrue(until(lambda: sorted(re.findall(r"/messages/(\w+)/", moved.read_text())) == ["one", "two"]))
                site.process.send_signal(signal.SIGHUP)
                self.assertTrue(until(lambda: file.exists() and "opened again" in file.read_text()))
                client.request("GET", "/messages/three/")
                self.assertEqual(site.stop(), 0)
                self.assertEqual(sorted(re.findall(r"/messages/(\w+)/", moved.read_text())), ["one", "two"])
                self.assertEqual(re.findall(r"/messages/(\w+)/", file.read_text()), ["three"])

    def test_a_file_that_can_not_be_opened_again_goes_on_and_says_why(self):
        with Site() as site:
            file, moved = site.folder / "server.log", site.folder / "server.log.1"
            with open(file, "ab") as log:
                site.serve(stderr=log)
            file.rename(moved)
            file.mkdir()
            site.process.send_signal(signal.SIGHUP)
            self.assertTrue(until(lambda: f"{file} cannot be opened again: Is a directory" in moved.read_text()))
            site.client().request("GET", "/messages/two/")
            self.assertEqual(site.stop(), 0)
            self.assertIn("/messages/two/", moved.read_text())

    def test_lines_of_json_are_objects_whatever_a_client_sends(self):
        trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
        with Site(SETTINGS + '\n[SERVER]\nLOG_FORMAT = "json"\nTRUST_FORWARDED_FOR = true\n') as site:
            file = site.folder / "server.log"
            with open(file, "ab") as log:
                site.serve(stderr=log)

            def send(target, *fields):
                with socket.create_connection(("127.0.0.1", site.port), timeout=60) as client:
                    client.sendall(b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: x", b"Connection: close", *fields, b"", b"")))
                    return b"".join(iter(lambda: client.recv(65536), b""))

            send(b"/messages/peek/?token=a-secret", f"traceparent: 00-{trace}-{parent}-01".encode(), b"Authorization: Token another-secret")
            for broken in (f"00-{trace}-{parent}-0", f"00-{trace.upper()}-{parent}-01", f"ff-{trace}-{parent}-01", f"00-{'0' * 32}-{parent}-01",
                           f"00-{trace}-{'0' * 16}-01", f"00-{trace}-{parent}-01-more", "00-" + "x" * 9000, f"01-{trace}-{parent}-01x"):
                send(b"/messages/broken/", b"traceparent: " + broken.encode())
            send(b"/messages/twice/", *[f"traceparent: 00-{trace}-{parent}-01".encode()] * 2)
            send(b"/messages/next/", f"traceparent: cc-{trace}-{parent}-01-more".encode())
            send(b'/"\\\xff\xc3\xa9', b'X-Forwarded-For: "\\\xff\xc3\xa9' + b"y" * 5000)
            send(b"/" + b"x" * 5000)
            send(b"\x00\x1b[2J\xff")
            self.assertEqual(site.stop(), 0)
            lines = [json.loads(line) for line in file.read_bytes().decode("ascii").splitlines()]
            for line in lines:
                self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d$")
                self.assertIn(line["level"], ("info", "warning", "error"))
                self.assertIsInstance(line["message"], str)
            answers = [line for line in lines if line["message"] == "request"]
            self.assertEqual(len(answers), 14)
            [peek] = [line for line in answers if line["path"] == "/messages/peek/"]
            self.assertEqual((peek["method"], peek["route"], peek["status"], peek["client"]), ("GET", "/messages/peek/", 403, "127.0.0.1"))
            self.assertGreater(peek["duration"], 0)
            self.assertGreater(peek["bytes"], 0)
            self.assertEqual((peek["trace_id"], peek["parent_span_id"]), (trace, parent))
            self.assertRegex(peek["span_id"], "^[0-9a-f]{16}$")
            self.assertNotEqual(peek["span_id"], parent)
            # of two connections: which line comes first is open
            self.assertCountEqual([line["path"] for line in answers if "trace_id" in line], ["/messages/peek/", "/messages/next/"])
            self.assertTrue(all(len(line["path"]) < 600 and len(line["client"]) < 80 for line in answers))
            self.assertNotIn("secret", file.read_text())


if __name__ == "__main__":
    unittest.main()
