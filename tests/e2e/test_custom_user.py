# SPDX-License-Identifier: MIT
"""A site whose AUTH_USER_MODEL is its own, keyed by UUID: a real Django and this server on one database."""
import pathlib
import re
import sqlite3
import subprocess
import sys
import unittest

from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, TOKEN_ROUTE, Site
from test_login import HAVE_DJANGO, JSON, Browser

HERE = pathlib.Path(__file__).resolve().parent
ANN, BOB = "ann@example.com", "bob@example.com"

SETTINGS = """\
SECRET_KEY = "a key for tests only, with more than fifty characters in it"
ALLOWED_HOSTS = ["*"]
AUTH_USER_MODEL = "people.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

[AUTH_USER]
USERNAME_FIELD = "email"
IS_STAFF = "is_admin"

[DATABASES.default]
ENGINE = "django.db.backends.sqlite3"
NAME = "db.sqlite3"

[REST_FRAMEWORK]
DEFAULT_AUTHENTICATION_CLASSES = [
    "rest_framework.authentication.SessionAuthentication",
    "rest_framework.authentication.BasicAuthentication",
    "rest_framework.authentication.TokenAuthentication",
]
""" + MESSAGES_ROUTE + """
[[ROUTES]]
route = "staff/"
router = "SimpleRouter"
register = [{ prefix = "messages", viewset = "site.Staff", basename = "staff" }]
""" + LOGIN_ROUTE + TOKEN_ROUTE + """
[CLASSES."site.Staff"]
base = "drf_messages.views.MessagesViewSet"
permission_classes = ["rest_framework.permissions.IsAdminUser"]
"""


@unittest.skipUnless(HAVE_DJANGO, "SKIPPED, not tested: python3-django and python3-djangorestframework are not installed")
class CustomUser(unittest.TestCase):
    def setUp(self):
        self.site = Site(SETTINGS, migrate=False)
        self.addCleanup(self.site.__exit__)
        self.database = self.site.folder / "db.sqlite3"

    def django(self, *arguments):
        return subprocess.run([sys.executable, HERE / "django_site.py", self.database, "people.Person", *arguments],
                              check=True, cwd=HERE, capture_output=True, text=True)

    def python(self, code):
        """What a line of the Django site's own code prints."""
        done = subprocess.run([sys.executable, "-c", "import django_site, sys; django_site.configure(sys.argv[1], 'people.Person')\n"
                               "from people.models import Person\nfrom rest_framework.authtoken.models import Token\n" + code,
                               self.database], check=True, cwd=HERE, capture_output=True, text=True)
        return done.stdout.strip()

    def given_a_site(self):
        self.django("migrate")
        out = self.site.manage("migrate")
        self.assertIn("drf_messages_server", out)
        self.keys = {}
        for email in (ANN, BOB):
            self.keys[email] = self.python(f"print(Person.objects.create_user({email!r}, 'the password of {email}').pk)")
            self.assertRegex(self.keys[email], "^[0-9a-f]{8}-[0-9a-f]{4}-")

    def given_servers(self):
        self.process = subprocess.Popen([sys.executable, HERE / "django_site.py", self.database, "people.Person"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE)
        self.addCleanup(self.stop_django)
        self.django_port = int(self.process.stdout.readline())
        self.site.serve()

    def stop_django(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def log_in(self, port, email):
        browser = Browser(port)
        browser.request("GET", "/api-auth/login/")
        status, _, body = browser.post("/api-auth/login/", {"username": email, "password": f"the password of {email}"})
        self.assertEqual(status, 302, body)
        return browser

    def elsewhere(self, browser, port):
        """The same cookies at the other server."""
        other = Browser(port)
        other.cookies = dict(browser.cookies)
        return other

    def texts(self, browser, headers=None):
        status, _, body = browser.request("GET", "/messages/", headers=headers)
        self.assertEqual(status, 200)
        return re.findall(rb'"message":"([^"]*)"', body)

    def test_commands_know_users_by_their_username_field(self):
        refused = self.site.run("createuser", ANN, "--noinput")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("manage.py createsuperuser", refused.stderr)
        self.site.settings.write_text(SETTINGS.replace("db.sqlite3", "empty.sqlite3"), encoding="utf-8")
        refused = self.site.run("migrate")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("manage.py migrate", refused.stderr)
        self.site.settings.write_text(SETTINGS, encoding="utf-8")

        self.given_a_site()
        token = re.search(r"[0-9a-f]{40}", self.site.manage("drf_create_token", ANN)).group(0)
        self.assertEqual(self.python(f"print(Token.objects.get(user__email={ANN!r}).key)"), token)
        self.site.manage("changepassword", ANN, "--password-stdin", stdin="another one\n")
        self.assertEqual(self.python(f"print(Person.objects.get(email={ANN!r}).check_password('another one'))"), "True")
        self.site.manage("send", "--to", ANN, "hello")
        self.assertIn("hello", self.site.manage("list", ANN))
        self.assertNotIn("hello", self.site.manage("list", BOB))
        self.assertEqual(self.python("from drf_messages.models import Message; print(Message.objects.get().user.email)"), ANN)
        self.assertIn("in order", self.site.manage("check"))

    def test_who_is_logged_in_at_one_is_known_to_the_other(self):
        self.given_a_site()
        self.site.manage("send", "--to", ANN, "for ann")
        self.site.manage("send", "--to", BOB, "for bob")
        token = self.python(f"print(Token.objects.create(user=Person.objects.get(email={ANN!r})).key)")
        self.given_servers()

        here = self.log_in(self.site.port, ANN)
        self.assertEqual(self.texts(here), [b"for ann"])
        status, _, body = self.elsewhere(here, self.django_port).request("GET", "/who/")
        self.assertEqual((status, body), (200, ('{"pk": "%s"}' % self.keys[ANN]).encode()))
        self.assertEqual(self.python(f"print(Person.objects.get(email={ANN!r}).last_login is None)"), "False")

        there = self.log_in(self.django_port, BOB)
        self.assertEqual(self.texts(self.elsewhere(there, self.site.port)), [b"for bob"])

        stranger = Browser(self.site.port)
        self.assertEqual(self.texts(stranger, {"Authorization": "Token " + token}), [b"for ann"])
        status, _, body = stranger.request("POST", "/api-token-auth/", '{"username": "%s", "password": "the password of %s"}' % (ANN, ANN),
                                           {"Content-Type": JSON})
        self.assertEqual((status, body), (200, ('{"token":"%s"}' % token).encode()))

        self.assertEqual(here.request("GET", "/staff/messages/")[0], 403)
        self.python(f"Person.objects.filter(email={ANN!r}).update(is_admin=True)")
        self.assertEqual(here.request("GET", "/staff/messages/")[0], 200)

        self.python(f"p = Person.objects.get(email={ANN!r}); p.set_password('new'); p.save()")
        self.assertEqual(self.texts(self.elsewhere(here, self.site.port)), [], "out at once")
        there.request("GET", "/api-auth/logout/")
        self.assertEqual(self.texts(self.elsewhere(there, self.site.port)), [])

    def test_messages_and_tokens_refer_to_the_key_as_django_writes_it(self):
        self.given_a_site()
        self.site.manage("send", "--to", ANN, "--tag", "a", "for ann")
        self.site.manage("drf_create_token", ANN)
        connection = sqlite3.connect(self.database)
        key = self.keys[ANN].replace("-", "")
        self.assertEqual(connection.execute("SELECT user_id FROM drf_messages_message").fetchall(), [(key,)])
        self.assertEqual(connection.execute("SELECT user_id FROM authtoken_token").fetchall(), [(key,)])
        connection.close()


if __name__ == "__main__":
    unittest.main()
