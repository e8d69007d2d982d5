#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens the pages of the binary in Debian's Chromium: makes four sites, and runs the tests of `*.test.mjs` with Node against them.

    run.py --binary build/dev/drf-messages --cache build/dev/npm --screenshots build/dev/screenshots [stories looks texts admin admin_keys live]

Playwright, which drives the browser, and axe-core, which judges pages for people who cannot see or point, come from npm, into a folder
that is kept. Where npm cannot be reached, says so and exits with 77, which ctest shows as skipped.
"""
import argparse
import contextlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "e2e")]
import packages  # noqa: E402 pylint: disable=wrong-import-position

CHROMIUM = "/usr/bin/chromium"
PASSWORD = "a-password-of-many"
# Each test has its own, since it reads and deletes what is theirs.
USERS = ["story", "keyboard", "plain", "looks", "text", "rows", "failing"]
# Who may enter the admin, each with the permissions on messages and on their tags; None: all that there are.
STAFF = {"chief": None, "typist": None, "scriptless": None, "admin-looks": None, "watcher": ["view_message"], "writer": ["view_message", "add_message"],
         "editor": ["view_message", "change_message", "view_messagetag"], "cleaner": ["view_message", "delete_message"], "guest": []}
# What the admin's stories do is done to messages of these.
PUPILS = ["pupil", "typed", "plainly"]

ROUTES = [
    ("", "include", "drf_messages.start"),
    ("messages/", "include", "drf_messages.urls"),
    ("api-auth/", "include", "rest_framework.urls"),
    ("schema/", "include", "drf_messages.schema"),
    ("admin/", "include", "drf_messages.admin"),
]
ROUTER = """
[[ROUTES]]
route = "api/"
router = "DefaultRouter"
register = [{prefix = "messages", viewset = "drf_messages.views.MessagesViewSet", basename = "api-messages"}]
"""
COMMON = """\
SECRET_KEY = "a key for tests only, with more than fifty characters in it"
ALLOWED_HOSTS = ["*"]
DJANGO_VERSION = "6.0"
REST_FRAMEWORK_VERSION = "3.18"
MESSAGES_FILTER_LOOKUPS = true
"""
REST = """
[DATABASES.default]
ENGINE = "django.db.backends.sqlite3"
NAME = "%s"

[REST_FRAMEWORK]
DEFAULT_AUTHENTICATION_CLASSES = ["rest_framework.authentication.SessionAuthentication"]
DEFAULT_FILTER_BACKENDS = [
    "django_filters.rest_framework.DjangoFilterBackend",
    "rest_framework.filters.SearchFilter",
    "rest_framework.filters.OrderingFilter",
]
DEFAULT_PAGINATION_CLASS = "rest_framework.pagination.LimitOffsetPagination"
PAGE_SIZE = 5
"""
# The other site speaks German, shows its messages to those who are logged in, and has a tag of markup.
CLOSED = ('LANGUAGE_CODE = "de"\n', 'DEFAULT_PERMISSION_CLASSES = ["rest_framework.permissions.IsAuthenticated"]\n',
          '\n[MESSAGE_TAGS]\n"15" = "<b title=\'tag\'>\\"&amp;"\n')

LIVE = 'MESSAGES_EXTENSIONS = ["read_state", "sync", "stream", "conditional"]\n'

# A text for every way in which a page could take it for something else.
ODD_TEXTS = [
    "<script>alert(1)</script> <img src=x onerror=alert(2)> <b>bold</b> &lt;i&gt; &amp;",
    "\"'>\"'</pre></code></span><script>alert(3)</script><!-- ]]> {{name}} {% debug %} ${1+1}",
    "javascript:alert(4) http://evil.example/\"onmouseover=\"alert(5) https://evil.example/'><svg/onload=alert(6)>",
    "right to left \u202eseltit\u202c, isolated \u2067abc\u2069, marks \u200e\u200f\u061c, open \u202e\u2066and never closed",
    "controls \x01\x08\x0b\x1b[31m\x7f\x85\x9b\x9f, blanks \t\r\n\x0c\u2028\u2029\u00a0\u200b\ufeff, \ufffe\uffff",
    "Grüße, Zoë ✓ 😀 ｆｕｌｌ ｗｉｄｔｈ " + "averyverylongword" * 30,
    "\\u003cscript\\u003e \\\" \\n \\x3c %3Cscript%3E \\",
]
ODD_NAME = "<img/src=x/onerror=alert(7)>\"'&{{user}}\u202eeve"
ODD_STAFF = ODD_NAME + " of the staff"


def settings(database, language="", permission="", tags=""):
    routes = "".join(f'\n[[ROUTES]]\nroute = "{route}"\n{kind} = "{name}"\n' for route, kind, name in ROUTES) + ROUTER
    return COMMON + language + REST % database + permission + tags + routes


def fill(database, crowd=0):
    """Users and their messages: of each level some, of each page of a list more than one. `crowd`: how many more users there are."""
    levels = [(10, "Template rendered in 12 ms"), (20, "A new version is available"), (25, "Your profile was saved"),
              (30, "Your password expires in 7 days"), (40, "The upload of report.pdf failed")]
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        row = dict(zip([column[1] for column in connection.execute("PRAGMA table_info(auth_user)")],
                       connection.execute("SELECT * FROM auth_user").fetchone()))
        for name in [*USERS, *STAFF, *PUPILS, ODD_NAME, ODD_STAFF, *(f"customer{number}" for number in range(crowd))]:
            if name != row["username"]:
                copy = {column: value for column, value in {**row, "username": name}.items() if column != "id"}
                copy["is_staff"] = name in STAFF or name == ODD_STAFF
                copy["is_superuser"] = copy["is_staff"] and STAFF.get(name) is None
                connection.execute(f"INSERT INTO auth_user ({', '.join(copy)}) VALUES ({', '.join('?' * len(copy))})", list(copy.values()))
        ids = dict(connection.execute("SELECT username, id FROM auth_user"))
        connection.executemany("INSERT INTO auth_user_user_permissions (user_id, permission_id) SELECT ?, id FROM auth_permission WHERE codename = ?",
                               [(ids[name], permission) for name, permissions in STAFF.items() for permission in permissions or []])

        def add(user, number, level, text, view, tags):
            added = connection.execute("INSERT INTO drf_messages_message (message, level, view, created, user_id) VALUES (?, ?, ?, ?, ?)",
                                       (text, level, view, f"2024-05-{number + 1:02} 10:00:00", ids[user]))
            connection.executemany("INSERT INTO drf_messages_messagetag (message_id, text) VALUES (?, ?)", [(added.lastrowid, tag) for tag in tags])

        for user in USERS:
            for number in range(23):
                level, text = levels[number % len(levels)]
                add(user, number, level, text, "shop:upload" if level == 40 else "", ["upload"] if level == 40 else [])
        for user in PUPILS:
            for number in range(230):
                add(user, number % 28, 20, f"Lesson {number + 1} is ready", f"school:{user}", ["lesson"])
            add(user, 28, 40, f"The homework of {user} was not found", f"homework:{user}", ["homework", "files"])
        for number, text in enumerate(ODD_TEXTS):
            add(ODD_NAME, number, 15, text, text[:40], [text[:64], "<b>"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", type=os.path.abspath, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--screenshots", type=os.path.abspath, required=True)
    parser.add_argument("--results", type=os.path.abspath, help="where `live` writes what it measures")
    parser.add_argument("names", nargs="*", default=["stories", "looks", "texts", "admin", "admin_keys", "live"])
    arguments = parser.parse_args()
    os.environ["DRF_MESSAGES_BINARY"] = arguments.binary
    from site_process import Site  # which reads that variable
    if not os.path.exists(CHROMIUM):
        raise SystemExit(f"{CHROMIUM} is not there: tools/install-packages test")
    try:
        modules = packages.node_modules("browser", HERE, arguments.cache.resolve())
    except packages.Skipped as reason:
        print(f"SKIPPED: {reason}", flush=True)
        return packages.SKIPPED
    os.makedirs(arguments.screenshots, exist_ok=True)
    with Site(settings("db.sqlite3")) as site, Site(settings("db.sqlite3")) as crowded, Site(settings("db.sqlite3", LIVE)) as live:
        for one, crowd in ((site, 0), (crowded, 150), (live, 1)):
            one.manage("createuser", USERS[0], "--password-stdin", stdin=PASSWORD + "\n")
            fill(one.folder / "db.sqlite3", crowd)
        with Site(settings(site.folder / "db.sqlite3", *CLOSED), migrate=False) as closed:
            environment = {
                **site.environment,
                "BROWSER_SITES": json.dumps({"open": site.serve().port, "closed": closed.serve().port, "crowded": crowded.serve().port,
                                             "live": live.serve().port}),
                "BROWSER_SEND": json.dumps({"live": [arguments.binary, str(live.settings)]}),
                "BROWSER_MODULES": str(modules),
                "BROWSER_SCREENSHOTS": arguments.screenshots,
                "BROWSER_RESULTS": arguments.results or "",
                "BROWSER_TEXTS": json.dumps({"password": PASSWORD, "name": ODD_NAME, "staffName": ODD_STAFF, "texts": ODD_TEXTS}),
            }
            tests = [str(HERE / f"{name}.test.mjs") for name in arguments.names]
            return subprocess.run(["node", "--test", "--test-reporter=spec", *tests], env=environment, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
