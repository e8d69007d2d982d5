# SPDX-License-Identifier: MIT
"""`drf-messages check --session` says why somebody is anonymous: a test for each line of the table in docs/beside-django.md."""
import json
import os
import pathlib
import re
import sys
import unittest

from beside import Beside
from browser import Browser
from engines import engines

PYTHON = os.environ["LIVE_PYTHON"]
FOLDER = pathlib.Path(os.environ["LIVE_FOLDER"])
SECRET_KEY = "a key for tests only, the same on both sides, fifty long"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "db.sqlite3"), "OPTIONS": {"timeout": 30}}}
ALL = {engine.name: engine for engine in engines(os.environ["DRF_MESSAGES_TEST_REDIS"], os.environ["DRF_MESSAGES_TEST_MEMCACHED"], FOLDER / "sessions")}


def setUpModule():
    (FOLDER / "sessions").mkdir()
    with Beside(PYTHON, False, {"DATABASES": DATABASES}) as beside:
        beside.manage("migrate", "--verbosity", "0")
        beside.print_settings()
        beside.ours("migrate", "drf_messages")
        beside.ours("migrate")


class Check(unittest.TestCase):
    """What the administrator of a site sees."""

    engine = "db"
    count = 0

    @classmethod
    def setUpClass(cls):
        cls.beside = Beside(PYTHON, False, {"DATABASES": DATABASES, **ALL[cls.engine].settings})
        cls.addClassCleanup(cls.beside.__exit__)
        cls.beside.print_settings()
        cls.beside.start_django()

    def logged_in(self):
        """A cookie of somebody who is logged in, and their name."""
        Check.count += 1
        name = f"ann{Check.count}"
        browser = Browser()
        browser.request(self.beside.django_port, "POST", "/control/user/", json.dumps({"username": name, "password": "secret enough"}),
                        {"Content-Type": "application/json"})
        self.assertEqual(browser.get(self.beside.django_port, "/control/log-in/?username=" + name).status, 200)
        return browser.cookies["sessionid"], name

    def django(self, code):
        return self.beside.python_run("-c", "import django; django.setup()\n" + code)

    def session(self, cookie, **changed):
        done = self.beside.run("check", "--session", "-", stdin=cookie + "\n", **changed)
        output = done.stdout + done.stderr
        for secret in (cookie, SECRET_KEY, "pbkdf2_sha256", changed.get("SECRET_KEY", SECRET_KEY)):
            self.assertNotIn(secret, output)
        return done

    def assert_known(self, cookie, name, *texts, **changed):
        done = self.session(cookie, **changed)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1:], done.stderr), (0, [f"Known as {name}."], ""), done.stdout)
        for text in texts:
            self.assertIn(text, done.stdout)

    def assert_anonymous(self, cookie, reason, *texts, **changed):
        done = self.session(cookie, **changed)
        self.assertEqual((done.returncode, done.stderr), (1, ""), done.stdout)
        last = done.stdout.splitlines()[-1]
        self.assertTrue(last.startswith("Anonymous, because "), done.stdout)
        self.assertIn(reason, last)
        for text in texts:
            self.assertIn(text, done.stdout)


class SessionsInTheTable(Check):
    def test_somebody_who_is_logged_in_is_known(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "SESSION_ENGINE is django.contrib.sessions.backends.db", "signed with SECRET_KEY", "it ends in 1",
                          f"is {name}", "_auth_user_hash fits the password and SECRET_KEY")
        self.assert_known(f"Cookie: csrftoken=abc; sessionid={cookie}", name)

    def test_the_key_may_be_an_argument(self):
        cookie, name = self.logged_in()
        self.assertIn(f"Known as {name}.", self.beside.ours("check", "--session", cookie))

    def test_another_secret_key(self):
        cookie, name = self.logged_in()
        self.assert_anonymous(cookie, "it was not signed with SECRET_KEY", SECRET_KEY="key number two")
        self.assert_anonymous(cookie, "one of the 2 SECRET_KEY_FALLBACKS", SECRET_KEY="key number two", SECRET_KEY_FALLBACKS='["a", "b"]')
        self.assert_known(cookie, name, "signed with SECRET_KEY_FALLBACKS[1]", "fits the password and SECRET_KEY_FALLBACKS[1]",
                          SECRET_KEY="key number two", SECRET_KEY_FALLBACKS=json.dumps(["a", SECRET_KEY]))

    def test_another_cookie_name(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(f"sid={cookie}; csrftoken=abc", "there is no cookie sessionid among those given")

    def test_no_key_at_all(self):
        self.assert_anonymous("short", "fewer than 8 characters")
        self.assert_anonymous("No session of Django's", "letters a-z and digits")
        done = self.beside.run("check", "--session", "-")
        self.assertEqual((done.returncode, done.stdout), (1, ""))

    def test_whoever_has_logged_out(self):
        self.assert_anonymous("0123456789abcdef0123456789abcdef", "the table django_session has no such session")

    def test_another_database(self):
        cookie, _ = self.logged_in()
        other = {"DATABASES__DEFAULT__NAME": str(self.beside.folder / "other.sqlite3")}
        self.assertRegex(self.beside.run("check", **other).stderr, "other.sqlite3 does not exist; .* create it with: python manage.py migrate\n")
        self.assertEqual(self.beside.run("migrate", **other).returncode, 0)
        self.assertIn("other.sqlite3 was made by `drf-messages migrate`", self.beside.run("check", **other).stdout)
        self.assert_anonymous(cookie, "another database than", **other)

    def test_another_session_engine(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "signed_cookies where it was made", SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
        self.assert_anonymous(cookie, "has no such session", "the table django_session has it: SESSION_ENGINE is db or cached_db",
                              SESSION_ENGINE="django.contrib.sessions.backends.file", SESSION_FILE_PATH=str(self.beside.folder))

    def test_another_serializer(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "its content is JSON, not pickled", SESSION_SERIALIZER="django.contrib.sessions.serializers.PickleSerializer")

    def test_an_expired_session(self):
        cookie, _ = self.logged_in()
        self.django("import datetime\nfrom django.contrib.sessions.models import Session\nfrom django.utils import timezone\n"
                    f"Session.objects.filter(pk={cookie!r}).update(expire_date=timezone.now() - datetime.timedelta(hours=3))")
        self.assert_anonymous(cookie, "it expired 3 hours ago")

    def test_a_password_that_was_changed_and_nothing_is_lost_by_asking(self):
        cookie, name = self.logged_in()
        self.django("from django.contrib.auth.models import User\n"
                    f"user = User.objects.get(username={name!r}); user.set_password('another'); user.save()")
        for _ in range(2):
            self.assert_anonymous(cookie, "_auth_user_hash fits none of the keys: the password was changed after this login")

    def test_a_user_who_is_not_active_or_gone(self):
        cookie, name = self.logged_in()
        self.django(f"from django.contrib.auth.models import User\nUser.objects.filter(username={name!r}).update(is_active=False)")
        self.assert_anonymous(cookie, "the user is not active")
        self.django(f"from django.contrib.auth.models import User\nUser.objects.filter(username={name!r}).delete()")
        self.assert_anonymous(cookie, "the table auth_user has no user")

    def test_a_backend_that_is_not_allowed(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "logged in by django.contrib.auth.backends.ModelBackend, which AUTHENTICATION_BACKENDS does not name here",
                              AUTHENTICATION_BACKENDS='["django.contrib.auth.backends.AllowAllUsersModelBackend"]')

    def test_a_session_of_nobody(self):
        out = self.django("from django.contrib.sessions.backends.db import SessionStore\n"
                          "store = SessionStore(); store['cart'] = [1]; store.create(); print(store.session_key)\n"
                          "store = SessionStore(); store['cart'] = [1]; store.save(); print(store.session_key)")
        self.assert_anonymous(out.split()[1], "nobody is logged in in this session")

    def test_views_that_ask_no_session(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "no SessionAuthentication",
                              REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES='["rest_framework.authentication.TokenAuthentication"]')
        self.assert_anonymous(cookie, "MIDDLEWARE has no django.contrib.auth.middleware.AuthenticationMiddleware",
                              ROUTES='[{ route = "messages/", include = "drf_messages.urls" }]',
                              MIDDLEWARE='["django.contrib.sessions.middleware.SessionMiddleware", '
                                         '"django.contrib.messages.middleware.MessageMiddleware"]')

    def test_cookies_that_browsers_keep_to_themselves(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "SESSION_COOKIE_DOMAIN: browsers send the cookie to .example.com only",
                          "SESSION_COOKIE_PATH: browsers send the cookie to paths below /app/ only", "SESSION_COOKIE_SECURE: ",
                          "Warning: the site is for HTTPS only, but without SECURE_PROXY_SSL_HEADER",
                          SESSION_COOKIE_DOMAIN=".example.com", SESSION_COOKIE_PATH="/app/", SESSION_COOKIE_SECURE="true")

    def test_clocks_that_differ(self):
        cookie, name = self.logged_in()
        self.django("import time, unittest.mock\nfrom django.contrib.sessions.backends.db import SessionStore\n"
                    f"store = SessionStore({cookie!r}); store['seen'] = 1\nlater = time.time() + 7200\n"
                    "with unittest.mock.patch('time.time', lambda: later): store.save()")
        self.assert_known(cookie, name, "it was signed in the future: the clocks of the two machines differ; this one says 20")


class SessionsInFiles(Check):
    engine = "file"

    def test_somebody_who_is_logged_in_is_known(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "SESSION_FILE_PATH is the folder", "sessions has it", "signed with SECRET_KEY")

    def test_another_cookie_name(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "has no such session", 'does not begin with "sid"', SESSION_COOKIE_NAME="sid")

    def test_another_folder(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "SESSION_FILE_PATH or SESSION_COOKIE_NAME is another one", SESSION_FILE_PATH=str(self.beside.folder))
        done = self.session(cookie, SESSION_FILE_PATH="/no/such/folder")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/no/such/folder", done.stderr)

    def test_an_old_file(self):
        cookie, _ = self.logged_in()
        os.utime(FOLDER / "sessions" / ("sessionid" + cookie), (1_000_000_000, 1_000_000_000))
        self.assert_anonymous(cookie, "it expired")
        self.assertTrue((FOLDER / "sessions" / ("sessionid" + cookie)).exists())


class SessionsInCookies(Check):
    engine = "signed_cookies"

    def test_somebody_who_is_logged_in_is_known(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "signed with SECRET_KEY")

    def test_another_secret_key(self):
        cookie, name = self.logged_in()
        self.assert_anonymous(cookie, "it was not signed with SECRET_KEY", SECRET_KEY="key number two")
        self.assert_known(cookie, name, "signed with SECRET_KEY_FALLBACKS[0]", SECRET_KEY="x", SECRET_KEY_FALLBACKS=json.dumps([SECRET_KEY]))

    def test_half_a_cookie(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie[:40], "the key is no signed cookie")

    def test_another_session_engine(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "the key is a signed cookie", SESSION_ENGINE="django.contrib.sessions.backends.db")

    def test_an_old_cookie(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "longer ago than SESSION_COOKIE_AGE", SESSION_COOKIE_AGE="0")


class SessionsInRedis(Check):
    engine = "cache_on_django_redis"

    def changed(self, *options, **entry):
        words = ", ".join(f"{name} = {json.dumps(value)}" for name, value in {
            "BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://" + os.environ["DRF_MESSAGES_TEST_REDIS"] + "/1", "KEY_PREFIX": "live",
            "VERSION": 3, **entry}.items())
        patient = "SOCKET_TIMEOUT = 60", "SOCKET_CONNECT_TIMEOUT = 60"
        return {"CACHES": f"{{ default = {{ {words}, OPTIONS = {{ {', '.join([*patient, *options])} }} }} }}"}

    def test_somebody_who_is_logged_in_is_known(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "CACHES.default answers", 'CACHES.default (KEY_PREFIX "live", VERSION 3) has it')
        self.assert_known(cookie, name, **self.changed())

    def test_objects_that_are_not_built_here(self):
        cookie, name = self.logged_in()
        self.django("import decimal\nfrom django.contrib.sessions.backends.cache import SessionStore\n"
                    f"store = SessionStore({cookie!r}); store['price'] = decimal.Decimal(1); store.save()")
        for _ in range(2):
            self.assert_known(cookie, name, "it holds objects of Python that are not built here (decimal.Decimal)")

    def test_more_than_is_read(self):
        cookie, _ = self.logged_in()
        self.django("from django.contrib.sessions.backends.cache import SessionStore\n"
                    f"store = SessionStore({cookie!r}); store['cart'] = 5_000_000 * 'x'; store.save()")
        self.assert_anonymous(cookie, "it holds more than 4 MB")

    def test_another_prefix_version_or_database(self):
        cookie, _ = self.logged_in()
        for entry in ({"KEY_PREFIX": "other"}, {"VERSION": 1}, {"LOCATION": "redis://" + os.environ["DRF_MESSAGES_TEST_REDIS"] + "/9"}):
            self.assert_anonymous(cookie, "LOCATION, its database, KEY_PREFIX or VERSION is another one", **self.changed(**entry))

    def test_another_session_engine(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "has no such session", "the cache has it as a session of cache",
                              SESSION_ENGINE="django.contrib.sessions.backends.cached_db")

    def test_another_serializer(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "SERIALIZER or COMPRESSOR of its OPTIONS",
                              **self.changed('SERIALIZER = "django_redis.serializers.json.JSONSerializer"'))

    def test_another_secret_key(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "_auth_user_hash fits none of the keys: the password was changed after this login, or SECRET_KEY is another one",
                              SECRET_KEY="key number two")

    def test_a_cache_that_does_not_answer(self):
        cookie, _ = self.logged_in()
        for options in ([], ["IGNORE_EXCEPTIONS = true"]):
            done = self.session(cookie, **self.changed(*options, LOCATION="redis://127.0.0.1:1/1"))
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, "CACHES.default: .*does not answer")

    def test_a_cache_that_is_no_server(self):
        cookie, _ = self.logged_in()
        self.assert_anonymous(cookie, "has no such session", "Warning: SESSION_ENGINE keeps sessions in CACHES.default, which is no server",
                              CACHES='{ default = { BACKEND = "django.core.cache.backends.locmem.LocMemCache" } }')


class SessionsInMemcached(Check):
    engine = "cache_on_pymemcache"

    def test_somebody_who_is_logged_in_is_known(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "CACHES.default answers", 'CACHES.default (KEY_PREFIX "live", VERSION 3) has it')


class SessionsInCacheAndTable(Check):
    engine = "cached_db"

    def test_somebody_who_is_logged_in_is_known(self):
        cookie, name = self.logged_in()
        self.assert_known(cookie, name, "has it")
        self.django("from django.core.cache import cache\ncache.clear()")
        self.assert_known(cookie, name, "does not have it; next is the table", "the table django_session has it")


class Csrf(Check):
    """What stands under "CSRF failed here, not there"."""

    def refusal(self, changed, host=None, **headers):
        cookie, _ = self.logged_in()
        settings = {"SECURE_PROXY_SSL_HEADER": '["HTTP_X_FORWARDED_PROTO", "https"]', "ALLOWED_HOSTS": '["*"]', **changed}
        process = self.beside.start_ours(**settings)
        browser = Browser(host or "127.0.0.1")
        browser.cookies.update(sessionid=cookie, csrftoken="a" * 32)
        answer = browser.request(process.port, "DELETE", "/messages/1/", headers=headers)
        self.beside.processes.remove(process)
        process.stop()
        return answer.status, answer.json["detail"]

    def test_the_same_settings_lead_past_it(self):
        self.assertEqual(self.refusal({}, **{"X-CSRFToken": "a" * 32})[0], 404)
        self.assertEqual(self.refusal({}, **{"X-CSRFToken": "a" * 32, "X-Forwarded-Proto": "https", "Host": "www.example.com",
                                             "Referer": "https://www.example.com/page"})[0], 404)

    def test_another_cookie_name(self):
        self.assertEqual(self.refusal({"CSRF_COOKIE_NAME": "csrf"}, **{"X-CSRFToken": "a" * 32}), (403, "CSRF Failed: CSRF cookie not set."))

    def test_another_header_name(self):
        self.assertEqual(self.refusal({"CSRF_HEADER_NAME": "HTTP_X_XSRF_TOKEN"}, **{"X-CSRFToken": "a" * 32}),
                         (403, "CSRF Failed: CSRF token missing or incorrect."))

    def test_a_newer_django_says_what_is_wrong_with_the_token(self):
        for sent, reason in (({}, "CSRF token missing."), ({"X-CSRFToken": "b" * 32}, "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
                             ({"X-CSRFToken": "b"}, "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.")):
            self.assertEqual(self.refusal({"DJANGO_VERSION": '"5.2"'}, **sent), (403, "CSRF Failed: " + reason))

    def test_a_page_that_sends_no_referer(self):
        self.assertEqual(self.refusal({}, **{"X-CSRFToken": "a" * 32, "X-Forwarded-Proto": "https"}),
                         (403, "CSRF Failed: Referer checking failed - no Referer."))

    def test_a_proxy_that_does_not_pass_on_the_host(self):
        status, detail = self.refusal({}, **{"X-CSRFToken": "a" * 32, "X-Forwarded-Proto": "https", "Referer": "https://www.example.com/page"})
        self.assertEqual(status, 403)
        self.assertTrue(detail.endswith("does not match any trusted origins."), detail)

    def test_a_site_over_https_whose_requests_count_as_http(self):
        page = {"X-CSRFToken": "a" * 32, "X-Forwarded-Proto": "https", "Host": "www.example.com", "Origin": "https://www.example.com"}
        checked = {"CSRF_CHECK_ORIGIN": "true"}
        self.assertEqual(self.refusal({**checked, "SECURE_PROXY_SSL_HEADER": '""'}, **page), (
            403, "CSRF Failed: Origin checking failed - https://www.example.com does not match any trusted origins."))
        self.assertEqual(self.refusal(checked, **page)[0], 404)
        for origins, status in ((["https://app.example.com"], 404), (["app.example.com"], 403)):
            answer = self.refusal({**checked, "CSRF_TRUSTED_ORIGINS": json.dumps(origins)}, **{**page, "Origin": "https://app.example.com"})
            self.assertEqual(answer[0], status, answer)


class Documentation(unittest.TestCase):
    def test_every_answer_in_the_tables_is_one_of_these_tests(self):
        page = (pathlib.Path(__file__).parents[2] / "docs" / "beside-django.md").read_text(encoding="utf-8")
        tests = pathlib.Path(__file__).read_text(encoding="utf-8")
        said = [text for row in page.splitlines() if row.startswith("| `") for text in re.findall("`([^`]+)`", row.split("|")[1]) if " " in text]
        self.assertGreater(len(said), 20)
        for text in said:
            self.assertTrue(text in tests or text in NOT_AS_ROOT, text)


# Root may read every folder.
NOT_AS_ROOT = ("this user may not read",)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
