# SPDX-License-Identifier: MIT
import re
import signal
import socket
import unittest

from databases import until
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, PATIENCE, SETTINGS, TOKEN_ROUTE, Site

PAGES = 'DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"\nPAGE_SIZE = 1\n'
LOG_IN = MESSAGES_ROUTE + LOGIN_ROUTE


def spoken(address, request):
    """What the server says to `request` until it closes; an address is that of a socket: (host, port), or a path."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(address)
        connection.sendall(request.encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer.decode()


def logged_in(address, name):
    """The session cookie of a user who logged in by the form."""
    token = "t" * 64
    form = f"csrfmiddlewaretoken={token}&username={name}&password=a-password-of-{name}"
    answer = spoken(address, f"POST /api-auth/login/ HTTP/1.1\r\nHost: x\r\nCookie: theme=dark\r\nCookie: csrftoken={token}\r\n"
                             f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\nConnection: close\r\n\r\n{form}")
    session = re.search(r"Set-Cookie: (sessionid=[^;]+)", answer)
    assert session, answer
    return session[1]


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
            self.assertTrue(until(lambda: client.request("GET", "/readyz")[0] == 200))

    def test_says_at_the_start_whose_answers_are_others(self):
        with Site('DJANGO_VERSION = "99.0"\nLANGUAGE_CODE = "fr"\n' + SETTINGS) as site:
            site.serve()
            for words in ("DJANGO_VERSION is 99.0, which is newer", "the site speaks or offers fr, which LOCALE_FILE does not have"):
                self.assertEqual(len(site.lines("warning", words)), 1, site.output)
                self.assertEqual(site.manage("check").count(f"Warning: {words}"), 1)

    def test_carries_no_client_library_of_a_database_that_it_does_not_use(self):
        with Site() as site:
            site.serve()
            self.assertTrue(until(lambda: site.client().request("GET", "/readyz")[0] == 200))
            with open(f"/proc/{site.process.pid}/maps", encoding="utf-8") as maps:
                loaded = maps.read()
            self.assertIn("libsqlite3", loaded)
            self.assertNotRegex(loaded, "lib(pq|mariadb)")

    def test_health_moves_under_a_prefix(self):
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
            answer = spoken(str(path), f"GET /messages/peek/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\nConnection: close\r\n\r\n")
            self.assertTrue(answer.startswith("HTTP/1.1 200 OK\r\n"), answer)
            self.assertEqual(site.stop(), 0)
            self.assertFalse(path.exists())

    def test_links_lead_back_to_the_server_for_a_client_that_names_no_host(self):
        with Site(SETTINGS + PAGES) as site:
            token = site.user("ann")
            for text in ("one", "two"):
                site.manage("send", "--to", "ann", text)
            path = site.folder / "messages.sock"
            site.serve("--bind", "[::1]:0", "--bind", f"unix:{path}")
            port_v6 = int(re.search(r"http://\[::1\]:(\d+)", "".join(site.lines("http://[::1]:")))[1])
            for address, host in ((("127.0.0.1", site.port), f"127.0.0.1:{site.port}"), (("::1", port_v6), f"[::1]:{port_v6}"),
                                  (str(path), "127.0.0.1")):
                with self.subTest(address=address):
                    answer = spoken(address, f"GET /messages/ HTTP/1.0\r\nAuthorization: Token {token}\r\n\r\n")
                    self.assertIn(f'"next":"http://{host}/messages/?limit=1&offset=1"', answer)
                    answer = spoken(address, f"GET /messages/ HTTP/1.0\r\nHost: other:81\r\nAuthorization: Token {token}\r\n\r\n")
                    self.assertIn('"next":"http://other:81/messages/?limit=1&offset=1"', answer)

    def test_several_cookie_lines_are_one(self):
        with Site(SETTINGS + LOG_IN) as site:
            site.user("ann")
            site.manage("send", "--to", "ann", "one")
            site.serve()
            address = ("127.0.0.1", site.port)
            session = logged_in(address, "ann")
            for lines in ((session,), ("theme=dark", session), (session, "theme=dark"), ("a=1; b=2", "c=3", session + "; d=4")):
                with self.subTest(lines=lines):
                    fields = "".join(f"Cookie: {line}\r\n" for line in lines)
                    answer = spoken(address, f"GET /messages/peek/ HTTP/1.1\r\nHost: x\r\n{fields}Connection: close\r\n\r\n")
                    self.assertIn('"count":1', answer)

    def test_the_page_logs_out_by_its_form(self):
        with Site(SETTINGS + LOG_IN) as site:
            site.user("ann")
            site.serve()
            address = ("127.0.0.1", site.port)
            session = logged_in(address, "ann")
            page = spoken(address, f"GET /messages/?level=20 HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nCookie: {session}\r\nConnection: close\r\n\r\n")
            form = re.search(r'<form id="log-out" action="(.*?)" method="post">\s*<input type="hidden" name="csrfmiddlewaretoken" value="(\w+)">', page)
            self.assertIsNotNone(form, page)
            self.assertEqual(form[1], "/api-auth/logout/?next=/messages/")
            cookie = re.search(r"Set-Cookie: (csrftoken=\w+)", page)[1]
            for fields, status in (("", "403"), ("csrfmiddlewaretoken=" + form[2], "302")):
                answer = spoken(address, f"POST {form[1]} HTTP/1.1\r\nHost: x\r\nCookie: {session}; {cookie}\r\nContent-Length: {len(fields)}\r\n"
                                         f"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n{fields}")
                self.assertEqual(answer.split()[1], status, answer)
            self.assertIn("Location: /messages/\r\n", answer)
            page = spoken(address, f"GET /messages/ HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nCookie: {session}\r\nConnection: close\r\n\r\n")
            self.assertRegex(page, '<a id="log-in"[^>]* href="/api-auth/login/\\?next=/messages/">Log in</a>')

    def test_the_address_that_it_says_leads_to_messages(self):
        pages = "".join(f'\n[[ROUTES]]\nroute = "{route}"\ninclude = "drf_messages.{name}"\n'
                        for route, name in (("", "start"), ("schema/", "schema"), ("admin/", "admin")))
        with Site(SETTINGS + pages + LOGIN_ROUTE + TOKEN_ROUTE + MESSAGES_ROUTE) as site:
            site.serve()
            self.assertTrue(site.lines(f"Serving messages on http://127.0.0.1:{site.port}/messages/ "), site.output)

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
