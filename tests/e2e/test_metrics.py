# SPDX-License-Identifier: MIT
"""GET /metrics of a server, read as Prometheus reads it."""
import http.client
import re
import socket
import sqlite3
import threading
import unittest

from databases import until
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, PATIENCE, SETTINGS, Site

MOST_SERIES = 400
# what Prometheus 2.43 sends
ACCEPT = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
OPENMETRICS, TEXT = "application/openmetrics-text; version=1.0.0; charset=utf-8", "text/plain; version=0.0.4; charset=utf-8"


def settings(bind="127.0.0.1:0", server="", options=""):
    return SETTINGS.replace('NAME = "db.sqlite3"', f'NAME = "db.sqlite3"\n{options}') + MESSAGES_ROUTE + LOGIN_ROUTE + \
        f'\n[SERVER]\n{server}\n[METRICS]\nBIND = "{bind}"\n'


class MetricsSite(Site):
    def serve(self, *arguments, **options):
        super().serve(*arguments, **options)
        self.metrics_port = int(re.search(r"http://127\.0\.0\.1:(\d+)", self.lines("metrics are served on")[0])[1])
        return self

    def ask(self, method="GET", path="/metrics", headers=None, body=None):
        """Status, content type and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.metrics_port, timeout=PATIENCE)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Content-Type"), text

    def families(self):
        status, _, text = self.ask()
        assert status == 200, text
        return {family.name: family for family in prometheus(text)}

    def value(self, name, **labels):
        """Of the series with these labels; 0 without one."""
        found = [sample.value for family in self.families().values() for sample in family.samples
                 if sample.name == name and labels.items() <= sample.labels.items()]
        return sum(found)

    def requests(self, **labels):
        return self.value("http_server_request_duration_seconds_count", **labels)


class Metrics(unittest.TestCase):
    def site(self, *arguments, **more):
        site = MetricsSite(settings(*arguments, **more))
        self.addCleanup(site.__exit__)
        return site

    def test_requests_are_counted_by_method_status_and_the_pattern_of_their_route(self):
        site = self.site()
        ann = site.user("ann")
        site.manage("send", "--to", "ann", "Hello")
        site.serve()
        client = site.client(ann)
        for _ in range(3):
            client.get("/messages/peek/")
        [message] = client.get("/messages/")
        client.get(f"/messages/{message['id']}/")
        self.assertEqual(client.request("DELETE", f"/messages/{message['id']}/")[0], 204)
        self.assertEqual(client.request("GET", f"/messages/{message['id']}/")[0], 404)
        self.assertEqual(client.request("GET", "/no/such/path/of/ann")[0], 404)
        self.assertEqual(client.request("GET", "/healthz")[0], 200)
        for count, method, status, route in (
            (3, "GET", "200", "/messages/peek/"), (1, "GET", "200", "/messages/"), (1, "GET", "200", "/messages/{pk}/"),
            (1, "DELETE", "204", "/messages/{pk}/"), (1, "GET", "404", "/messages/{pk}/"), (1, "GET", "404", ""), (1, "GET", "200", "/healthz"),
        ):
            with self.subTest(method=method, status=status, route=route):
                labels = {"http_request_method": method, "http_response_status_code": status, "http_route": route}
                self.assertEqual(site.requests(**labels), count)
        self.assertEqual(site.value("drf_messages_deleted_total", reason="request"), 1)
        self.assertGreaterEqual(site.value("db_client_operation_duration_seconds_count"), 8)
        self.assertGreater(site.value("db_client_operation_duration_seconds_count", db_operation_name="summarize_unread"), 2)
        self.assertGreaterEqual(site.value("drf_messages_database_connections"), 1)
        text = site.ask()[2]
        self.assertNotIn("ann", text)
        self.assertNotIn("such", text)
        self.assertNotIn("stream", text.replace("without streams", ""))  # there are none
        self.assertEqual(site.stop(), 0)

    def test_both_formats_are_what_their_parsers_take(self):
        site = self.site()
        site.serve()
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        site.client().request("GET", "/messages/peek/", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        self.assertTrue(any(sample.exemplar and sample.exemplar.labels == {"trace_id": trace} for family in
                            openmetrics(site.ask(headers={"Accept": ACCEPT})[2]) for sample in family.samples))
        for accept, kind in ((None, TEXT), ("*/*", TEXT), (ACCEPT, OPENMETRICS), ("application/openmetrics-text", OPENMETRICS),
                             ("application/openmetrics-text;q=0", TEXT), ("application/openmetrics-text;q=0.3,text/plain", TEXT),
                             ("application/openmetrics-text;version=2.0.0", TEXT), ("a/b;;q=\xff,", TEXT)):
            with self.subTest(accept=accept):
                status, content_type, text = site.ask(headers={"Accept": accept} if accept else {})
                self.assertEqual((status, content_type), (200, kind))
                families = {family.name: family for family in (openmetrics if kind == OPENMETRICS else prometheus)(text)}
                self.assertEqual(families["http_server_request_duration_seconds"].type, "histogram")
                self.assertEqual(families["drf_messages_deleted"].type, "counter")
                self.assertEqual(families["drf_messages_database_connections"].type, "gauge")

    def test_nothing_else_is_served_there(self):
        site = self.site()
        site.serve()
        for method, path, expected in (("GET", "/", 404), ("GET", "/metrics/", 404), ("GET", "/messages/", 404), ("POST", "/metrics", 405),
                                       ("DELETE", "/metrics", 405), ("GET", "/metrics?name=x", 200), ("HEAD", "/metrics", 200)):
            with self.subTest(method=method, path=path):
                self.assertEqual(site.ask(method, path)[0], expected)
        self.assertEqual(site.client().request("GET", "/metrics")[0], 404)  # nor that elsewhere
        self.assertEqual(site.requests(http_route="/metrics"), 0)

    def test_clients_make_no_more_than_four_hundred_series(self):
        site = self.site()
        ann = site.user("ann")
        site.serve()
        client = site.client(ann)
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW", "TRACE"):
            for path in ("/", "/messages/", "/messages/peek/", "/messages/1/", "/messages.json", "/messages/peek.json", "/api-auth/login/", "/x/y"):
                client.request(method, path)
        text = site.ask()[2]
        self.assertLessEqual(sum(not line.startswith("#") for line in text.splitlines()), MOST_SERIES)
        self.assertEqual(site.requests(), 72)
        self.assertNotIn("BREW", text)

    def test_it_is_answered_while_all_workers_are_busy(self):
        site = self.site(server="WORKERS = 1\nSTATEMENT_TIMEOUT = 0", options="OPTIONS = { timeout = 6000 }")
        ann = site.user("ann")
        site.manage("send", "--to", "ann", "Hello")
        site.serve()
        other = sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")  # a list marks what it shows, and has to wait
        waiting = threading.Thread(target=lambda: site.client(ann).get("/messages/"))
        waiting.start()
        self.assertTrue(until(lambda: site.value("drf_messages_database_connections", state="used") == 1))
        for _ in range(20):
            self.assertEqual(site.ask()[0], 200)
        self.assertTrue(waiting.is_alive())
        other.execute("ROLLBACK")
        waiting.join()
        self.assertEqual(site.requests(http_route="/messages/"), 1)

    def test_rude_clients_keep_nobody_from_it_nor_from_the_site(self):
        site = self.site()
        site.serve()
        silent = [socket.create_connection(("127.0.0.1", site.metrics_port)) for _ in range(300)]
        for connection in silent[::2]:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: x")

        def is_answered():
            try:
                return site.ask()[0] == 200
            except ConnectionError:  # while these come, somebody who has just come may have to make room too
                return False

        self.assertTrue(until(is_answered))
        self.assertEqual(site.client().request("GET", "/healthz")[0], 200)
        with socket.create_connection(("127.0.0.1", site.metrics_port), timeout=PATIENCE) as greedy:
            greedy.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 9000 + b"\r\n\r\n")
            self.assertRegex(greedy.recv(1000), rb"^HTTP/1.1 4(31|00) ")
        with socket.create_connection(("127.0.0.1", site.metrics_port), timeout=PATIENCE) as sender:
            sender.sendall(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
            self.assertRegex(sender.recv(1000), rb"^HTTP/1.1 4(13|05) ")
        self.assertEqual(site.stop(), 0)
        for connection in silent:
            connection.close()

    def test_it_may_be_a_unix_socket(self):
        site = Site(settings("unix:metrics.sock"))
        self.addCleanup(site.__exit__)
        site.serve()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(site.folder / "metrics.sock"))
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)
        self.assertIn(b"# TYPE drf_messages_sent_total counter", answer)
        self.assertEqual(site.stop(), 0)
        self.assertFalse((site.folder / "metrics.sock").exists())

    def test_an_address_that_is_taken_ends_the_start_with_its_name(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            with Site(settings(address)) as site:
                done = site.run("serve", "--bind", "127.0.0.1:0")
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"cannot serve {address}", done.stderr)

    def test_without_an_address_there_is_none(self):
        with Site(settings("")) as site:
            site.serve()
            self.assertEqual(site.client().request("GET", "/metrics")[0], 404)
            self.assertEqual(site.stop(), 0)
            self.assertEqual([line for line in site.output if "metrics are" in line], [])


if __name__ == "__main__":
    unittest.main()
