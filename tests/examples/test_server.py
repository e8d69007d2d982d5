#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An example server over its socket, as a browser and as a client of the endpoint: test_server.py PROGRAM."""
import concurrent.futures
import http.client
import json
import random
import re
import signal
import socket
import subprocess
import sys
import unittest
import urllib.parse

PROGRAM = sys.argv.pop(1)


class Browser:
    """Keeps cookies, and its connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.cookies = {}

    def ask(self, method, target, body=None, headers=()):
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, target, body, sent)
        answer = self.connection.getresponse()
        answer.text = answer.read()
        for field in answer.headers.get_all("Set-Cookie") or []:
            name, value = field.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def post(self, target, **fields):
        return self.ask("POST", target, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def leave(self, text):
        """The page's form, with the token that it has for this browser."""
        form = self.ask("GET", "/").text.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        return self.post("/", csrfmiddlewaretoken=token, text=text)

    def log_in(self):
        self.ask("GET", "/api-auth/login/")
        return self.post("/api-auth/login/?next=/", csrfmiddlewaretoken=self.cookies["csrftoken"], username="demo", password="demo", next="/")

    def page(self):
        """The classes and texts of the messages that the page shows."""
        answer = self.ask("GET", "/")
        assert answer.status == 200, answer.status
        return re.findall(r'<p class="(.*?)">(.*?)</p>', answer.text.decode())


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.process = subprocess.Popen([PROGRAM], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.end)
        said = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/ token ([0-9a-f]{40})\n", self.process.stdout.readline())
        self.assertTrue(said)
        self.port, self.token = int(said[1]), {"Authorization": f"Token {said[2]}"}
        self.browser = Browser(self.port)
        self.addCleanup(self.browser.connection.close)

    def end(self):
        self.process.kill()
        self.process.wait()

    def raw(self, text):
        with socket.create_connection(("127.0.0.1", self.port), timeout=300) as connection:
            connection.sendall(text.encode())
            received = b""
            while block := connection.recv(65536):
                received += block
        return received

    def test_a_message_is_left_by_a_form_and_shown_once(self):
        answer = self.browser.ask("GET", "/")
        self.assertEqual((answer.status, answer.getheader("Location")), (302, "/api-auth/login/?next=/"))
        answer = self.browser.log_in()
        self.assertEqual((answer.status, answer.getheader("Location")), (302, "/"))
        names = sorted(field.split("=")[0] for field in answer.headers.get_all("Set-Cookie"))
        self.assertEqual(names, ["csrftoken", "sessionid"])
        self.assertEqual(self.browser.page(), [])

        self.assertEqual(self.browser.post("/", text="from another site").status, 403)
        answer = self.browser.leave('5 < 6 & "é"')
        self.assertEqual((answer.status, answer.getheader("Location"), answer.text), (302, "/", b""))
        self.assertEqual(self.browser.page(), [("form success", "5 &lt; 6 &amp; &quot;é&quot;")])
        self.browser.leave("")
        self.assertEqual(self.browser.page(), [("error", "Please write something")])
        self.assertEqual(self.browser.page(), [])

    def test_the_endpoint_is_there(self):
        self.browser.log_in()
        self.browser.leave("Saved")
        client = Browser(self.port)
        self.addCleanup(client.connection.close)
        self.assertEqual(json.loads(client.ask("GET", "/messages/peek/").text)["count"], 0)  # of nobody
        answer = client.ask("GET", "/messages/peek/", headers=self.token)
        self.assertEqual((answer.status, answer.reason), (200, "OK"))
        self.assertEqual(json.loads(answer.text), {"count": 1, "max_level": 25, "max_level_tag": "success"})
        self.assertEqual(answer.headers.get_all("Content-Type"), ["application/json"])
        self.assertEqual(answer.headers.get_all("Content-Length"), [str(len(answer.text))])
        # a page of it is shown by the endpoint, and the browser's next page has nothing more
        (message,) = json.loads(client.ask("GET", "/messages/?level=25", headers=self.token).text)
        self.assertEqual((message["message"], message["extra_tags"], message["view"]), ("Saved", ["form"], "example:"))
        self.assertEqual(self.browser.page(), [])
        self.assertEqual(client.ask("DELETE", f"/messages/{message['id']}/", headers=self.token).status, 204)
        self.assertEqual(client.ask("GET", f"/messages/{message['id']}/", headers=self.token).status, 404)

    def test_head_has_the_length_and_no_body(self):
        for target, headers in (("/messages/peek/", self.token), ("/nowhere", {})):
            answer = self.browser.ask("GET", target, headers=headers)
            head = self.browser.ask("HEAD", target, headers=headers)
            self.assertEqual((head.status, head.text), (answer.status, b""))
            self.assertEqual(head.headers.get_all("Content-Length"), [str(len(answer.text))])
            self.assertEqual(head.getheader("Content-Type"), answer.getheader("Content-Type"))
        # what follows on the connection is the next answer, and no body
        self.assertEqual(self.browser.ask("GET", "/nowhere").status, 404)

    def test_what_is_not_there_is_not_found(self):
        answer = self.browser.ask("GET", "/nowhere?x=1")
        self.assertEqual((answer.status, answer.reason, answer.text), (404, "Not Found", b"<h1>There is no such page</h1>"))

    def test_bodies_keep_every_byte(self):
        everything = bytes(range(256))
        for body in (everything, random.Random(1).randbytes(2_000_000), b"\r\n", b"--x--"):
            for kind in ("application/octet-stream", "text/plain"):
                answer = self.browser.ask("POST", "/echo", body, {"Content-Type": kind, "Accept-Encoding": "gzip, br", "Range": "bytes=0-1"})
                self.assertEqual(answer.status, 200)
                self.assertTrue(answer.text == body, kind)
                self.assertEqual(answer.headers.get_all("Content-Length"), [str(len(body))])
                self.assertIsNone(answer.getheader("Content-Encoding"))
        self.assertEqual(self.browser.ask("POST", "/echo", b"").text, b"")
        # no length is told
        answer = self.browser.ask("POST", "/echo", iter([everything, everything]), {"Content-Type": "application/octet-stream"})
        self.assertEqual(answer.text, everything * 2)

    def test_a_form_with_parts_logs_in(self):
        self.browser.ask("GET", "/api-auth/login/")
        fields = {"username": "demo", "password": "demo", "csrfmiddlewaretoken": self.browser.cookies["csrftoken"]}
        body = "".join(f'--x-x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
        answer = self.browser.ask("POST", "/api-auth/login/?next=/", body + "--x-x--\r\n", {"Content-Type": "multipart/form-data; boundary=x-x"})
        self.assertEqual(answer.status, 302)
        self.assertEqual(self.browser.page(), [])

    def test_a_target_may_be_a_whole_url(self):
        authorization = f"Authorization: {self.token['Authorization']}\r\n"
        answer = self.raw(f"GET http://localhost/messages/peek/?a=b HTTP/1.1\r\nHost: localhost\r\n{authorization}Connection: close\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)
        self.assertTrue(answer.endswith(b'{"count":0,"max_level":null,"max_level_tag":""}'), answer)

    def test_links_have_the_port_for_a_client_that_names_no_host(self):
        self.browser.log_in()
        for text in ("one", "two"):
            self.browser.leave(text)
        answer = self.raw(f"GET /messages/?limit=1 HTTP/1.0\r\nAuthorization: {self.token['Authorization']}\r\n\r\n")
        self.assertIn(f'"next":"http://127.0.0.1:{self.port}/messages/?limit=1&offset=1"'.encode(), answer)

    def test_several_cookie_lines_are_one(self):
        self.browser.log_in()
        lines = "".join(f"Cookie: {name}={value}\r\n" for name, value in {"theme": "dark", **self.browser.cookies, "last": "1"}.items())
        answer = self.raw(f"GET / HTTP/1.1\r\nHost: localhost\r\n{lines}Connection: close\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)

    def test_other_hosts_are_refused(self):
        answer = self.raw("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), answer)

    def test_a_body_that_is_too_long_is_refused(self):
        try:
            status = self.browser.ask("POST", "/echo", bytes(9_000_000)).status
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            status = 413
        self.assertEqual(status, 413)
        self.browser.connection.close()
        self.assertEqual(self.browser.ask("GET", "/nowhere").status, 404)

    def test_many_ask_at_once(self):
        def work(number):
            client = Browser(self.port)
            try:
                body = str(number).encode() * 1000
                for _ in range(20):
                    if client.ask("POST", "/echo", body).text != body or client.ask("GET", "/messages/peek/", headers=self.token).status != 200:
                        return False
                return True
            finally:
                client.connection.close()

        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            self.assertEqual(list(pool.map(work, range(6))), [True] * 6)

    def test_sigterm_ends_it(self):
        self.browser.ask("GET", "/nowhere")  # with a connection open
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(300), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
