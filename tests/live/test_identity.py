# SPDX-License-Identifier: MIT
"""One user, one browser, two servers: whoever Django knows is known here, and nobody else. Each story runs for each session engine."""
import html
import contextlib
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest
import urllib.parse

import nginx
from beside import Beside
from browser import Browser
from engines import engines
from patience import until

PYTHON = os.environ.get("LIVE_PYTHON", "/usr/bin/python3")
HAS_DRF_MESSAGES = os.environ.get("LIVE_HAS_DRF_MESSAGES") == "1"
DATABASE = json.loads(os.environ.get("LIVE_DATABASE", "null"))
FOLDER = pathlib.Path(os.environ["LIVE_FOLDER"])
ONLY = os.environ.get("LIVE_ENGINES", "").split()
PASSWORD = "a long enough password"
ANONYMOUS = 403


def database():
    if DATABASE:
        return DATABASE
    return {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "db.sqlite3"), "OPTIONS": {"timeout": 30}}}


def module_is_there(name):
    return subprocess.run([PYTHON, "-c", f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"],
                          capture_output=True, check=False).returncode == 0


def django_version():
    out = subprocess.run([PYTHON, "-c", "import django; print(django.VERSION[0], django.VERSION[1])"], capture_output=True, text=True, check=True)
    return tuple(map(int, out.stdout.split()))


DJANGO = django_version()
names = map("user{}".format, itertools.count())


class Beginning:
    """The two servers, and what the stories are told with."""
    engine = None

    @classmethod
    def setUpClass(cls):
        cls.beside = Beside(PYTHON, HAS_DRF_MESSAGES, {"DATABASES": database(), **cls.engine.settings})
        cls.addClassCleanup(cls.beside.__exit__)
        cls.beside.print_settings()
        cls.beside.start_django()
        cls.beside.start_ours()

    def control(self, path, **content):
        answer = Browser().request(self.beside.django_port, "POST", f"/control/{path}/", json.dumps(content), {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def user(self):
        name = next(names)
        self.control("user", username=name, password=PASSWORD)
        return name

    def log_in_there(self, browser, name, password=None, port=None):
        answer = browser.fill_in(port or self.beside.django_port, "/accounts/login/", username=name, password=password or PASSWORD)
        self.assertEqual(answer.status, 302, answer.body[:500])

    def enter_there(self, browser, name):
        """A session of Django's, without the time that a password takes."""
        answer = browser.get(self.beside.django_port, "/control/log-in/?username=" + name)
        self.assertEqual(answer.status, 200, answer.body[:500])

    def log_in_here(self, browser, name, password=None, port=None):
        answer = browser.fill_in(port or self.beside.port, "/api-auth/login/", username=name, password=password or PASSWORD)
        self.assertEqual(answer.status, 302, answer.body[:500])

    def logged_in(self, messages=None):
        """A browser of a new user who is logged in there, and the user's name."""
        browser, name = Browser(), self.user()
        self.enter_there(browser, name)
        for number in range(messages or 0):
            self.leave(browser, f"message {number} of {name}")
        return browser, name

    def leave(self, browser, text):
        answer = browser.get(self.beside.django_port, "/leave/?text=" + text.replace(" ", "+"))
        self.assertEqual(answer.status, 200, answer.body[:500])

    def known_there(self, browser, port=None):
        answer = browser.get(port or self.beside.django_port, "/whoami/")
        self.assertEqual(answer.status, 200, answer.body[:500])
        return answer.json["user"]

    def peek(self, browser, port=None):
        """The number of unread messages here; None for an anonymous one."""
        answer = browser.get(port or self.beside.port, "/messages/peek/")
        self.assertIn(answer.status, (200, ANONYMOUS), answer.body[:500])
        return answer.json["count"] if answer.status == 200 else None


class Stories(Beginning):
    def test_a_user_who_logged_in_there_is_known_here(self):
        name, browser = self.user(), Browser()
        self.log_in_there(browser, name)
        self.leave(browser, "left by " + name)
        self.assertEqual((self.peek(browser), self.known_there(browser)), (1, name))

    def test_each_user_has_their_own_messages(self):
        browsers = [self.logged_in(messages=count)[0] for count in (1, 2, 0)]
        self.assertEqual([self.peek(browser) for browser in browsers], [1, 2, 0])
        self.assertEqual(self.peek(Browser()), None)

    def test_a_user_who_logged_in_here_is_known_there(self):
        name, browser = self.user(), Browser()
        self.log_in_here(browser, name)
        self.assertEqual(self.known_there(browser), name)
        self.leave(browser, "left by " + name)
        self.assertEqual(self.peek(browser), 1)

    def test_logging_in_here_does_not_disturb_other_sessions_of_the_user(self):
        first, name = self.logged_in()
        second = Browser()
        self.log_in_here(second, name)
        self.log_in_there(Browser(), name)
        self.assertEqual((self.known_there(first), self.peek(first), self.known_there(second), self.peek(second)), (name, 0, name, 0))

    def test_a_password_that_was_changed_there_ends_the_other_sessions_here_at_once(self):
        changer, name = self.logged_in()
        other = Browser()
        self.enter_there(other, name)
        self.assertEqual((self.peek(changer), self.peek(other)), (0, 0))
        answer = changer.fill_in(self.beside.django_port, "/accounts/password_change/", old_password=PASSWORD,
                                 new_password1="quite another 4711", new_password2="quite another 4711")
        self.assertEqual(answer.status, 302, answer.body[:2000])
        self.assertEqual((self.peek(changer), self.known_there(changer)), (0, name))
        self.assertEqual((self.peek(other), self.known_there(other)), (None, None))
        self.log_in_here(other, name, "quite another 4711")
        self.assertEqual(self.known_there(other), name)

    def test_whoever_logs_out_there_is_out_here(self):
        browser, name = self.logged_in(messages=1)
        thief = browser.copy()
        self.assertEqual(self.peek(browser), 1)
        self.assertEqual(browser.post(self.beside.django_port, "/accounts/logout/").status, 302)
        self.assertEqual((self.known_there(browser), self.peek(browser)), (None, None))
        if self.engine.revocable:
            self.assertEqual((self.peek(thief), self.known_there(thief)), (None, None), name)

    def test_whoever_logs_out_here_is_out_there(self):
        browser, name = self.logged_in(messages=1)
        thief = browser.copy()
        answer = browser.post(self.beside.port, "/api-auth/logout/")
        self.assertIn(answer.status, (200, 302), answer.body[:500])
        self.assertEqual((self.known_there(browser), self.peek(browser)), (None, None))
        if self.engine.revocable:
            self.assertEqual((self.peek(thief), self.known_there(thief)), (None, None), name)

    def test_messages_left_in_a_session_vanish_with_it(self):
        if not self.engine.revocable:
            self.skipTest("such a session is too long to be the session of a message")
        here, there = (self.beside.port, "/api-auth/logout/"), (self.beside.django_port, "/accounts/logout/")
        # Where Django has no row of a session, it leaves the messages behind; we do not.
        for log_out in (here, there) if self.engine.rows else (here,):
            browser, name = self.logged_in(messages=2)
            elsewhere = Browser()
            self.enter_there(elsewhere, name)
            self.leave(elsewhere, "kept for " + name)
            self.assertEqual(self.peek(browser), 3)
            browser.post(*log_out)
            self.assertEqual(self.control("messages", text=f"message 0 of {name}")["count"], 0)
            self.assertEqual(self.peek(elsewhere), 1)

    def test_a_deactivated_user_is_out_at_once(self):
        browser, name = self.logged_in(messages=1)
        self.assertEqual(self.peek(browser), 1)
        self.control("deactivate", username=name)
        self.assertEqual((self.peek(browser), self.known_there(browser)), (None, None))
        answer = Browser().fill_in(self.beside.port, "/api-auth/login/", username=name, password=PASSWORD)
        self.assertEqual(answer.status, 200)

    def test_an_expired_session_is_out(self):
        if not self.engine.revocable:
            browser, _ = self.logged_in()
            with self.beside.another_of_ours(SESSION_COOKIE_AGE="2") as port:
                self.assertTrue(until(lambda: self.peek(browser.copy(), port) is None))
            return
        browser, _ = self.logged_in()
        keeper = browser.copy()
        if self.engine.folder:
            # Django's file engine looks at the file's age alone.
            for file in self.engine.folder.iterdir():
                if file.name.endswith(browser.cookies["sessionid"]):
                    os.utime(file, (time.time() - 1_209_700, time.time() - 1_209_700))
        else:
            self.assertEqual(browser.get(self.beside.django_port, "/live-for/?seconds=2").status, 200)
        self.assertTrue(until(lambda: self.known_there(keeper.copy()) is None))
        self.assertEqual(self.peek(keeper), None)

    def test_what_django_keeps_in_a_session_survives_our_saving_it(self):
        browser, name = self.logged_in()
        query = "?python=1" if self.engine.pickles else ""
        self.assertEqual(browser.get(self.beside.django_port, "/remember/" + query).status, 200)
        before = browser.get(self.beside.django_port, "/remembered/").json["session"]
        self.assertNotEqual(before["text"], "None")
        self.assertEqual(before["when"] != "None", self.engine.pickles)
        with self.beside.another_of_ours(SESSION_SAVE_EVERY_REQUEST="true") as port:
            answer = browser.get(port, "/messages/peek/")
            self.assertEqual(answer.status, 200)
            self.assertIn("Set-Cookie", answer.headers)
        self.assertEqual(browser.get(self.beside.django_port, "/remembered/").json["session"], before)
        self.assertEqual((self.known_there(browser), self.peek(browser)), (name, 0))

    # ---- sessions with objects that only Python can build
    @contextlib.contextmanager
    def servers_with_pickles(self):
        """Django and two of ours, the second with SESSION_SAVE_EVERY_REQUEST, where sessions of this engine hold any object: their ports."""
        if DATABASE:
            self.skipTest("what is stored of a session is the same in each database")
        if self.engine.pickles:
            with self.beside.another_of_ours(SESSION_SAVE_EVERY_REQUEST="true") as saving:
                yield self.beside.django_port, self.beside.port, saving
            return
        if DJANGO >= (5, 0):
            self.skipTest("Django has no PickleSerializer any more")
        varied = {"SESSION_SERIALIZER": "django.contrib.sessions.serializers.PickleSerializer"}
        with self.beside.another_django(**varied) as there, self.beside.another_of_ours(**varied) as here, \
                self.beside.another_of_ours(SESSION_SAVE_EVERY_REQUEST="true", **varied) as saving:
            yield there, here, saving

    def remembered(self, browser, there):
        answer = browser.get(there, "/remembered/")
        self.assertEqual(answer.status, 200, answer.body[:500])
        return answer.json["session"]

    def logged(self, port, text):
        """The lines of the log of that server with the text; waits for one."""
        process = next(process for process in self.beside.processes if process.port == port)
        self.assertTrue(until(lambda: any(text in line for line in process.output)), process.output)
        return [line for line in process.output if text in line]

    def test_what_only_django_can_build_stays_in_the_session_of_a_user_who_is_known(self):
        with self.servers_with_pickles() as (there, here, saving):
            browser, name = Browser(), self.user()
            self.log_in_there(browser, name, port=there)
            self.assertEqual(browser.get(there, "/remember/?foreign=1").status, 200)
            before = self.remembered(browser, there)
            self.assertEqual(before["price"], "Decimal('9.90')")
            self.assertEqual(before["who"], f"<User: {name}>")
            for port in (here, here, saving):
                answer = browser.get(port, "/messages/peek/")
                self.assertEqual((answer.status, "Set-Cookie" in answer.headers), (200, port == saving))
                self.assertEqual(self.remembered(browser, there), before)
            self.assertEqual(len(self.logged(here, "sessions hold ")), 1)
            self.assertIn("decimal.Decimal, ", self.logged(here, "sessions hold ")[0])

            # Who logs in again stays in it; somebody else gets a session of their own, and this one stays as it is.
            self.log_in_here(browser, name, port=here)
            self.assertEqual((self.remembered(browser, there), self.known_there(browser, there)), (before, name))
            first, other = browser.copy(), self.user()
            self.log_in_here(browser, other, port=here)
            self.assertEqual((self.known_there(browser, there), self.remembered(browser, there)["price"]), (other, "None"))
            self.assertEqual((self.known_there(first, there), self.remembered(first, there)), (name, before))
            self.assertEqual(len(self.logged(here, "a new session begins, and the old one stays")), 1)

            # Logging out ends it, as it would there.
            first.post(here, "/api-auth/logout/")
            self.assertEqual((self.known_there(first, there), self.peek(first, here)), (None, None))

            # A cart of somebody who has not logged in yet.
            browser = Browser()
            self.assertEqual(browser.get(there, "/remember/?foreign=1").status, 200)
            before = self.remembered(browser, there)
            answer = browser.get(here, "/messages/peek/")
            self.assertEqual((answer.status, "Set-Cookie" in answer.headers), (ANONYMOUS, False))
            self.assertEqual(self.remembered(browser, there), before)
            visitor = browser.copy()
            self.log_in_here(browser, name, port=here)
            self.assertEqual(self.known_there(browser, there), name)
            self.assertEqual(self.remembered(visitor, there), before)

    def test_an_empty_or_foreign_key_is_anonymous(self):
        for key in ("", "x" * 32, "../../etc/passwd", "a" * 5000, "\\" * 40, "eyJ9:1r2t:aaaa"):
            browser = Browser()
            browser.cookies["sessionid"] = key
            self.assertEqual(self.peek(browser), None, key)

    def test_the_csrf_cookie_of_either_is_good_for_the_other(self):
        browser, _ = self.logged_in(messages=1)
        shown = browser.get(self.beside.port, "/messages/").json
        browser.get(self.beside.django_port, "/whoami/")
        refused = browser.request(self.beside.port, "DELETE", f"/messages/{shown[0]['id']}/")
        self.assertEqual(refused.status, 403)
        answer = browser.request(self.beside.port, "DELETE", f"/messages/{shown[0]['id']}/", headers={"X-CSRFToken": browser.cookies["csrftoken"]})
        self.assertEqual(answer.status, 204, answer.body)
        here = Browser()
        name = self.user()
        self.log_in_here(here, name)
        self.assertEqual(here.post(self.beside.django_port, "/accounts/logout/").status, 302)

    def test_a_new_secret_key_keeps_sessions_as_long_as_the_old_one_is_a_fallback(self):
        browser, name = self.logged_in(messages=1)
        old = self.beside.varied.get("SECRET_KEY", "a key for tests only, the same on both sides, fifty long")
        with self.beside.another_of_ours(SECRET_KEY="a new one") as port:
            self.assertEqual(self.peek(browser.copy(), port), None)
        # Where the engine forgets what it cannot verify, that was this session's end.
        browser = Browser()
        self.enter_there(browser, name)
        with self.beside.another_of_ours(SECRET_KEY="a new one", SECRET_KEY_FALLBACKS=json.dumps([old])) as port:
            # The first answer may move the session to a new key, made with the new secret.
            count = self.peek(browser, port)
            self.assertIsNotNone(count)
            self.assertEqual(self.peek(browser, port), count)
            if DJANGO >= (4, 1):
                with self.beside.another_django(SECRET_KEY="a new one", SECRET_KEY_FALLBACKS=[old]) as there:
                    self.assertEqual(self.known_there(browser, there), name)
                    self.assertEqual(self.peek(browser, port), count)

    def test_a_message_read_on_one_side_is_read_on_the_other(self):
        browser, _ = self.logged_in(messages=2)
        self.assertEqual(self.peek(browser), 2)
        self.assertEqual(len(browser.get(self.beside.port, "/messages/").json), 2)
        self.assertEqual(self.peek(browser), 0)
        if HAS_DRF_MESSAGES:
            self.assertEqual(browser.get(self.beside.django_port, "/messages/peek/").json["count"], 0)
            self.leave(browser, "a third one")
            browser.get(self.beside.django_port, "/messages/")
            self.assertEqual(self.peek(browser), 0)

    def test_both_sides_answer_the_same_bytes(self):
        if not HAS_DRF_MESSAGES:
            self.skipTest("needs drf-messages itself, from the package index")
        browser, _ = self.logged_in(messages=3)
        browser.get(self.beside.port, "/messages/")
        for path in ("/messages/peek/", "/messages/", "/messages/?unread=true", "/messages/peek/?format=api", "/messages/999999/", "/messages/?level=x"):
            here, there = browser.get(self.beside.port, path), browser.get(self.beside.django_port, path)
            self.assertEqual((here.status, here.headers.get_content_type()), (there.status, there.headers.get_content_type()), path)
            if here.headers.get_content_type() == "application/json":
                self.assertEqual(here.body, there.body, path)


class BehindNginx(Beginning):
    """One address for both, as contrib/django/nginx.conf makes it."""

    def test_whoever_logs_out_on_the_page_is_out_on_both_sides(self):
        for with_login in (False, True):
            with self.subTest("api-auth/ is " + ("ours" if with_login else "Django's")):
                port = nginx.start(self, nginx.shipped(self.beside.port, with_login), nginx.as_django_has_it(self.beside.django_port))
                browser, name = Browser(), self.user()
                self.log_in_there(browser, name, port=port)
                self.assertEqual((self.peek(browser, port), self.known_there(browser, port)), (0, name))
                page = browser.request(port, "GET", "/messages/", headers={"Accept": "text/html"})
                self.assertEqual(page.status, 200)
                form = re.search(r'<form id="log-out" action="([^"]+)" method="post">\s*<input type="hidden" name="csrfmiddlewaretoken" value="(\w+)">',
                                 page.body.decode())
                self.assertIsNotNone(form, page.body)
                answer = browser.request(port, "POST", html.unescape(form[1]), urllib.parse.urlencode({"csrfmiddlewaretoken": form[2]}), {
                    "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}",
                    "Referer": f"http://127.0.0.1:{port}/messages/"})
                self.assertEqual((answer.status, answer.headers["Location"]), (302, "/messages/"), answer.body[:500])
                self.assertEqual((self.peek(browser, port), self.known_there(browser, port)), (None, None))


def load_tests(loader, _standard, _pattern):
    suite = unittest.TestSuite()
    folder = FOLDER / "sessions"
    folder.mkdir(exist_ok=True)
    prepare()
    for engine in engines(os.environ["DRF_MESSAGES_TEST_REDIS"], os.environ["DRF_MESSAGES_TEST_MEMCACHED"], folder):
        if ONLY and engine.name not in ONLY:
            continue
        if engine.needs and not module_is_there(engine.needs):
            print(f"SKIPPED: sessions in {engine.name}: this Python has no {engine.needs}", flush=True)
            continue
        suite.addTests(loader.loadTestsFromTestCase(type(engine.name, (Stories, unittest.TestCase), {"engine": engine})))
        if engine.name == "db":
            suite.addTests(loader.loadTestsFromTestCase(type("BehindNginx", (BehindNginx, unittest.TestCase), {"engine": engine})))
    return suite


def prepare():
    """The tables: Django's by Django, then what is missing by us. After that Django must find nothing to do."""
    with Beside(PYTHON, HAS_DRF_MESSAGES, {"DATABASES": database()}) as beside:
        began = time.monotonic()
        beside.manage("migrate", "--verbosity", "0")
        beside.print_settings()
        if not HAS_DRF_MESSAGES:
            beside.ours("migrate", "drf_messages")
        beside.ours("migrate")
        beside.manage("migrate", "--check")
        print(f"Django {'.'.join(map(str, DJANGO))} of {PYTHON}; tables made in {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
