# SPDX-License-Identifier: MIT
"""Django's own admin beside ours on one database: each shows what the other wrote."""
import pathlib
import sqlite3
import subprocess
import sys
import unittest

from site_process import MESSAGES_ROUTE, Site
from test_login import HAVE_DJANGO, Browser

if HAVE_DJANGO:
    import django

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "contract"), str(HERE.parent / "support")]
import admin_pages  # noqa: E402 pylint: disable=wrong-import-position
from html_page import Page  # noqa: E402 pylint: disable=wrong-import-position

SETTINGS = """\
SECRET_KEY = "a key for tests only, with more than fifty characters in it"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
MESSAGE_STORAGE = "drf_messages.storage.DBStorage"
TIME_ZONE = "America/Chicago"
USE_TZ = true

[DATABASES.default]
ENGINE = "django.db.backends.sqlite3"
NAME = "db.sqlite3"
""" + MESSAGES_ROUTE + """
[[ROUTES]]
route = "admin/"
include = "django.contrib.admin.site.urls"
"""
if HAVE_DJANGO:
    SETTINGS = f'DJANGO_VERSION = "{django.VERSION[0]}.{django.VERSION[1]}"\n' + SETTINGS

LIST = "/admin/drf_messages/message/"
ODD = "<b>bold</b> & \"quoted\" \u00fc"


def form(message, tags=(), initial=0, **changes):
    """The fields of the admin's form, the tags as (id, text, whether to be deleted)."""
    fields = {"user": "2", "session_key": "", "view": "", "message": message, "level": "20", "read_at_0": "", "read_at_1": "",
              "extra_tags-TOTAL_FORMS": str(len(tags)), "extra_tags-INITIAL_FORMS": str(initial),
              "extra_tags-MIN_NUM_FORMS": "0", "extra_tags-MAX_NUM_FORMS": "1000", "_save": "Save", **changes}
    for number, (id, text, gone) in enumerate(tags):
        fields.update({f"extra_tags-{number}-id": str(id or ""), f"extra_tags-{number}-text": text, f"extra_tags-{number}-message": changes.get("pk", "")})
        if gone:
            fields[f"extra_tags-{number}-DELETE"] = "on"
    return fields


class Reader(Browser):
    """Somebody who reads the pages of an admin."""

    def page(self, path):
        status, _, body = self.request("GET", path)
        if status != 200:
            raise AssertionError(f"{path}: {status}")
        return admin_pages.read(path, Page(body.decode()), True)

    def sent(self, path, fields):
        status, headers, body = self.post(path, fields)
        if status != 302:
            raise AssertionError(f"{path}: {status} {body.decode()}")
        return dict(headers)["Location"]


@unittest.skipUnless(HAVE_DJANGO, "SKIPPED, not tested: python3-django and python3-djangorestframework are not installed")
class AdminBesideDjango(unittest.TestCase):
    def setUp(self):
        self.site = Site(SETTINGS)
        self.addCleanup(self.site.__exit__)
        self.database = self.site.folder / "db.sqlite3"
        self.site.manage("createsuperuser", "root", "--password-stdin", stdin="the password of root\n")
        self.site.manage("createuser", "ann", "--noinput")  # whose messages no page of root's marks as read
        self.django = subprocess.Popen([sys.executable, HERE / "django_site.py", self.database, "auth.User", "admin"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE)
        self.addCleanup(self.stop_django)
        self.site.serve()
        self.ours, self.theirs = Reader(self.site.port), Reader(int(self.django.stdout.readline()))
        for reader in (self.ours, self.theirs):
            reader.request("GET", "/admin/login/")
            self.assertEqual("/admin/", reader.sent("/admin/login/", {"username": "root", "password": "the password of root", "next": "/admin/"}))

    def stop_django(self):
        self.django.kill()
        self.django.wait()
        self.django.stdout.close()

    def newest(self, text):
        """The id of the newest message with that text, and those of its tags."""
        connection = sqlite3.connect(self.database, timeout=60)
        try:
            message = connection.execute("SELECT MAX(id) FROM drf_messages_message WHERE message = ?", [text]).fetchone()[0]
            return message, [row[0] for row in connection.execute("SELECT id FROM drf_messages_messagetag WHERE message_id = ? ORDER BY id", [message])]
        finally:
            connection.close()

    def both(self, path, *facts):
        """Facts of a page that are the same in both admins."""
        ours, theirs = self.ours.page(path), self.theirs.page(path)
        for fact in facts:
            self.assertEqual(theirs[fact], ours[fact], (path, fact))
        return ours

    def story(self, writer):
        """One writes, both show it: add, change with tags, delete."""
        writer.sent(LIST + "add/", form(ODD, [("", "first <i>", False), ("", "second", False)]))
        id, tags = self.newest(ODD)
        shown = self.both(f"{LIST}{id}/change/", "fields", "heading", "buttons", "button_links", "object_tools")
        self.assertEqual([ODD], shown["fields"]["message"])
        self.assertEqual(["first <i>", "second"], [one["fields"][0]["widgets"][0]["value"] for one in shown["inlines"][0]["forms"] if not one["empty"]][:2])
        changed = [(tags[0], "other", False), (tags[1], "second", True), ("", "third", False)]
        writer.sent(f"{LIST}{id}/change/", form("changed", changed, 2, pk=str(id), view="a:b"))
        history = self.both(f"{LIST}{id}/history/", "heading", "columns", "entries")
        self.assertEqual(2, len(history["entries"]))
        self.assertIn("other", history["entries"][1][2])
        recent = self.both("/admin/", "recent_actions")["recent_actions"]
        self.assertEqual(["changed Message", ODD + " Message"], [one["text"] for one in recent][:2])
        gone = self.both(f"{LIST}{id}/delete/", "summary", "objects")
        self.assertEqual("Message: changed", gone["objects"][0]["text"])
        writer.sent(f"{LIST}{id}/delete/", {"post": "yes"})
        self.assertEqual("deletelink", self.both("/admin/", "recent_actions")["recent_actions"][0]["class"])
        for reader in (self.ours, self.theirs):
            self.assertEqual(302, reader.request("GET", f"{LIST}{id}/change/")[0])

    def test_django_shows_what_ours_wrote(self):
        self.story(self.ours)

    def test_ours_shows_what_django_wrote(self):
        self.story(self.theirs)

    def test_both_list_the_same_messages(self):
        for number, writer in enumerate([self.ours, self.theirs, self.ours]):
            writer.sent(LIST + "add/", form(f"number {number}", read_at_0="2024-01-02", read_at_1="03:04:05"))
        self.both(LIST, "ids")  # marks the notices of ours as read
        ours, theirs = self.ours.page(LIST), self.theirs.page(LIST)
        for fact in ("message", "read_at"):
            self.assertEqual([row["cells"][fact] for row in theirs["rows"]], [row["cells"][fact] for row in ours["rows"]])

    def test_selected_messages_are_deleted_with_an_entry_each(self):
        for text in ("one", "two"):
            self.ours.sent(LIST + "add/", form(text))
        ids = [self.newest(text)[0] for text in ("one", "two")]
        fields = [("action", "delete_selected"), ("index", "0"), ("select_across", "0"), ("post", "yes"), *(("_selected_action", str(id)) for id in ids)]
        fields.append(("csrfmiddlewaretoken", self.ours.cookies["csrftoken"]))
        status, _, _ = self.ours.request("POST", LIST, "&".join(f"{name}={value}" for name, value in fields),
                                         {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(302, status)
        for reader in (self.ours, self.theirs):
            recent = reader.page("/admin/")["recent_actions"]
            self.assertEqual({("deletelink", "one Message"), ("deletelink", "two Message")}, {(one["class"], one["text"]) for one in recent[:2]})


if __name__ == "__main__":
    unittest.main()
