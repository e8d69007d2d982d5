# SPDX-License-Identifier: MIT
"""What thousands of requests leave behind in the server: nothing."""
import os
import re
import unittest

from pipeline import Pipeline
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE, Site
from test_server import logged_in

ROUND, WARM_UP, ROUNDS = 4_000, 2, 4
#: what a leak of 130 bytes for each request would exceed
SLACK_KIB = 2_048
#: another one that has to do for the first time once the machine is busy would have things of its own
ONE_WORKER = "\n[SERVER]\nWORKERS = 1\n"


def resident_kib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


@unittest.skipIf(os.environ.get("SANITIZERS"), "a sanitizer keeps what is freed, and looks for leaks itself")
class Leaks(unittest.TestCase):
    def test_memory_stays_where_it_was_whatever_is_asked_for(self):
        with Site(SETTINGS + MESSAGES_ROUTE + LOGIN_ROUTE + TOKEN_ROUTE + ONE_WORKER) as site:
            token = site.user("ann")
            for number in range(5):
                site.manage("send", "--to", "ann", "--tag", "a", f"text {number}")
            site.serve()
            token, session = f"Authorization: Token {token}\r\n", f"Cookie: {logged_in(('127.0.0.1', site.port), 'ann')}\r\n"
            document = "Content-Type: application/json\r\nContent-Length: 0\r\n"
            asked = [(method, path, fields) for fields in (token, session) for method, path in (
                ("GET", "/messages/peek/"), ("GET", "/messages/"), ("GET", "/messages/1/"), ("GET", "/messages/?unread=true&level=20"), ("GET", "/messages/?level=x"),
                ("OPTIONS", "/messages/"), ("DELETE", "/messages/99/"), ("GET", "/messages/99/"), ("GET", "/nothing/"))]
            asked += [("GET", "/messages/", ""), ("GET", "/messages/", "Authorization: Token " + "f" * 40 + "\r\n"), ("GET", "/messages/", "Accept: text/html\r\n"), ("GET", "/messages", ""),
                      ("GET", "/api-auth/login/?next=/messages/", ""), ("POST", "/api-token-auth/", document), ("POST", "/messages/", document + session), ("GET", "/healthz", "")]
            sizes = []
            with Pipeline(site.port) as pipeline:
                for _ in range(ROUNDS + WARM_UP):
                    for _ in range(ROUND // len(asked)):
                        statuses = [status for status, _ in pipeline.ask(asked)]
                        self.assertLess(max(statuses), 500, statuses)
                    with Pipeline(site.port) as other:
                        self.assertEqual(other.ask([("GET", "/healthz", "")])[0][0], 200)
                    sizes.append(resident_kib(site.process))
            self.assertLess(sizes[-1], sizes[WARM_UP - 1] + SLACK_KIB, f"KiB after each {ROUND} requests: {sizes}")
            self.assertEqual(site.stop(), 0)


if __name__ == "__main__":
    unittest.main()
