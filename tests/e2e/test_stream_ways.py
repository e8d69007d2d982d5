# SPDX-License-Identifier: MIT
"""GET stream/ on its way to the client: over HTTP/1.0, and behind nginx with contrib/django/nginx.conf, which says who asks."""
import http.client
import pathlib
import re
import sys
import unittest

from databases import until
from event_source import EventSource
from site_process import PATIENCE, SETTINGS, Site

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "live"))
import nginx  # noqa: E402 pylint: disable=wrong-import-position

EXTENSIONS = 'MESSAGES_EXTENSIONS = ["sync", "stream"]\n'


class Ways(unittest.TestCase):
    def serve(self, live=""):
        """A site, and the token of a user."""
        site = Site(EXTENSIONS + SETTINGS + "\n[LIVE]\n" + live)
        self.addCleanup(site.__exit__)
        ann = site.user("ann")
        return site.serve(), ann

    def stream(self, *arguments, **keywords):
        source = EventSource(*arguments, **keywords)
        self.addCleanup(source.close)
        return source

    def test_to_http_1_0_it_has_no_chunks_and_ends_with_the_connection(self):
        site, ann = self.serve()
        source = self.stream(site.port, ann, version="HTTP/1.0", fields=["Connection: keep-alive"])
        self.assertEqual((source.status, source.headers["connection"]), (200, "close"))
        self.assertNotIn("transfer-encoding", source.headers)
        self.assertEqual(source.next().name, "hello")
        site.manage("send", "--to", "ann", "without chunks")
        self.assertEqual(source.next().data["message"]["message"], "without chunks")
        self.assertEqual(site.stop(), 0)
        source.retry = None
        self.assertIsNone(source.next())
        self.assertTrue(1000 <= source.retry <= 10000, source.retry)  # its last words

    def test_nginx_passes_on_each_event_and_heartbeat(self):
        site, ann = self.serve("HEARTBEAT = 1\n")
        source = self.stream(nginx.start(self, nginx.shipped(site.port)), ann)
        self.assertEqual((source.status, source.headers["content-type"]), (200, "text/event-stream"))
        self.assertEqual(source.next().name, "hello")
        site.manage("send", "--to", "ann", "through nginx")
        # what follows is too little to fill a buffer
        self.assertEqual(source.next().data["message"]["message"], "through nginx")
        self.assertEqual([source.line() for _ in range(4)], [":", "", ":", ""])

    def test_nginx_says_when_the_client_has_gone(self):
        site, ann = self.serve("MAX_STREAMS_PER_USER = 1\n")
        source = self.stream(nginx.start(self, nginx.shipped(site.port)), ann)
        self.assertEqual(source.next().name, "hello")
        self.assertEqual(self.stream(site.port, ann).status, 429)
        source.close()
        self.assertTrue(until(lambda: self.stream(site.port, ann).status == 200))

    def test_nginx_says_who_asks_whatever_he_says_of_himself(self):
        site, ann = self.serve("\n[SERVER]\nTRUST_FORWARDED_FOR = true\n")
        blocks = nginx.shipped(site.port)
        self.assertEqual(set(re.findall(r"X-Forwarded-For (\S+);", blocks)), {"$remote_addr"})
        way = http.client.HTTPConnection("127.0.0.1", nginx.start(self, blocks), timeout=PATIENCE, source_address=("127.0.0.2", 0))
        self.addCleanup(way.close)
        way.request("GET", "/messages/peek/", headers={"Authorization": f"Token {ann}", "X-Forwarded-For": "203.0.113.9"})
        self.assertEqual(way.getresponse().status, 200)
        self.assertTrue(site.lines(" 127.0.0.2 ", "/messages/peek/"), site.output)
        self.assertNotIn("203.0.113.9", "".join(site.output))


if __name__ == "__main__":
    unittest.main()
