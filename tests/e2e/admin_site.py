# SPDX-License-Identifier: MIT
"""Sites with the admin, and people in front of it."""
import contextlib
import sqlite3
from urllib.parse import urlencode

from site_process import LOGIN_ROUTE, MESSAGES_ROUTE, SETTINGS, TOKEN_ROUTE, Site
from test_login import FORM, Browser

QUICK = 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n'
ADMIN_ROUTE = '\n[[ROUTES]]\nroute = "admin/"\ninclude = "drf_messages.admin"\n'
ROUTES = MESSAGES_ROUTE + LOGIN_ROUTE + TOKEN_ROUTE + ADMIN_ROUTE
PASSWORDS = {"root": "root-password-7f3", "staff": "staff-password-8a1", "ann": "ann-password-2c9"}

INDEX, LOGIN, LOGOUT = "/admin/", "/admin/login/", "/admin/logout/"
LIST = "/admin/drf_messages/message/"
ADD = LIST + "add/"
TAGS = {"extra_tags-TOTAL_FORMS": "0", "extra_tags-INITIAL_FORMS": "0", "extra_tags-MIN_NUM_FORMS": "0", "extra_tags-MAX_NUM_FORMS": "1000"}
BLANK = {"user": "1", "session_key": "", "view": "", "message": "m", "level": "20", "read_at_0": "", "read_at_1": "", **TAGS, "_save": "Save"}

MESSAGES = """\
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
INSERT INTO drf_messages_message (message, level, view, created, user_id)
SELECT 'Message ' || n, 20, 'shop:upload', datetime('2024-01-01', n || ' seconds'), 3 FROM numbers;
INSERT INTO drf_messages_messagetag (message_id, text) SELECT id, tag FROM drf_messages_message CROSS JOIN (SELECT 'a' AS tag UNION ALL SELECT 'b');
"""


def change_of(number):
    return f"{LIST}{number}/change/"


class Person(Browser):
    """Somebody with a browser; a form may have a field several times."""

    def get(self, path):
        status, fields, text = self.request("GET", path)
        return status, dict(fields), text.decode()

    def send(self, path, form, csrf=True):
        fields = list(form.items()) if isinstance(form, dict) else list(form)
        if csrf:
            fields.insert(0, ("csrfmiddlewaretoken", self.cookies["csrftoken"]))
        status, headers, text = self.request("POST", path, urlencode(fields), {"Content-Type": FORM})
        return status, dict(headers), text.decode()

    def log_in(self, name, password=None, path=INDEX):
        self.get(LOGIN)
        return self.send(LOGIN, {"username": name, "password": PASSWORDS[name] if password is None else password, "next": path})


class AdminSite(Site):
    """root, who may do everything; staff, who may enter and nothing else; ann, who may not enter."""

    def __init__(self, settings=SETTINGS, before="", after=""):
        super().__init__(QUICK + before + settings + ROUTES + after)
        self.manage("createsuperuser", "root", "--password-stdin", stdin=PASSWORDS["root"] + "\n")
        self.manage("createuser", "staff", "--staff", "--password-stdin", stdin=PASSWORDS["staff"] + "\n")
        self.manage("createuser", "ann", "--password-stdin", stdin=PASSWORDS["ann"] + "\n")

    def person(self, name=None):
        person = Person(self.port)
        if name:
            status, headers, _ = person.log_in(name)
            if (status, headers.get("Location")) != (302, INDEX):
                raise AssertionError(f"{name} is not let in: {status} {headers}")
        return person

    @contextlib.contextmanager
    def sql(self):
        with contextlib.closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=60, isolation_level=None)) as connection:
            yield connection

    def rows(self, text, *values):
        with self.sql() as connection:
            return connection.execute(text, values).fetchall()

    def fill(self, count):
        """Messages for ann, each with two tags."""
        with self.sql() as connection:
            connection.executescript(MESSAGES.format(count=count))

    def written(self):
        """All that the admin could have written."""
        return [self.rows(f"SELECT * FROM {table} ORDER BY id") for table in ("drf_messages_message", "drf_messages_messagetag", "django_admin_log")]
