# SPDX-License-Identifier: MIT
"""Times in the database: what Django leaves there and what we leave is the same moment for both, whatever USE_TZ and TIME_ZONE say."""
import datetime
import json
import os
import pathlib
import re
import sys
import unittest
import urllib.parse
import zoneinfo

from beside import Beside
from browser import Browser

PYTHON = os.environ["LIVE_PYTHON"]
HAS_DRF_MESSAGES = os.environ["LIVE_HAS_DRF_MESSAGES"] == "1"
DATABASE = json.loads(os.environ["LIVE_DATABASE"])
FOLDER = pathlib.Path(os.environ["LIVE_FOLDER"])
AGE = 3600
PRELUDE = """
import datetime, django, json
django.setup()
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from livesite.models import Message
"""


# The rows of messages are not looked at: Django can not read all of them.
BEGINNING = """
for table in ("drf_messages_messagetag", "drf_messages_message"):
    connection.cursor().execute("DELETE FROM " + table)
Session.objects.all().delete()
get_user_model().objects.all().delete()
user = get_user_model().objects.create_user("ann", password="a long enough password")
"""


def databases(time_zone=None):
    default = DATABASE["default"] if DATABASE else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "db.sqlite3"),
                                                    "OPTIONS": {"timeout": 30}}
    return {"default": {**default, **({"TIME_ZONE": time_zone} if time_zone else {})}}


def vendor():
    return databases()["default"]["ENGINE"].rpartition(".")[2]


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def setUpModule():
    with Beside(PYTHON, HAS_DRF_MESSAGES, {"DATABASES": databases()}) as beside:
        beside.manage("migrate", "--verbosity", "0")
        beside.print_settings()
        if not HAS_DRF_MESSAGES:
            beside.ours("migrate", "drf_messages")
        beside.ours("migrate")


class InATimeZone:
    """The two of them with the same settings."""
    use_tz = False
    time_zone = "UTC"
    database_time_zone = None
    more = {}
    more_of_ours = {}  # over settings.toml

    @classmethod
    def setUpClass(cls):
        cls.beside = Beside(PYTHON, HAS_DRF_MESSAGES, {"DATABASES": databases(cls.database_time_zone), "USE_TZ": cls.use_tz,
                                                       "TIME_ZONE": cls.time_zone, "SESSION_COOKIE_AGE": AGE, **cls.more})
        cls.addClassCleanup(cls.beside.__exit__)
        cls.beside.print_settings()
        cls.beside.start_ours(**cls.more_of_ours)

    def begin(self, code=""):
        """A user and nothing else, and then what the code does and prints, as django() has it."""
        printed = self.django(BEGINNING + code)
        self.token = re.search("[0-9a-f]{40}", self.beside.ours("drf_create_token", "ann"))[0]
        return printed

    def django(self, code):
        """What the code prints as JSON, run by Django."""
        output = self.beside.python_run("-c", PRELUDE + code)
        return json.loads(output) if output else None

    def get(self, path, browser=None):
        headers = {} if browser else {"Authorization": "Token " + self.token}
        return (browser or Browser()).request(self.beside.port, "GET", path, headers=headers)

    def listed(self, **query):
        answer = self.get("/messages/?" + urllib.parse.urlencode(query))
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def now(self):
        return datetime.datetime.now(zoneinfo.ZoneInfo(self.time_zone))

    def assert_is_now(self, text):
        shown = moment(text)
        self.assertEqual(shown.tzinfo is not None, self.use_tz, text)
        shown = shown if self.use_tz else shown.replace(tzinfo=self.now().tzinfo)
        self.assertLess(abs(self.now() - shown), datetime.timedelta(minutes=15), text)


class Stories(InATimeZone):
    def test_a_session_of_djangos_is_known_here_and_is_not_cleared(self):
        key = self.begin("""
session = SessionStore()
session.update({"_auth_user_id": str(user.pk), "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
                "_auth_user_hash": user.get_session_auth_hash()})
session.save()
print(json.dumps(session.session_key))""")
        browser = Browser()
        browser.cookies["sessionid"] = key
        answer = self.get("/messages/peek/", browser)
        self.assertEqual((answer.status, answer.headers.get_all("Set-Cookie")), (200, None), answer.body)
        self.assertEqual(self.beside.run("check", "--session", "-", stdin=key + "\n").stdout.splitlines()[-1], "Known as ann.")
        self.assertIn("0 expired sessions deleted", self.beside.ours("clearsessions"))
        self.assertEqual(self.django(f"print(json.dumps(SessionStore({key!r}).get('_auth_user_id') is not None))"), True)

    def test_a_session_of_ours_is_known_to_django_as_long(self):
        self.begin()
        browser = Browser()
        answer = browser.fill_in(self.beside.port, "/api-auth/login/", username="ann", password="a long enough password")
        self.assertEqual(answer.status, 302, answer.body[:500])
        left = self.django(f"""
key = {browser.cookies["sessionid"]!r}
assert SessionStore(key).get("_auth_user_id")
print(json.dumps((Session.objects.get(pk=key).expire_date - timezone.now()).total_seconds()))""")
        self.assertTrue(AGE - 900 < left <= AGE, left)

    def test_an_expired_session_is_expired_for_both(self):
        keys = self.begin("""
alive, dead = SessionStore(), SessionStore()
alive.create(); dead.create()
Session.objects.filter(pk=dead.session_key).update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
print(json.dumps([alive.session_key, dead.session_key]))""")
        self.assertIn("1 expired session deleted", self.beside.ours("clearsessions"))
        self.assertEqual(self.django("print(json.dumps(list(Session.objects.values_list('pk', flat=True))))"), keys[:1])

    def test_times_of_messages_are_the_same_for_both(self):
        self.begin("Message.objects.create(user=user, message='left there', level=20)")
        self.beside.ours("send", "--to", "ann", "left here")
        self.listed()
        here = {message["message"]: message for message in self.listed()}
        there = self.django("print(json.dumps({m.message: [m.created.isoformat(), m.read_at.isoformat()] for m in Message.objects.all()}))")
        self.assertEqual(here.keys(), {"left here", "left there"})
        for text, message in here.items():
            with self.subTest(text):
                self.assert_is_now(message["created"])
                self.assert_is_now(message["read_at"])
                for ours, djangos in zip((message["created"], message["read_at"]), there[text]):
                    self.assertEqual(moment(ours), moment(djangos))
                    if not self.use_tz:
                        self.assertEqual(ours, djangos)

    def test_prune_counts_djangos_times_as_django_does(self):
        self.begin("""
for hours in (0, 1, 6):
    message = Message.objects.create(user=user, message=str(hours), level=20)
    Message.objects.filter(pk=message.pk).update(created=timezone.now() - datetime.timedelta(hours=hours))""")
        self.assertIn("1 message deleted", self.beside.ours("prune", "--older-than", "5h"))
        self.assertEqual(sorted(message["message"] for message in self.listed()), ["0", "1"])


class Readings(InATimeZone):
    """Of the clock on the wall."""
    # What it needs is not where Debian's Django is.
    more_of_ours = {"REST_FRAMEWORK__DEFAULT_FILTER_BACKENDS": '["django_filters.rest_framework.DjangoFilterBackend"]'}
    # No clock of the zones below skips one of them.
    readings = ["0001-01-02 00:00:00", "1850-06-01 12:00:00", "1944-07-01 00:00:00.000001", "1969-12-31 23:59:59", "2026-03-08 01:59:59.999999",
                "2026-03-08 03:00:00", "2026-07-01 12:00:00", "2026-11-01 00:59:59", "2026-11-01 01:30:00", "2026-11-01 02:00:00",
                "2038-07-01 12:00:00", "2050-07-01 12:00:00", "2050-12-01 12:00:00", "9999-12-31 23:59:59"]

    def test_readings_of_every_year_are_the_same_for_both(self):
        there = self.begin(f"""
for reading in {self.readings!r}:
    message = Message.objects.create(user=user, message=reading, level=20)
    Message.objects.filter(pk=message.pk).update(created=datetime.datetime.fromisoformat(reading))
print(json.dumps({{m.message: m.created.isoformat() for m in Message.objects.all()}}))""")
        here = self.listed()
        self.assertEqual({message["message"]: message["created"] for message in here}, there)
        self.assertEqual([message["message"] for message in here], sorted(self.readings, reverse=True))
        for reading in self.readings:
            with self.subTest(reading):
                exact = {"created_after": reading, "created_before": reading}
                self.assertEqual([message["message"] for message in self.listed(**exact)], [reading])


class InNewYork(Stories, Readings, unittest.TestCase):
    time_zone = "America/New_York"


class InTokyo(Stories, Readings, unittest.TestCase):
    time_zone = "Asia/Tokyo"


class InKolkata(Readings, unittest.TestCase):
    time_zone = "Asia/Kolkata"


class InADatabaseOfTokyo(Stories, unittest.TestCase):
    """DATABASES.default.TIME_ZONE."""
    use_tz = True
    time_zone = "Europe/Berlin"
    # On PostgreSQL Django 3.2 gives moments the first offset that a zone of pytz ever had, 9:19 in Tokyo. This one has one only.
    database_time_zone = "Etc/GMT-9" if vendor() == "postgresql" else "Asia/Tokyo"

    def test_columns_hold_what_django_writes(self):
        self.begin()
        self.beside.ours("send", "--to", "ann", "left here")
        column = self.django("connection.ensure_connection()\ncursor = connection.connection.cursor()\n"
                             "cursor.execute('SELECT CAST(created AS CHAR(19)) FROM drf_messages_message')\n"
                             "print(json.dumps(cursor.fetchone()[0]))")
        shown = datetime.datetime.fromisoformat(column).replace(tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo"))
        self.assertLess(abs(self.now() - shown), datetime.timedelta(minutes=15), column)


class Pages(InATimeZone):
    """No page loses a message, whatever is stored for a time, and none shows one twice."""
    more = {"REST_FRAMEWORK": {
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
        "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.OrderingFilter"],
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
        "PAGE_SIZE": 1,
    }}
    stored = []
    shown = {}

    def setUp(self):
        self.begin(f"""
connection.ensure_connection()
cursor = connection.connection.cursor()
if connection.vendor == "mysql":
    cursor.execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
mark = "?" if connection.vendor == "sqlite" else "%s"
for value in {self.stored!r}:
    message = Message.objects.create(user=user, message=str(value), level=20)
    cursor.execute("UPDATE drf_messages_message SET created = " + mark + ", read_at = " + mark + " WHERE id = " + mark, [value, value, message.pk])
connection.connection.commit()""")

    def walk(self, first, link):
        """The messages of the pages that the links lead to, and the last page."""
        page, messages = first, list(first["results"])
        while page[link]:
            answer = self.get(page[link].partition(str(self.beside.port))[2])
            self.assertEqual(answer.status, 200, answer.body)
            page = answer.json
            messages += page["results"]
            self.assertLess(len(messages), 100, "it leads in a circle")
        return messages, page

    def test_each_message_is_on_one_page_in_both_directions(self):
        for ordering in ("created", "-created", "read_at", "-read_at"):
            with self.subTest(ordering):
                there, last = self.walk(self.listed(ordering=ordering), "next")
                self.assertEqual(len({message["id"] for message in there}), len(self.stored))
                self.assertEqual(len(there), len(self.stored))
                times = [moment(message[ordering.lstrip("-")]) for message in there]
                if not self.sorts_by_text:
                    self.assertEqual(times, sorted(times, reverse=ordering.startswith("-")))
                back, _ = self.walk(last, "previous")
                self.assertEqual([message["id"] for message in back], [message["id"] for message in reversed(there)])

    def test_what_is_no_time_is_shown_as_the_nearest(self):
        messages, _ = self.walk(self.listed(), "next")
        shown = {message["message"]: message["created"] for message in messages}
        self.assertEqual({text: shown[text] for text in self.shown}, self.shown)

    sorts_by_text = False


FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"
NO_TIMES = {  # and how each is shown
    "sqlite3": {1700000000: FIRST, 0.5: FIRST, "": FIRST, "0000-00-00": FIRST, "2024-01-01": "2024-01-01T00:00:00Z",
                "2024-01-01 12:00": "2024-01-01T12:00:00Z", "2024-01-01T11:00:00Z": "2024-01-01T11:00:00Z",
                "2024-13-45 10:00:00": "2025-01-01T00:00:00Z", "infinity": LAST, "yesterday": LAST, "10000-01-01 00:00:00": LAST,
                "0044-03-15 12:00:00 BC": FIRST},
    "postgresql": {"-infinity": FIRST, "0044-03-15 12:00:00 BC": FIRST, "4713-01-01 00:00:00 BC": FIRST, "infinity": LAST,
                   "10000-01-01 00:00:00": LAST, "294276-12-31 00:00:00": LAST},
    "mysql": {"0000-00-00 00:00:00": FIRST, "0000-05-05 00:00:00": FIRST, "2024-00-00 00:00:00": "2024-01-01T00:00:00Z",
              "2024-05-00 12:00:00": "2024-05-01T00:00:00Z", "2024-02-31 00:00:00": "2024-03-01T00:00:00Z"},
}[vendor()]


class OfTimesThatAreNone(Pages, unittest.TestCase):
    use_tz = True
    stored = [*NO_TIMES, *NO_TIMES, "2024-01-01 00:00:00", "2024-01-01 12:00:00", "2024-06-01 00:00:00", "9999-12-31 23:59:59"]
    shown = {str(value): shown for value, shown in NO_TIMES.items()}
    sorts_by_text = vendor() == "sqlite3"  # one that has a T comes after all others of its day


class OfReadingsThatTheClockSkips(Pages, unittest.TestCase):
    time_zone = "America/New_York"
    stored = ["2026-03-08 01:59:59", "2026-03-08 02:00:00", "2026-03-08 02:30:00", "2026-03-08 02:30:00", "2026-03-08 02:59:59.999999",
              "2026-03-08 03:00:00", "2026-03-08 03:00:00.000001", "2026-03-08 03:30:00"]
    shown = {} if vendor() == "postgresql" else {"2026-03-08 02:00:00": "2026-03-08T03:00:00", "2026-03-08 02:30:00": "2026-03-08T03:00:00"}


class OfReadingsThatTheClockShowsTwice(Pages, unittest.TestCase):
    time_zone = "America/New_York"
    stored = ["2026-11-01 00:59:59", "2026-11-01 01:00:00", "2026-11-01 01:30:00", "2026-11-01 01:30:00", "2026-11-01 01:59:59.999999",
              "2026-11-01 02:00:00"]
    shown = {reading: reading.replace(" ", "T") for reading in stored}


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
