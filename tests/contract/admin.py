#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the recorded pages of Django's admin for messages against a drf-messages binary, and compares what they say, write and lead to.

    admin.py --server build/dev/drf-messages [--newer] [--database URL] [--recorded] [--only list/order]

A page is compared by its facts, read by the ids and classes of Django's own pages (admin_pages.py). What differs on every page is taken out of
the recording (admin_recorded.py), other facts that differ are listed in admin_differences.txt. The matrix of requests and users is
the cases `matrix/REQUEST/USER`.

Exit status: 0 when every fact is as recorded or listed, 1 otherwise.
"""
import argparse
import collections
import fnmatch
import http.client
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.parse
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import admin_html
import admin_pages
import admin_recorded
import browsable
import replay
from browsable import Page

HERE = pathlib.Path(__file__).resolve().parent
RECORDING = HERE / "admin.json"
MORE = HERE / "admin_more.json"
DIFFERENCES = HERE / "admin_differences.txt"
TABLES = {**browsable.TABLES, "django_admin_log": "id"}
MATRIX = {"settings": "s1", "fixture": "f1"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
GERMAN_MONTHS = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]


class Database(replay.Database):
    """With the log of the admin, and ids that go on from those of the fixture."""
    WIPE = ["django_admin_log", *replay.Database.WIPE]
    COUNTED = ["drf_messages_message", "drf_messages_messagetag", "django_admin_log"]

    def load(self, fixture):
        super().load(fixture)
        cursor = self.conn.cursor()
        for row in fixture.get("django_admin_log", []):
            values = {name: self.to_db(name, value) for name, value in row.items() if name != "content_type"}
            values["content_type_id"] = self.content_types(row["content_type"])
            marks = ", ".join([self.mark] * len(values))
            cursor.execute(f"INSERT INTO django_admin_log ({', '.join(map(self.quote, values))}) VALUES ({marks})", list(values.values()))
        for table in self.COUNTED:
            if self.kind == "postgresql":
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(MAX(id), 0) + 1, false) FROM {table}")
            elif self.kind == "mysql":  # where it is not so already: it takes long
                here = f"TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}'"
                if self.rows(f"SELECT AUTO_INCREMENT > (SELECT COALESCE(MAX(id), 0) + 1 FROM {table}) FROM information_schema.TABLES WHERE {here}")[0][0]:
                    cursor.execute(f"ALTER TABLE {table} AUTO_INCREMENT = 1")
            else:
                cursor.execute("UPDATE sqlite_sequence SET seq = (SELECT COALESCE(MAX(id), 0) FROM " + table + ") WHERE name = ?", [table])

    def content_types(self, wanted=None):
        """The id of one, or all by id."""
        named = {number: f"{app}.{model}" for number, app, model in self.rows("SELECT id, app_label, model FROM django_content_type")}
        return named if wanted is None else next((number for number, name in named.items() if name == wanted), None)

    def everything(self):
        """All rows, as the recording writes them."""
        found, types = browsable.rows_of(self, TABLES), self.content_types()
        for row in found["django_admin_log"].values():
            row["content_type"] = types.get(row.pop("content_type_id"))
        return found


class Client(browsable.Client):
    """Sends the steps of one case: as whom, and with which cookies."""

    def __init__(self, data, settings):
        super().__init__(data, settings)
        self.messages = None

    def request(self, step):
        asked = step["request"]
        headers, cookies, body = dict(asked.get("headers", {})), {}, asked.get("body")
        user, csrf, token = asked.get("user"), asked.get("csrf", "field"), self.data["csrf_cookie"]
        if user is not None and user != "(anonymous)":
            cookies["sessionid"] = self.session if user == "@login" else self.data["users"][user]["session_key"]
        if self.messages:
            cookies["messages"] = self.messages
        if asked["method"] in UNSAFE and csrf != "none":
            cookies["csrftoken"] = token
            if csrf == "header" or asked["method"] != "POST":
                headers["X-CSRFToken"] = token
        if asked["method"] == "POST" and body is None:
            first = {"field": [["csrfmiddlewaretoken", token]], "wrong": [["csrfmiddlewaretoken", self.data["csrf_wrong"]]]}.get(csrf, [])
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode([tuple(field) for field in [*first, *asked.get("form", [])]])
        headers["Host"] = browsable.HOST
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"method": asked["method"], "path": asked["path"], "headers": headers, "body": body}

    def remember(self, headers):
        super().remember(headers)
        for name, value in headers:
            if name.lower() == "set-cookie" and value.startswith("messages="):
                kept = value.partition(";")[0].partition("=")[2]
                self.messages = None if kept in ("", '""') else kept


# ------------------------------------------------------------------ what is now

def date_text(moment):
    """As the admin shows a moment."""
    hour, minute = moment.hour % 12 or 12, f":{moment.minute:02}" if moment.minute else ""
    clock = {(0, 0): "midnight", (12, 0): "noon"}.get((moment.hour, moment.minute), f"{hour}{minute} {'a' if moment.hour < 12 else 'p'}.m.")
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year}, {clock}"


def settler(start, zone):
    """Replaces the moments since the start by <now>, in texts and all that holds some."""
    moment, end, texts = start.astimezone(zone).replace(second=0, microsecond=0), datetime.now(zone) + timedelta(seconds=1), []
    while moment <= end:
        texts += [date_text(moment), f"{moment.day}. {GERMAN_MONTHS[moment.month - 1]} {moment:%Y %H:%M}"]
        moment += timedelta(minutes=1)

    def settled(value):
        if isinstance(value, dict):
            return {name: settled(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(settled(one) for one in value)
        if isinstance(value, str):
            for text in texts:
                value = value.replace(text, "<now>")
        return value

    return settled


def header(name, value, start):
    if name == "expires" and start - timedelta(seconds=2) <= parsedate_to_datetime(value) <= datetime.now(timezone.utc) + timedelta(seconds=2):
        return "<now>"
    return value


def cookie(value):
    value = replay.COOKIE_EXPIRES.sub("expires=<now+Max-Age>", value)
    value = re.sub(r"^sessionid=[a-z0-9]{32};", "sessionid=<new session key>;", value)
    return re.sub(r'^messages=[^;"]{9,};|^messages="[^"]{9,}";', "messages=<a signed cookie>;", value)


# ------------------------------------------------------------------ facts

def expected(step, start, plain=False):
    """The facts that an answer is to have; `plain`: Django's own."""
    path = step["request"]["path"]
    facts = {"status": step["status"], "location": admin_html.address(path, step["location"]) if step.get("location") else None,
             "cookies": step.get("cookies", {}), "changed": step.get("changed", {}) if plain else admin_recorded.changed(step)}
    if "headers" in step:
        facts["headers"] = {name.lower(): value for name, value in step["headers"].items()}
    for name in ("content_type", "body"):
        if name in step:
            facts[name] = step[name]
    if "page" in step:
        page = step["page"] if "read" in step else admin_recorded.plain(path, step["page"], start)
        page = page if plain else admin_recorded.worded(admin_recorded.ours(page))
        facts.update({"page." + name: value for name, value in page.items()})
        if not plain:
            facts["problems"] = []
    return facts


def observed(request, answer, want, start, zone, plain=False):
    status, headers, content = answer
    named = {name.lower(): value for name, value in headers}
    set_cookies = {value.partition("=")[0]: cookie(value) for name, value in headers if name.lower() == "set-cookie"}
    facts = {"status": status, "location": admin_html.address(request["path"], named["location"]) if "location" in named else None,
             "cookies": {name: value for name, value in set_cookies.items() if name in ("sessionid", "messages")},
             "content_type": named.get("content-type"), "body": f"{len(content)} bytes"}
    if "headers" in want:
        facts["headers"] = {name: header(name, value, start) for name, value in named.items() if name not in browsable.OTHER_HEADERS}
    if "page.kind" in want:
        text = content.decode().replace("\0", "\ufffd")  # as HTML has it
        page = Page(text) if "html" in (named.get("content-type") or "") else Page("<!doctype html> <p></p>")
        read = settler(start, zone)(admin_pages.read(request["path"], page, "page.fieldsets" in want))
        read = read if plain else admin_recorded.found_as_recorded(read, {name.removeprefix("page."): value for name, value in want.items()})
        facts.update({"page." + name: value for name, value in read.items()}, problems=page.problems)
    return facts


def differing(want, found):
    if found.get("page.kind") != want.get("page.kind"):  # then all of it is another
        want = {fact: value for fact, value in want.items() if not fact.startswith("page.") or fact == "page.kind"}
        want.pop("problems", None)
    return [(fact, value, found.get(fact)) for fact, value in want.items() if found.get(fact) != value]


# ------------------------------------------------------------------ the cases

def play(server, db, data, case, settings, newer, plain=False):
    """Of each step the facts that differ: (number, fact, recorded, found)."""
    db.load(data["fixtures"][case["fixture"]])
    zone = ZoneInfo(settings["TIME_ZONE"])
    client, start = Client(data, settings), datetime.now(timezone.utc)
    for number in range(len(case["steps"])):
        step = case["steps"][number] if plain else admin_recorded.step_of(case, number, newer, db.label)
        step = browsable.newer(step) if plain and newer else step
        request, before = client.request(step), db.everything()
        want = expected(step, start, plain)
        try:
            answer = server.send(request)
        except (OSError, http.client.HTTPException) as error:
            yield number, "answer", step["status"], repr(error)
            return
        client.remember(answer[1])
        if step["status"] == "no 5xx":
            if answer[0] >= 500:
                yield number, "status", step["status"], answer[0]
            return  # what follows stands on it
        found = observed(request, answer, want, start, zone, plain)
        found["changed"] = browsable.changes(before, db.everything(), want["changed"], start, TABLES)
        yield from ((number, *one) for one in differing(want, found))


def cell_facts(cell, newer, plain):
    cell = browsable.newer(cell) if newer else cell
    facts = {"status": cell["status"], "rows_changed": cell.get("rows_changed", {})}
    if "location" in cell:
        facts["location"] = admin_html.address("/", cell["location"])
    if "see" in cell:
        see = dict(cell["see"])
        if not plain and see["kind"] == "form":
            see["related_links"] = []  # Django's pages for users: 46
        for name in ("buttons", "links"):
            if name in see:
                see[name] = sorted(see[name])
        facts["see"] = see if plain else admin_recorded.worded(see)
    return facts


def play_cell(server, db, data, cell, newer, plain=False):
    """The same of a cell of the matrix."""
    db.load(data["fixtures"][MATRIX["fixture"]])
    start = datetime.now(timezone.utc)
    request = Client(data, {}).request({"request": {**data["matrix_requests"][cell["request"]], "user": cell["user"]}})
    before = db.everything()
    status, headers, content = server.send(request)
    after, want = browsable.changes(before, db.everything(), {}, start, TABLES), cell_facts(cell, newer, plain)
    location = next((value for name, value in headers if name.lower() == "location"), None)
    found = {"status": status, "location": location and admin_html.address(request["path"], location),
             "rows_changed": {table: {kind: len(rows) for kind, rows in kinds.items()} for table, kinds in after.items()}}
    if "see" in want:
        read = admin_pages.read(request["path"], Page(content.decode()), True)
        found["see"] = admin_pages.seen(read if plain else admin_recorded.found_as_recorded(read, {}))
    yield from ((0, *one) for one in differing(want, found))


def play_group(server, db, data, cases, settings, newer):
    for case in cases:
        if "steps" in case:
            yield from ((case["id"], *one) for one in play(server, db, data, case, settings, newer))
        else:
            yield from ((case["id"], *one) for one in play_cell(server, db, data, case, newer))


def played_cases(data, only):
    """All cases, the matrix's among them, by their settings."""
    groups = collections.OrderedDict()
    cells = [{**cell, "id": f"matrix/{cell['request']}/{cell['user']}", "settings": MATRIX["settings"]} for cell in data["matrix"]]
    for case in [*data["cases"], *cells]:
        if case["id"].startswith(only):
            groups.setdefault(case["settings"], []).append(case)
    return groups


class Listed:
    """The lines of admin_differences.txt: a case (or a pattern of some), a fact, numbers, and perhaps with which release or on which databases only."""

    def __init__(self, release, database):
        self.lines, self.used = [], set()
        for line in DIFFERENCES.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            case, fact, *rest = line.split()
            only = {word for word in rest if not word.isdigit()}
            releases, databases = {word for word in only if "." in word}, {word for word in only if "." not in word}
            if (not releases or release in releases) and (not databases or database in databases):
                self.lines.append((case, fact))

    def has(self, case, fact):
        lines = [line for line in self.lines if line[1] == fact and fnmatch.fnmatchcase(case, line[0])]
        self.used.update(lines)
        return bool(lines)

    def unused(self, played):
        return [line for line in self.lines if line not in self.used and any(fnmatch.fnmatchcase(case, line[0]) for case in played)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--server", default="build/dev/drf-messages", help="the binary, or a command split as a shell splits words")
    parser.add_argument("--database", help="URL of an existing, disposable PostgreSQL or MariaDB database (default: a new SQLite file)")
    parser.add_argument("--newer", action="store_true", help="as the newer release answers that was recorded")
    parser.add_argument("--only", default="", help="the cases whose id starts with this")
    parser.add_argument("--recorded", action="store_true", help="only the cases of the contract, none of admin_more.json")
    parser.add_argument("--show", type=int, default=100, help="how many facts that differ to print")
    arguments = parser.parse_args()
    command, data = shlex.split(arguments.server), json.loads(RECORDING.read_text(encoding="utf-8"))
    if not arguments.recorded:
        data["cases"] += [{**case, "read": True} for case in json.loads(MORE.read_text(encoding="utf-8"))["cases"]]
    by = data["compared_with" if arguments.newer else "recorded_with"]
    release, rest_framework = (re.match(r"\d+\.\d+", by[name]).group(0) for name in ("Django", "djangorestframework"))
    # The recorded site's own settings beside those that are listed.
    given = {"USE_L10N": True, "DJANGO_VERSION": release, "REST_FRAMEWORK_VERSION": rest_framework, "LOGIN_THROTTLE_RATE": ""}
    groups, failed, facts_listed = played_cases(data, arguments.only), 0, 0
    with tempfile.TemporaryDirectory(prefix="admin-") as folder:
        db, path, connected = Database(arguments.database, folder), pathlib.Path(folder, "settings.toml"), False
        listed = Listed(release, db.label)
        for name, cases in groups.items():
            settings = data["settings"][name]
            path.write_text(replay.settings_toml({**given, **settings}, data["routes"], {}, db.settings), encoding="utf-8")
            if not connected:
                subprocess.run([*command, "migrate", "--settings", path], check=True, stdout=subprocess.DEVNULL)
                db.connect()
                connected = True
            server = replay.Server(command, str(path))
            try:
                for case, number, fact, want, got in play_group(server, db, data, cases, settings, arguments.newer):
                    if listed.has(case, fact):
                        facts_listed += 1
                        continue
                    failed += 1
                    if failed <= arguments.show:
                        shown = [json.dumps(value, ensure_ascii=False) for value in (want, got)]
                        print(f"FAIL {case} step {number}: {fact}\n     want {shown[0]}\n     got  {shown[1]}")
            finally:
                server.stop()
    played = [case["id"] for cases in groups.values() for case in cases]
    for case, fact in listed.unused(played):
        failed += 1
        print(f"FAIL {case}: {fact} is listed, but as recorded")
    print(f"{len(played)} cases, {failed} facts differ, {facts_listed} differ as listed")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main())
