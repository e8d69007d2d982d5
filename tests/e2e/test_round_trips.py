# SPDX-License-Identifier: MIT
"""Who asks and what for in one round trip to a database server; and what is guessed for that is never believed."""
import json
import threading
import unittest

from databases import settings_for
from relay import HoldingRelay
from servers import MariaDB, PostgreSQL
from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, Site
from sql_client import sql_client
from test_login import Browser
from patience import until

SERVERS = {"postgresql": PostgreSQL, "mariadb": MariaDB}
#: seconds until answers are let through though not all was asked; the request is then tried again
HELD_FOR = 10
TEXTS = {"ann": ["of ann"], "bob": ["of bob", "of bob too"]}


class Token:
    def __init__(self, site, tokens, name):
        self.client = site.client(tokens[name])
        self.asks = 1  # of who it is

    def request(self, path):
        return self.client.request("GET", path)

    def close(self):
        self.client.close()


class Session:
    def __init__(self, site, _tokens, name):
        self.browser = Browser(site.port)
        self.browser.request("GET", "/api-auth/login/")
        self.browser.post("/api-auth/login/", {"username": name, "password": "a-password-of-" + name})
        self.asks = 2

    @property
    def key(self):
        return self.browser.cookies["sessionid"]

    def request(self, path):
        status, _, body = self.browser.request("GET", path)
        return status, body

    def log_out(self, other):
        """In another window."""
        other.browser.cookies.update(self.browser.cookies)
        other.browser.request("GET", "/api-auth/login/")
        return other.browser.post("/api-auth/logout/", {})[0]

    def close(self):
        pass  # each of its requests has a connection of its own


class RoundTrips:
    server_class = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enter(cls.server_class())
        cls.relay = cls.enter(HoldingRelay(cls.server.port, cls.protocol))
        settings = settings_for(cls.server.url.replace(f":{cls.server.port}/", f":{cls.relay.port}/"), "WORKERS = 1")
        settings = settings.replace("[REST_FRAMEWORK]\n", '[REST_FRAMEWORK]\nDEFAULT_PERMISSION_CLASSES = ["rest_framework.permissions.IsAuthenticated"]\n')
        cls.site = cls.enter(Site(f'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\nLOGIN_THROTTLE_RATE = ""\n'
                                  f"{settings}{MESSAGES_ROUTE}{LOGIN_ROUTE}"))
        cls.tokens = {name: cls.site.user(name) for name in TEXTS}
        for name, texts in TEXTS.items():
            for text in texts:
                cls.site.manage("send", "--to", name, text)
        cls.database = sql_client(cls.server, cls.site)
        cls.addClassCleanup(cls.database.close)
        cls.site.serve()
        cls.ids = {name: int(cls.database.sql(f"SELECT id FROM auth_user WHERE username = '{name}'")[0]) for name in TEXTS}
        cls.messages = {name: [int(row) for row in cls.database.sql(f"SELECT id FROM drf_messages_message WHERE user_id = {number} ORDER BY id DESC")]
                        for name, number in cls.ids.items()}

    @classmethod
    def enter(cls, context):
        entered = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return entered

    def given(self, kind, name="ann"):
        asker = kind(self.site, self.tokens, name)
        self.addCleanup(asker.close)
        return asker

    def paths(self, name):
        return ["/messages/peek/", "/messages/", f"/messages/{self.messages[name][0]}/"]

    def asked_at_once(self, asker, path, questions):
        """Whether a request's questions are all there before the first of them is answered, and no more come."""
        answers = []
        with self.relay.held(questions):
            thread = threading.Thread(target=lambda: answers.append(asker.request(path)[0]))
            thread.start()
            were_there = self.relay.wait(HELD_FOR)
            asked = self.relay.let_go()
            thread.join()
        self.assertEqual(answers, [200])
        return were_there and asked() == questions

    def test_who_and_what_travel_together_from_the_second_request_on(self):
        for kind in (Token, Session):
            asker = self.given(kind)
            for path in self.paths("ann"):
                with self.subTest(f"{kind.__name__} {path}"):
                    self.assertEqual([asker.request(path)[0] for _ in range(2)], [200, 200])
                    self.assertTrue(until(lambda: self.asked_at_once(asker, path, asker.asks + 1)))

    def test_another_message_travels_as_the_one_before(self):
        asker = self.given(Token, "bob")
        first, second = self.paths("bob")[2], f"/messages/{self.messages['bob'][1]}/"
        for path in (first, second):
            self.database.sql("UPDATE drf_messages_message SET read_at = created")
            self.assertEqual(asker.request(path)[0], 200)
        self.assertTrue(until(lambda: self.asked_at_once(asker, first, 2)))
        self.assertTrue(until(lambda: self.asked_at_once(asker, second, 2)))

    # ---- what changes between two requests

    def warm(self, asker, name):
        for path in self.paths(name):
            for _ in range(3):
                status, body = asker.request(path)
                self.assertEqual(status, 200, body)
                self.assert_of(name, path, body)

    def assert_of(self, name, path, body):
        if "peek" in path:
            unread = int(self.database.sql(f"SELECT COUNT(*) FROM drf_messages_message WHERE user_id = {self.ids[name]} AND read_at IS NULL")[0])
            self.assertEqual(json.loads(body)["count"], unread)
        else:
            shown = json.loads(body)
            texts = [shown["message"]] if isinstance(shown, dict) else [message["message"] for message in shown]
            self.assertLessEqual(set(texts), set(TEXTS[name]), path)

    def after(self, change, kind, verdict):
        """Each request directly behind `change`, which returns what takes it back."""
        for path in self.paths("ann"):
            with self.subTest(f"{kind.__name__} {path}"):
                self.database.sql("UPDATE drf_messages_message SET read_at = NULL")
                asker = self.given(kind)
                self.warm(asker, "ann")
                undo = change(asker)
                try:
                    verdict(path, *asker.request(path))
                finally:
                    undo()

    def refused(self, path, status, body):
        self.assertIn(status, (401, 403), (path, body))
        for text in TEXTS["ann"] + TEXTS["bob"]:
            self.assertNotIn(text.encode(), body)

    def bobs(self, path, status, body):
        if path == self.paths("ann")[2]:
            self.assertEqual(status, 404, body)
        else:
            self.assertEqual(status, 200, body)
            self.assert_of("bob", path, body)
            self.assertNotIn(b"of ann", body)

    def nothing_undone(self):
        pass

    def change(self, sql, undo):
        def changed(_asker):
            self.database.sql(sql)
            return lambda: self.database.sql(undo)
        return changed

    def test_a_logout_acts_at_once(self):
        def log_out(asker):
            other = Session(self.site, self.tokens, "bob")
            self.addCleanup(other.close)
            self.assertIn(asker.log_out(other), (200, 302))
            return self.nothing_undone

        self.after(log_out, Session, self.refused)

    def test_a_deactivated_user_is_refused_at_once(self):
        ann = self.ids["ann"]
        for kind in (Token, Session):
            self.after(self.change(f"UPDATE auth_user SET is_active = FALSE WHERE id = {ann}", f"UPDATE auth_user SET is_active = TRUE WHERE id = {ann}"),
                       kind, self.refused)

    def test_a_changed_password_ends_the_session_at_once(self):
        ann = self.ids["ann"]
        old = self.database.sql(f"SELECT password FROM auth_user WHERE id = {ann}")[0]
        self.after(self.change(f"UPDATE auth_user SET password = 'md5$salt$another' WHERE id = {ann}",
                               f"UPDATE auth_user SET password = '{old}' WHERE id = {ann}"), Session, self.refused)

    def test_a_deleted_token_is_refused_at_once(self):
        ann, token = self.ids["ann"], self.tokens["ann"]
        key = "`key`" if self.server_class is MariaDB else "key"
        self.after(self.change(f"DELETE FROM authtoken_token WHERE user_id = {ann}",
                               f"INSERT INTO authtoken_token ({key}, created, user_id) VALUES ('{token}', '2024-01-01 10:00:00', {ann})"),
                   Token, self.refused)

    def test_a_token_that_is_given_to_another_user_shows_his_messages_at_once(self):
        ann, bob = self.ids["ann"], self.ids["bob"]
        tokens = "authtoken_token"

        def give(_asker):
            self.database.sql(f"DELETE FROM {tokens} WHERE user_id = {bob}")
            self.database.sql(f"UPDATE {tokens} SET user_id = {bob} WHERE user_id = {ann}")
            return lambda: self.database.sql(f"UPDATE {tokens} SET user_id = {ann} WHERE user_id = {bob}")

        self.after(give, Token, self.bobs)
        key = "`key`" if self.server_class is MariaDB else "key"
        self.database.sql(f"INSERT INTO {tokens} ({key}, created, user_id) VALUES ('{self.tokens['bob']}', '2024-01-01 10:00:00', {bob})")

    def test_a_session_that_becomes_another_users_shows_his_messages_at_once(self):
        bob = self.given(Session, "bob")

        def rewrite(asker):
            data = self.database.sql(f"SELECT session_data FROM django_session WHERE session_key = '{bob.key}'")[0]
            self.database.sql(f"UPDATE django_session SET session_data = '{data}' WHERE session_key = '{asker.key}'")
            return self.nothing_undone

        self.after(rewrite, Session, self.bobs)

    def test_what_is_written_between_two_requests_is_shown_by_the_second(self):
        asker = self.given(Token)
        self.warm(asker, "ann")
        for number in range(3):
            text = f"new {number}"
            self.database.sql("INSERT INTO drf_messages_message (view, message, level, created, user_id) "
                              f"VALUES ('', '{text}', 20, '2024-01-01 10:00:00', {self.ids['ann']})")
            self.assertIn(text, [message["message"] for message in json.loads(asker.request("/messages/")[1])])
        self.database.sql("DELETE FROM drf_messages_message WHERE message LIKE 'new %'")
        self.assertEqual(len(json.loads(asker.request("/messages/")[1])), len(TEXTS["ann"]))


class PostgreSQLRoundTrips(RoundTrips, unittest.TestCase):
    server_class, protocol = PostgreSQL, "postgresql"


class MariaDBRoundTrips(RoundTrips, unittest.TestCase):
    server_class, protocol = MariaDB, "mariadb"
