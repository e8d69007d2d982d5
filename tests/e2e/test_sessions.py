# SPDX-License-Identifier: MIT
"""Who a session or a token stands for, from one request to the next, on every session engine."""
import functools
import json
import shutil
import sqlite3
import unittest

from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, SETTINGS, Site
from test_login import Browser

ENGINES = ("db", "cached_db", "cache", "file", "signed_cookies")
#: how many messages each has, by which their sessions can be told apart; nobody has none
MESSAGES = {"ann": 1, "eve": 2}
NOBODY = 0


def settings(engine):
    return (f'SESSION_ENGINE = "django.contrib.sessions.backends.{engine}"\nSESSION_FILE_PATH = "."\n'
            f'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n{SETTINGS}{MESSAGES_ROUTE}{LOGIN_ROUTE}')


class Story:
    """A server with this session engine on the users' database as it was made, which may be changed."""

    def __init__(self, site, tokens, engine):
        self.site, self.tokens, self.engine = site, tokens, engine

    def __enter__(self):
        self.site.settings.write_text(settings(self.engine), encoding="utf-8")
        shutil.copy(self.site.folder / "made.sqlite3", self.site.folder / "db.sqlite3")
        self.database = sqlite3.connect(self.site.folder / "db.sqlite3", isolation_level=None, timeout=60)
        self.site.serve()
        return self

    def __exit__(self, *_):
        self.site.stop()
        self.database.close()

    def browser(self, **cookies):
        browser = Browser(self.site.port)
        browser.cookies.update(cookies)
        return browser

    def log_in(self, browser, name):
        browser.request("GET", "/api-auth/login/")
        return browser.post("/api-auth/login/", {"username": name, "password": "a-password-of-" + name})[0]

    @staticmethod
    def messages(browser):
        return json.loads(browser.request("GET", "/messages/peek/")[2])["count"]

    def session(self, name):
        browser = self.browser()
        self.log_in(browser, name)
        return browser


def on_each_engine(test):
    @functools.wraps(test)
    def tests(self):
        for engine in ENGINES:
            with self.subTest(engine=engine), Story(self.site, self.tokens, engine) as story:
                test(self, story)

    return tests


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(settings(ENGINES[0]))
        cls.addClassCleanup(cls.site.__exit__)
        cls.tokens = {name: cls.site.user(name) for name in MESSAGES}
        for name, count in MESSAGES.items():
            for number in range(count):
                cls.site.manage("send", "--to", name, f"{name} {number}")
        shutil.copy(cls.site.folder / "db.sqlite3", cls.site.folder / "made.sqlite3")

    @on_each_engine
    def test_that_were_planted_are_not_those_that_a_login_begins(self, story):
        planted = [{"sessionid": "abcdefghijklmnopqrstuvwxyz012345"}, dict(story.session("eve").cookies)]
        for cookies in planted:
            victim = story.browser(**cookies)
            self.assertEqual(story.log_in(victim, "ann"), 302)
            self.assertEqual(story.messages(victim), MESSAGES["ann"])
            self.assertNotEqual(victim.cookies["sessionid"], cookies["sessionid"])
            self.assertNotEqual(story.messages(story.browser(**cookies)), MESSAGES["ann"])

    @on_each_engine
    def test_that_are_logged_out_are_nobodys(self, story):
        browser = story.session("ann")
        kept = story.browser(**browser.cookies)
        self.assertEqual(story.messages(kept), MESSAGES["ann"])
        self.assertLess(browser.post("/api-auth/logout/", {})[0], 400)
        self.assertEqual(story.messages(browser), NOBODY)
        if story.engine != "signed_cookies":  # there the cookie is the session, as Django says of it
            self.assertEqual(story.messages(kept), NOBODY)

    @on_each_engine
    def test_and_tokens_end_at_once_when_they_are_revoked(self, story):
        browser, client = story.session("ann"), story.site.client(story.tokens["ann"])
        self.assertEqual((story.messages(browser), client.get("/messages/peek/")["count"]), (MESSAGES["ann"], MESSAGES["ann"]))
        story.database.execute("UPDATE auth_user SET is_active = 0 WHERE username = 'ann'")
        self.assertEqual(story.messages(browser), NOBODY)
        self.assertIn(client.request("GET", "/messages/peek/")[0], (401, 403))
        story.database.execute("UPDATE auth_user SET is_active = 1 WHERE username = 'ann'")
        self.assertEqual((story.messages(browser), client.get("/messages/peek/")["count"]), (MESSAGES["ann"], MESSAGES["ann"]))
        story.database.execute("UPDATE auth_user SET password = (SELECT password FROM auth_user WHERE username = 'eve') WHERE username = 'ann'")
        self.assertEqual((story.messages(browser), client.get("/messages/peek/")["count"]), (NOBODY, MESSAGES["ann"]))
        story.database.execute("DELETE FROM authtoken_token WHERE user_id = (SELECT id FROM auth_user WHERE username = 'ann')")
        self.assertIn(client.request("GET", "/messages/peek/")[0], (401, 403))
        client.close()


if __name__ == "__main__":
    unittest.main()
