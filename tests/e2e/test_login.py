# SPDX-License-Identifier: MIT
"""Logging in, out and for a token, step by step beside a real Django site: the same answers, the same rows."""
import http.client
import http.cookies
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import unittest
from urllib.parse import urlencode

from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, TOKEN_ROUTE, Site

try:
    import django  # noqa: F401
    import rest_framework  # noqa: F401
    HAVE_DJANGO = True
except ImportError:
    HAVE_DJANGO = False

HERE = pathlib.Path(__file__).resolve().parent
PASSWORDS = {"ann": "ann's pass word", "bob": "bob-password-1", "gone": "gone-password"}

SETTINGS = """\
SECRET_KEY = "a key for tests only, with more than fifty characters in it"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
MESSAGES_USE_SESSIONS = true
LOGIN_THROTTLE_RATE = ""
BASIC_THROTTLE_RATE = ""

[DATABASES.default]
ENGINE = "django.db.backends.sqlite3"
NAME = "db.sqlite3"

[REST_FRAMEWORK]
DEFAULT_AUTHENTICATION_CLASSES = [
    "rest_framework.authentication.SessionAuthentication",
    "rest_framework.authentication.BasicAuthentication",
    "rest_framework.authentication.TokenAuthentication",
]
""" + MESSAGES_ROUTE + LOGIN_ROUTE + TOKEN_ROUTE

# Where a login may lead to, and where it may not.
NEXT = ["/there/", "there", "//evil.example/", "///evil.example/", "http://evil.example/", "https://127.0.0.1/x", "http:///x", "/a b?c=ü#d",
        "\\\\evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil", " /spaced/ ", "\x08//evil.example/", "", "/a;b?x=1&y=%2F",
        "http://[::1/", "ftp://127.0.0.1/", "http://{host}/here", "http://{host}@evil.example/", "//{host}/x", "x:y", "1:2", "/%5cevil"]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=xyz"


def multipart(**fields):
    return "".join(f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()) + "--xyz--\r\n"


TOKEN_BODIES = [
    (JSON, json.dumps({"username": "ann", "password": PASSWORDS["ann"]})),
    (JSON, json.dumps({"username": " ann\t", "password": PASSWORDS["ann"]})),
    (FORM, urlencode({"username": "ann", "password": PASSWORDS["ann"]})),
    (FORM, urlencode({"username": "ann", "password": PASSWORDS["ann"]}) + "&username=bob"),
    (MULTIPART, multipart(username="ann", password=PASSWORDS["ann"])),
    (MULTIPART, '--xyz\r\nContent-Disposition: form-data; name="username"; filename="a"\r\n\r\nann\r\n' + multipart(password="x")),
    (JSON, json.dumps({"username": "gone", "password": PASSWORDS["gone"]})),
    (JSON, json.dumps({"username": "ann", "password": "wrong"})),
    (JSON, json.dumps({"username": "ANN", "password": PASSWORDS["ann"]})),
    (JSON, json.dumps({"username": "nobody", "password": "x"})),
    (JSON, "{}"), (JSON, ""), (JSON, "[]"), (JSON, "null"), (JSON, "5"), (JSON, '"text"'), (JSON, "true"), (JSON, "{"), (JSON, "nonsense"),
    (JSON, '{"username": NaN}'),
    (JSON, '{"username": "", "password": ""}'), (JSON, '{"username": "  ", "password": "  "}'), (JSON, '{"username": null, "password": null}'),
    (JSON, '{"username": true, "password": false}'), (JSON, '{"username": [1], "password": {"a": 1}}'), (JSON, '{"username": 5, "password": 1.5}'),
    (JSON, '{"username": "a\\u0000b", "password": "x\\u0000"}'), (JSON, '{"username": "\\ud800", "password": "x"}'),
    (JSON, '{"username": 123456789012345678901234567890, "password": 1e400}'),
    (JSON, '{"username": "ann", "username": "bob", "password": "bob-password-1"}'),
    (JSON, '{"username": "ann"}'), (JSON, '{"password": "x"}'),
    (FORM, ""), (FORM, "username=ann"), (FORM, "username=&password="), (FORM, "username=a%00b&password=x"), (FORM, "password=x&username=%20"),
    (MULTIPART, multipart(username="", password="")), (MULTIPART, "rubbish"), (MULTIPART, ""), ("multipart/form-data", "x"),
    ("text/plain", "username=ann"), ("application/xml", "<a/>"),
    ("application/json; charset=utf-8", json.dumps({"username": "bob", "password": PASSWORDS["bob"]})),
]


class Browser:
    """One client of one site: keeps cookies, sends the CSRF token."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=sent)
        answer = connection.getresponse()
        text = answer.read()
        fields = answer.getheaders()
        connection.close()
        for name, value in fields:
            if name.lower() == "set-cookie":
                for key, morsel in http.cookies.SimpleCookie(value).items():
                    if morsel["max-age"] == "0" or morsel["expires"].startswith("Thu, 01 Jan 1970"):
                        self.cookies.pop(key, None)
                    else:
                        self.cookies[key] = morsel.value
        return answer.status, fields, text

    def post(self, path, fields, headers=None, token=True):
        fields = dict(fields)
        if token and "csrftoken" in self.cookies:
            fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        return self.request("POST", path, urlencode(fields), {"Content-Type": FORM, **(headers or {})})


def comparable(answer, port):
    """An answer without what must differ: times, fresh random keys, the server's name, the page itself."""
    status, fields, body = answer
    headers = {}
    page = any(name.lower() == "content-type" and value.startswith("text/html") for name, value in fields)
    for name, value in fields:
        name = name.lower()
        if name in ("date", "server", "connection", "keep-alive") or (page and name == "content-length"):
            continue
        value = re.sub(r"(?i)expires=[^;]+GMT", "expires=<time>", value) if name == "set-cookie" else value
        value = re.sub(r"^(sessionid|csrftoken)=[A-Za-z0-9]+", r"\1=<new>", value) if name == "set-cookie" else value
        value = "<time>" if name == "expires" else value
        value = ", ".join(sorted(value.split(", "))) if name == "vary" else value
        headers.setdefault(name, []).append(value.replace(f":{port}", ":PORT"))
    text = "<page>" if page and body else re.sub(r"[0-9a-f]{40}", "<token>", body.decode())
    return {"status": status, "headers": {name: sorted(values) for name, values in sorted(headers.items())}, "body": text}


@unittest.skipUnless(HAVE_DJANGO, "SKIPPED, not tested: python3-django and python3-djangorestframework are not installed")
class LoginBesideDjango(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.site = Site(SETTINGS)
        self.addCleanup(self.site.__exit__)
        for name, password in PASSWORDS.items():
            self.site.manage("createuser", name, "--password-stdin", stdin=password + "\n")
        database = self.site.folder / "db.sqlite3"
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE auth_user SET is_active = 0 WHERE username = 'gone'")
        connection.close()
        self.django_database = self.site.folder / "django.sqlite3"
        shutil.copy(database, self.django_database)
        self.django = subprocess.Popen([sys.executable, HERE / "django_site.py", self.django_database], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True, cwd=HERE)
        self.addCleanup(self.stop_django)
        self.django_port = int(self.django.stdout.readline())
        self.site.serve()
        self.new_browsers()

    def stop_django(self):
        self.django.kill()
        self.django.wait()
        self.django.stdout.close()

    def new_browsers(self):
        self.theirs, self.ours = Browser(self.django_port), Browser(self.site.port)

    def both(self, name, call):
        """The same request to both sites; the answers must be alike."""
        theirs, ours = comparable(call(self.theirs), self.theirs.port), comparable(call(self.ours), self.ours.port)
        with self.subTest(name):
            self.assertEqual(ours, theirs)
        self.assertEqual(set(self.ours.cookies), set(self.theirs.cookies), name)
        return ours

    def get(self, path):
        return self.both("GET " + path, lambda browser: browser.request("GET", path))

    def log_in(self, name, next_page=None):
        self.get("/api-auth/login/")
        fields = {"username": name, "password": PASSWORDS[name], **({"next": next_page} if next_page else {})}
        return self.both(f"login of {name}", lambda browser: browser.post("/api-auth/login/", fields))

    def sessions(self):
        """What both databases hold: users of sessions, and who has logged in when."""
        result = []
        for path in (self.django_database, self.site.folder / "db.sqlite3"):
            connection = sqlite3.connect(path)
            result.append((connection.execute("SELECT count(*) FROM django_session").fetchone(),
                           connection.execute("SELECT username, last_login IS NULL FROM auth_user ORDER BY id").fetchall(),
                           connection.execute("SELECT user_id FROM authtoken_token ORDER BY user_id").fetchall()))
            connection.close()
        return result

    def test_the_form_and_what_it_refuses(self):
        self.both("without a cookie", lambda browser: browser.post("/api-auth/login/", {"username": "ann", "password": PASSWORDS["ann"]}))
        self.get("/api-auth/login/")
        self.get("/api-auth/login/?next=/there/")
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            self.both(method, lambda browser: browser.request(method, "/api-auth/login/"))
            self.both(method + " with a token", lambda browser: browser.request(
                method, "/api-auth/login/", headers={"X-CSRFToken": browser.cookies.get("csrftoken", "")}))
        self.both("GET login", lambda browser: browser.request("GET", "/api-auth/login"))
        self.both("without the token", lambda browser: browser.post("/api-auth/login/", {"username": "ann"}, token=False))
        for fields in ({}, {"username": "ann"}, {"password": "x"}, {"username": "ann", "password": "wrong"}, {"username": "", "password": ""},
                       {"username": "gone", "password": PASSWORDS["gone"]}, {"username": "a\0b", "password": "x"},
                       {"username": "a" * 151, "password": "x"}, {"username": "nobody", "password": "x"}):
            self.both(f"POST {fields}", lambda browser: browser.post("/api-auth/login/", fields))
        self.assertEqual(*self.sessions())

    def test_a_session_from_login_to_logout(self):
        answer = self.log_in("ann")
        self.assertEqual(answer["headers"]["location"], ["/accounts/profile/"])
        self.assertEqual(*self.sessions())
        self.get("/api-auth/login/")
        self.log_in("ann")
        self.log_in("bob")
        self.assertEqual(*self.sessions())
        before = self.ours.cookies["sessionid"]
        self.get("/api-auth/logout/?next=/there/")
        self.assertNotIn("sessionid", self.ours.cookies)
        self.assertEqual(*self.sessions())
        stranger = Browser(self.site.port)
        stranger.cookies = {"sessionid": before}
        self.assertEqual(stranger.request("GET", "/messages/")[0], 200)
        self.assertEqual(stranger.cookies, {}, "the session is gone")

    def test_a_user_name_with_blanks_around_it(self):
        self.get("/api-auth/login/")
        self.both("blanks", lambda browser: browser.post("/api-auth/login/", {"username": "  ann ", "password": PASSWORDS["ann"]}))
        self.assertIn("sessionid", self.ours.cookies)

    def test_where_a_login_leads_to(self):
        self.get("/api-auth/login/")
        for page in NEXT:
            fields = {"username": "ann", "password": PASSWORDS["ann"]}
            self.both(f"next={page!r}", lambda browser: browser.post(
                "/api-auth/login/", {**fields, "next": page.format(host=f"127.0.0.1:{browser.port}") if "{" in page else page}))
        self.both("next in the query", lambda browser: browser.post("/api-auth/login/?next=/query/", fields))
        self.both("next twice", lambda browser: browser.post("/api-auth/login/?next=/query/", {**fields, "next": ""}))

    def test_logging_out(self):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"):
            self.new_browsers()
            self.log_in("ann")
            self.both(method + " without a token", lambda browser: browser.request(method, "/api-auth/logout/"))
            self.both(method, lambda browser: browser.request(
                method, "/api-auth/logout/", headers={"X-CSRFToken": browser.cookies.get("csrftoken", "")}))
            self.assertEqual(*self.sessions())
        self.new_browsers()
        self.get("/api-auth/logout/")
        for page in NEXT:
            self.both(f"next={page!r}", lambda browser: browser.request("GET", "/api-auth/logout/?" + urlencode(
                {"next": page.format(host=f"127.0.0.1:{browser.port}") if "{" in page else page})))
        self.log_in("bob")
        self.both("next of a form", lambda browser: browser.post("/api-auth/logout/?next=/query/", {"next": "/form/"}))
        self.get("/api-auth/logout/?next=/%0d%0aX:%20y")

    def test_tokens(self):
        for content_type, body in TOKEN_BODIES:
            self.both(f"{content_type}: {body}", lambda browser: browser.request(
                "POST", "/api-token-auth/", body, {"Content-Type": content_type} if content_type else {}))
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
            self.both(method, lambda browser: browser.request(method, "/api-token-auth/"))
        self.both("suffix", lambda browser: browser.request("GET", "/api-token-auth"))
        for accept in ("text/html", "application/json; indent=4", "text/plain"):
            self.both(accept, lambda browser: browser.request(
                "POST", "/api-token-auth/", TOKEN_BODIES[0][1], {"Content-Type": JSON, "Accept": accept}))
        self.both("bad basic", lambda browser: browser.request(
            "POST", "/api-token-auth/", TOKEN_BODIES[0][1], {"Content-Type": JSON, "Authorization": "Basic x"}))
        self.log_in("bob")
        self.both("a session without CSRF token", lambda browser: browser.request(
            "POST", "/api-token-auth/", TOKEN_BODIES[0][1], {"Content-Type": JSON}))
        self.both("a session with CSRF token", lambda browser: browser.request(
            "POST", "/api-token-auth/", TOKEN_BODIES[0][1], {"Content-Type": JSON, "X-CSRFToken": browser.cookies["csrftoken"]}))
        self.both("a session's form", lambda browser: browser.post(
            "/api-token-auth/", {"username": "ann", "password": PASSWORDS["ann"]}))
        self.assertEqual(*self.sessions())


if __name__ == "__main__":
    unittest.main()
