# SPDX-License-Identifier: MIT
import signal
import socket
import unittest

from site_process import Site


class Serving(unittest.TestCase):
    def test_ctrl_c_and_sigterm_drain_and_exit_0(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number), Site() as site:
                token = site.user("ann")
                site.serve()
                client = site.client(token)
                self.assertEqual(client.get("/messages/"), [])
                self.assertEqual(site.stop(number), 0)

    def test_answers_health_and_readiness(self):
        with Site() as site:
            site.serve()
            client = site.client()
            self.assertEqual(client.request("GET", "/healthz")[0], 200)
            self.assertEqual(client.request("GET", "/readyz")[0], 200)

    def test_carries_no_client_library_of_a_database_that_it_does_not_use(self):
        with Site() as site:
            site.serve()
            self.assertEqual(site.client().request("GET", "/readyz")[0], 200)
            with open(f"/proc/{site.process.pid}/maps", encoding="utf-8") as maps:
                loaded = maps.read()
            self.assertIn("libsqlite3", loaded)
            self.assertNotRegex(loaded, "lib(pq|mariadb)")

    def test_health_moves_under_a_prefix(self):
        from site_process import SETTINGS
        with Site(SETTINGS + '\n[SERVER]\nHEALTH_PREFIX = "/-"\n') as site:
            site.serve()
            client = site.client()
            self.assertEqual(client.request("GET", "/-/healthz")[0], 200)
            self.assertEqual(client.request("GET", "/healthz")[0], 404)

    def test_serves_on_a_unix_socket(self):
        with Site() as site:
            token = site.user("ann")
            path = site.folder / "messages.sock"
            site.serve("--bind", f"unix:{path}")
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(30)
                connection.connect(str(path))
                connection.sendall(f"GET /messages/peek/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\nConnection: close\r\n\r\n".encode())
                answer = b""
                while chunk := connection.recv(65536):
                    answer += chunk
            self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)
            self.assertEqual(site.stop(), 0)
            self.assertFalse(path.exists())

    def test_no_secret_reaches_the_log(self):
        with Site() as site:
            token = site.user("ann")
            site.serve()
            client = site.client(token)
            client.request("GET", "/messages/?token=" + token, headers={"Cookie": "sessionid=averysecretsession0000000000001"})
            client.request("GET", "/messages/", headers={"Authorization": "Basic YW5uOmEtcGFzc3dvcmQtb2YtYW5u"})
            client.request("GET", "/messages/nothing/")
            site.stop()
            log = "".join(site.output)
            self.assertIn("/messages/nothing/", log)
            for secret in (token, "averysecretsession", "a-password-of-ann", "YW5uOmE"):
                self.assertNotIn(secret, log)

    def test_hostile_input_gets_an_answer_and_never_500(self):
        with Site() as site:
            token = site.user("ann")
            site.manage("send", "--to", "ann", "--level", "info", "hello")
            site.serve()
            paths = [
                "/messages/%00/", "/messages/%ff%fe/", "/messages/99999999999999999999/", "/messages/-1/", "/messages/" + "9" * 5000 + "/",
                "/messages/?level=1e400", "/messages/?level=" + "9" * 400, "/messages/?limit=99999999999999999999&offset=99999999999999999999",
                "/messages/?created_after=9999-12-31T23:59:59-23:59", "/messages/?created_before=0001-01-01T00:00:00%2B23:59",
                "/messages/?extra_tags=%00", "/messages/?search=%00%ff", "/messages/?cursor=%ff", "/messages/?unread=%F0%9F%92%A9",
                "/messages/?" + "&".join(f"p{n}=1" for n in range(3000)), "/%2e%2e/", "//", "/messages/?level_tag=%3Cscript%3E",
            ]
            for path in paths:
                with self.subTest(path=path[:60]):
                    status, body = site.client(token).request("GET", path)
                    self.assertLess(status, 500, body)
            for headers in ({"Authorization": "Token " + "x" * 8000}, {"Authorization": "Basic ####"}, {"Cookie": "sessionid=" + "a" * 8000},
                            {"Accept": "a/b;" * 2000}, {"Content-Length": "5", "Content-Type": "multipart/form-data; boundary="}):
                with self.subTest(headers=str(headers)[:60]):
                    status, _ = site.client().request("POST", "/messages/", body="abcde", headers=headers)
                    self.assertLess(status, 500)
            self.assertEqual(len(site.client(token).get("/messages/")), 1)
            self.assertEqual(site.stop(), 0)


if __name__ == "__main__":
    unittest.main()
