# SPDX-License-Identifier: MIT
"""Each request of shop_requests.py is sent to Django and to our server, on the same database with the same rows, and gets the same answer: status,
headers and body, byte by byte, and afterwards the same is stored."""
import datetime
import email.utils
import gzip
import http.client
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import unittest

from beside import Beside
from shop_requests import REQUESTS

PYTHON = os.environ["LIVE_PYTHON"]
FOLDER = pathlib.Path(os.environ["LIVE_FOLDER"])
DIFFERENCES = pathlib.Path(__file__).parents[2] / "docs" / "differences.md"
# What a server says of itself and of the connection.
NOT_COMPARED = {"date", "server", "connection", "keep-alive"}


def versions():
    """Of Django and REST framework, major and minor."""
    out = subprocess.run([PYTHON, "-c", "import django, rest_framework; print(django.__version__, rest_framework.VERSION)"], capture_output=True, text=True,
                         check=True)
    return [".".join(version.split(".")[:2]) for version in out.stdout.split()]


class Tables:
    """Rows that an answer may change."""
    KEYS = {"drf_messages_message": "id", "drf_messages_messagetag": "id", "django_session": "session_key", "authtoken_token": "key",
            "shopsite_customer": "id"}

    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=300)
        self.connection.row_factory = sqlite3.Row
        self.kept = {table: self.rows(table) for table in self.KEYS}

    def rows(self, table):
        return {row[self.KEYS[table]]: dict(row) for row in self.connection.execute(f"SELECT * FROM {table}")}

    def changes(self):
        """By table: which rows are gone, how many are new, and which columns of the others have another value."""
        found = {}
        for table, kept in self.kept.items():
            now = self.rows(table)
            changed = {key: sorted(name for name, value in row.items() if value != now[key][name]) for key, row in kept.items() if key in now}
            found[table] = {"gone": sorted(kept.keys() - now.keys(), key=str), "new": len(now.keys() - kept.keys()),
                            "changed": {key: names for key, names in changed.items() if names}}
        return found

    def restore(self):
        self.connection.execute("BEGIN IMMEDIATE")
        for table, kept in self.kept.items():
            self.connection.execute(f"DELETE FROM {table}")
            for row in kept.values():
                self.connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        self.connection.execute("COMMIT")


def sent(port, request):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value.encode("latin-1"))
        if request.body is not None or request.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(request.body or b"")))
        connection.endheaders(request.body)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def parts_of(answer, body):
    """An answer by its parts, without what is another each time: keys and tokens that were made for it, times, seconds to wait."""
    parts = {"status": f"{answer.status} {answer.reason}", "body": body}
    for name, value in answer.getheaders():
        if name.lower() not in NOT_COMPARED:
            parts.setdefault(name, []).append(value)
    cookies = []
    for value in parts.get("Set-Cookie", []):
        value = re.sub("expires=(?!Thu, 01 Jan 1970)[^;]+", "expires=<a time>", value)
        cookies.append(re.sub("^(shop|csrftoken)=([A-Za-z0-9]+)", lambda made: f"{made[1]}=<{len(made[2])} letters>", value))
    if cookies:
        parts["Set-Cookie"] = sorted(cookies)
    if "Expires" in parts:
        moments = [email.utils.parsedate_to_datetime(value) for value in (*parts["Expires"], answer.getheader("Date"))]
        if max(moments) - min(moments) < datetime.timedelta(seconds=30):
            parts["Expires"] = ["<now>"]
    if parts.get("Content-Encoding") == ["gzip"]:  # of any length, since Django fills it up by chance
        parts["body"] = gzip.decompress(body)
        del parts["Content-Length"]
    if answer.status == 429:
        parts["body"] = re.sub(rb"\b8[56]\d\d\d\b", b"<seconds>", body)
        parts["Retry-After"] = [re.sub(r"^8[56]\d\d\d$", "<seconds>", value) for value in parts["Retry-After"]]
    return parts


class Shop(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        path = FOLDER / "shop.sqlite3"
        databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {"timeout": 30}}}
        cls.beside = Beside(PYTHON, True, {"DATABASES": databases}, project="shopsite")
        cls.addClassCleanup(cls.beside.__exit__)
        cls.beside.python_run("-m", "shopsite.prepare")
        cls.beside.print_settings()
        cls.beside.ours("migrate")
        cls.beside.start_gunicorn()
        cls.beside.start_ours()
        cls.django = tuple(map(int, versions()[0].split(".")))
        cls.tables = Tables(path)
        cls.addClassCleanup(cls.tables.connection.close)

    def answers(self, request):
        """Of Django, and of our server."""
        found = []
        for port in (self.beside.django_port, self.beside.port):
            parts = parts_of(*sent(port, request))
            parts["state"] = self.tables.changes()
            self.tables.restore()
            found.append(parts)
        return found

    def test_every_answer_is_that_of_django(self):
        for request in REQUESTS:
            differs = request.differs
            if differs and not differs.since <= self.django < differs.until:
                differs = None
            with self.subTest(str(request)):
                there, here = self.answers(request)
                different = {part for part in {**there, **here} if there.get(part) != here.get(part)}
                tolerated = set() if differs is None else differs.parts or different
                self.assertEqual(*({part: answer.get(part) for part in different - tolerated} for answer in (there, here)))
                if differs:
                    self.assertTrue(different, f"the same, although it is said to differ ({differs.number})")

    def test_the_settings_name_the_versions(self):
        lines = self.beside.ours("settings").splitlines()
        for name, version in zip(("DJANGO_VERSION", "REST_FRAMEWORK_VERSION"), versions()):
            self.assertEqual([line.partition(" = ")[2].strip('"').split(".")[:2] for line in lines if line.startswith(name + " = ")], [version.split(".")])

    def test_check_finds_nothing_wrong(self):
        self.assertIn("Settings and database are in order.", self.beside.ours("check"))


class Documentation(unittest.TestCase):
    def test_every_difference_has_its_number_there(self):
        numbers = set(map(int, re.findall(r"(?m)^(\d+)\. \*\*", DIFFERENCES.read_text(encoding="utf-8"))))
        self.assertLessEqual({request.differs.number for request in REQUESTS if request.differs}, numbers)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
