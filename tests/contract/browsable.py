#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the recorded pages of REST framework's browsable API against a drf-messages binary, and compares what they say and lead to.

    browsable.py --server build/dev/drf-messages [--newer] [--database URL] [--only list/session]

A page is compared by its facts: what README.md says of `browsable.json`, read from our page by the ids that its elements have. How
elements look, which they are and the words of buttons are ours. Facts that differ are listed in browsable_differences.txt.

Exit status: 0 when every fact is as recorded or listed, 1 otherwise.
"""
import argparse
import collections
import http.client
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.parse
from datetime import datetime, timezone

import replay

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from html_page import Page  # noqa: E402 pylint: disable=wrong-import-position

RECORDING = HERE / "browsable.json"
DIFFERENCES = HERE / "browsable_differences.txt"
HOST = "testserver"
TABLES = {"drf_messages_message": "id", "drf_messages_messagetag": "id", "django_session": "session_key", "auth_user": "id", "authtoken_token": "key"}
# Headers of every answer, which say nothing of a page.
OTHER_HEADERS = replay.NOT_COMPARED | {"content-length", "set-cookie"}
# Django's word for a boolean that is not asked for.
NOT_ASKED = {"unknown": ""}


# ------------------------------------------------------------------ the recording

def newer(step, variant="django52"):
    """The step with what is different in it with the newer release, or another variant; other lists and values take the place of those that are there."""
    def merged(old, new):
        if not isinstance(old, dict) or not isinstance(new, dict):
            return new
        both = {key: merged(old.get(key), new[key]) if key in new else old[key] for key in [*old, *(key for key in new if key not in old)]}
        return {key: value for key, value in both.items() if value != "<absent>"}
    return merged({key: value for key, value in step.items() if key != variant}, step.get(variant, {}))


def without_marking_again(step):
    """What is changed here: HEAD marks nothing, and what is read is not marked anew. docs/differences.md, 7."""
    changed = {table: dict(rows) for table, rows in step.get("changed", {}).items()}
    messages = changed.get("drf_messages_message", {})
    kept = [row for row in messages.get("changed", []) if step["request"]["method"] != "HEAD" and row.get("read_at", [None])[0] is None]
    messages.pop("changed", None)
    if kept:
        messages["changed"] = kept
    return {table: rows for table, rows in changed.items() if rows}


def address(path, target):
    """Where a link of a page leads: what of it is the site's own has no host, and the parameters are in order."""
    url = urllib.parse.urlsplit(urllib.parse.urljoin(f"http://{HOST}{path}", target))
    query = urllib.parse.urlencode(sorted(urllib.parse.parse_qsl(url.query, keep_blank_values=True)))
    return ("" if url.netloc == HOST else f"{url.scheme}://{url.netloc}") + url.path + ("?" + query if query else "")


def recorded_filters(path, parts, ordering):
    """The fields of all its forms; the links for ordering count as one with a choice."""
    fields = {}
    for part in parts:
        for field in part.get("form", {}).get("fields", []):
            if field["type"] == "select":
                choices = [NOT_ASKED.get(value, value) for value, _ in field["choices"]]
                fields[field["name"]] = choice(choices, [NOT_ASKED.get(value, value) for value in field["selected"]])
            else:
                fields[field["name"]] = field["value"] or ""
        links = [(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link[1]).query))[ordering], "active" in link) for link in part.get("links", [])]
        if links:
            fields[ordering] = choice([value for value, _ in links], [value for value, active in links if active])
    return {"to": path.partition("?")[0], "fields": fields}


def choice(values, selected):
    """Every choice of ours has an empty one, the original's some. docs/differences.md, 23."""
    return {"choices": [value for value in values if value], "selected": [value for value in selected if value]}


def recorded_pagination(path, links):
    ends, pages = {}, []
    for text, target, *states in links:
        words = text.split()
        end = "previous" if "«" in words else "next" if "»" in words else None
        target = None if target == "#" else address(path, target)
        if end:
            ends[end] = target
        else:
            pages.append([text, target, "active" in states])
    return {**ends, "pages": pages}


def recorded_page(path, page, data, settings):
    if page["kind"] == "login":
        form = page["form"]
        fields = {field["name"]: [field["type"], field.get("label", "").rstrip(":"), field["value"] or ""]
                  for field in form["fields"] if field["type"] != "submit"}
        return {"form": {"to": address(path, form["action"]), "method": form["method"], "token": form["csrf_field"], "fields": fields}}
    if page["kind"] == "other":
        return {"heading": page["heading"]}
    links = {text: target for text, target in page.get("user_links", [])}
    ways = {text: address(path, target.split(" ", 1)[1]) for text, target in links.items()}
    response = page["response"]
    ordering = settings["REST_FRAMEWORK"].get("ORDERING_PARAM", "ordering")
    return {
        "name": page["name"],
        "description": page.get("description", ""),
        "user": None if page.get("user") == "Log in" else page.get("user"),
        "log_in": ["GET", ways["Log in"]] if "Log in" in ways else None,
        "log_out": ["POST", ways["Log out"]] if "Log out" in ways else None,  # by POST always: docs/differences.md, 23
        "breadcrumbs": [[text, address(path, target)] for text, target, *_ in page["breadcrumbs"]],
        "formats": [[text, address(path, target)] for text, target in page.get("formats", [])],
        "options_button": address(path, page["options_button"]) if "options_button" in page else None,
        "delete_button": address(path, page["delete_button"]["action"]) if "delete_button" in page else None,
        "extra_actions": [[text, address(path, target)] for text, target in page.get("extra_actions", [])],
        "filters": recorded_filters(path, data["filter_forms"][page["filters"]], ordering) if "filters" in page else None,
        "pagination": recorded_pagination(path, page["pagination"]) if "pagination" in page else None,
        "request_line": page["request_line"],
        "status_line": response["status_line"],
        "headers": sorted(response["headers"]),
        "body": json.dumps(response["body_json"], ensure_ascii=False) if response["body_json"] is not None else "",
        "links": [[target, text] for target, text, _ in response["links"]],
        "csrf": [page["csrf"]["header_name"].lower(), page["csrf"]["token_in_page"]],
    }


def recorded(step, data, settings):
    facts = {"status": step["status"], "location": step.get("location"), "content_type": step.get("content_type"),
             "cookies_set": step.get("cookies_set", []), "changed": without_marking_again(step)}
    if "headers" in step:
        facts["answer_headers"] = {name.lower(): value for name, value in step["headers"].items()}
    if "body" in step:
        facts["answer_body"] = step["body"]
    if "page" in step:
        facts.update(recorded_page(step["request"]["path"], step["page"], data, settings), problems=[])
    return facts


# ------------------------------------------------------------------ our page

def our_filters(path, page):
    form = page.get("filters")
    if form is None:
        return None
    fields = {}
    for field in form.all("input", "select"):
        name, kind = field.get("name"), field.get("type")
        if name is None or kind in ("hidden", "submit"):
            continue
        if field.tag == "select":
            options = field.all("option")
            value = [option.get("value") if option.get("value") is not None else option.text for option in options]
            selected = [one for one, option in zip(value, options) if option.get("selected") is not None]
            fields[name] = choice([NOT_ASKED.get(one, one) for one in value], [NOT_ASKED.get(one, one) for one in selected])
        else:
            fields[name] = field.get("value") or ""
    return {"to": address(path, form.get("action") or "").partition("?")[0], "fields": fields}


def our_pagination(path, page):
    nav = page.get("pagination")
    if nav is None:
        return None
    ends, pages = {"previous": None, "next": None}, []
    for element in nav.all("a", "span"):
        target = address(path, element.get("href")) if element.get("href") else None
        end = {"prev": "previous", "next": "next"}.get(element.get("rel"))
        if end:
            ends[end] = target
        elif element.get("class") == "break":
            pages.append(["…", None, False])
        elif element.text.isdigit():
            pages.append([element.text, target, element.get("aria-current") == "page"])
    return {**ends, "pages": pages}


def our_form(path, page):
    form = next((form for form in page.root.all("form") if any(field.get("name") == "username" for field in form.all("input"))), None)
    if form is None:
        return None
    labels = {label.get("for"): label.text for label in form.all("label") if label.get("for")}
    fields = {}
    for field in form.all("input"):
        around = field.around("label")
        label = labels.get(field.get("id")) or (around.text if around else "")
        fields[field.get("name")] = [field.get("type"), label.rstrip(":"), field.get("value") or ""]
    token = fields.pop("csrfmiddlewaretoken", None)
    return {"to": address(path, form.get("action") or ""), "method": (form.get("method") or "get").upper(), "token": bool(token and token[2]), "fields": fields}


def our_button(path, page, id, method):
    button = page.get(id)
    if button is None:
        return None
    where = address(path, button.get("data-url") or "")
    return where if button.get("data-method") == method else f"{button.get('data-method')} {where}"


def our_way(path, page, id):
    """Where the link or the form leads that logs in or out."""
    element = page.get(id)
    if element is None:
        return None
    form = element.around("form") or element.first("form")
    if form is not None:
        following = [field.get("value") for field in form.all("input") if field.get("name") == "next"]
        where = (form.get("action") or "") + "".join("?" + urllib.parse.urlencode({"next": value}) for value in following)
        return [(form.get("method") or "get").upper(), address(path, where)]
    return ["GET", address(path, element.get("href") or "")]


def our_body(page, settled):
    """The JSON as it is written, but for blanks; and the links of it that are not to a message."""
    element = page.get("response-body")
    if element is None or not element.raw.strip():
        return "", []
    links = [[link.get("href"), link.text] for link in element.all("a") if "message" not in (link.get("class") or "").split()]
    other = {one.tag for one in element.walk() if one is not element} - {"a", "span", "code", "bdi"}
    if other:
        page.problems.append(f"elements in the JSON: {sorted(other)}")
    return json.dumps(json.loads(settled(element.raw)), ensure_ascii=False), links


def our_page(path, text, want, users, settled):
    page = Page(text)
    if "form" in want:
        return {"form": our_form(path, page), "problems": page.problems}
    if "heading" in want:
        heading = page.root.first("h1")
        return {"heading": heading.text if heading else None, "problems": page.problems}
    body, links = our_body(page, settled)
    user = page.text("user")
    crumbs = page.get("breadcrumbs")
    token = page.get("csrf")
    names = {value.lower() for element in page.root.walk() for value in element.attributes.values() if value}
    headers = page.get("response-headers")
    return {
        "name": page.text("name"),
        "description": page.text("description") or "",
        "user": next((name for name in users if re.search(rf"\b{name}\b", user)), user) if user is not None else None,
        "log_in": our_way(path, page, "log-in"),
        "log_out": our_way(path, page, "log-out"),
        "breadcrumbs": [[link.text, address(path, link.get("href") or path)]
                        for link in (crumbs.all("a", "span") if crumbs else []) if link.get("href") or link.get("aria-current")],
        "formats": [[link.text.lower(), address(path, link.get("href"))] for link in page.links("formats")],
        "options_button": our_button(path, page, "options-button", "OPTIONS"),
        "delete_button": our_button(path, page, "delete-button", "DELETE"),
        "extra_actions": [[link.text, address(path, link.get("href"))] for link in page.links("extra-actions")],
        "filters": our_filters(path, page),
        "pagination": our_pagination(path, page),
        "request_line": page.text("request-line"),
        "status_line": page.text("status-line"),
        "headers": sorted([name.text.rstrip(":"), settled(value.text)] for name, value in zip(headers.all("dt"), headers.all("dd"))) if headers else None,
        "body": body,
        "links": links,
        "csrf": [want["csrf"][0] if want["csrf"][0] in names else None, bool(token is not None and token.get("value"))],
        "problems": page.problems,
    }


# ------------------------------------------------------------------ the tables

def rows_of(db, tables):
    """table: key: column: value, as the recording writes them"""
    found = {}
    for table, key in tables.items():
        cursor = db.conn.cursor()
        cursor.execute("SELECT * FROM " + db.quote(table))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row)) for row in cursor.fetchall()]
        found[table] = {row[key]: {name: db.iso(value) if name in replay.TIME_COLUMNS else value for name, value in row.items()} for row in rows}
    return found


def changes(before, after, want, start, tables):
    """What one request has changed. Of an added row only what the recording has of it."""
    def shown(name, value):
        if name in replay.TIME_COLUMNS and value is not None and replay.is_now(value, start):
            return "<now>"
        if name in ("session_data", "expire_date"):
            return f"<{name}>"
        if name == "password":
            return re.sub(r"^([^$]+\$\d+)\$.*$", r"\1$<random salt and hash>", value)
        return value

    found = {}
    for table, key in tables.items():
        old, new = before[table], after[table]
        added = [new[one] for one in sorted(new) if one not in old]
        columns = want.get(table, {}).get("added", [])
        rows = {
            "added": [{name: "<new session key>" if name == key == "session_key" else shown(name, row[name]) for name in (columns[0] if columns else row)}
                      for row in added],
            "changed": [{key: one, **{name: [shown(name, old[one][name]), shown(name, new[one][name])] for name in new[one] if old[one][name] != new[one][name]}}
                        for one in sorted(new) if one in old and old[one] != new[one]],
            "deleted": sorted(one for one in old if one not in new),
        }
        if any(rows.values()):
            found[table] = {kind: value for kind, value in rows.items() if value}
    return found


# ------------------------------------------------------------------ the run

class Client:
    """Sends the steps of one case: as whom, and with which cookies."""

    def __init__(self, data, settings):
        self.data, self.settings, self.session = data, settings, None

    def request(self, step):
        recorded_request = step["request"]
        headers, cookies, body = dict(recorded_request["headers"]), {}, None
        user = recorded_request.get("user")
        if user == "@login":
            cookies["sessionid"] = self.session
        elif user and user.startswith("token:"):
            headers["Authorization"] = "Token " + self.data["users"][user.partition(":")[2]]["token"]
        elif user:
            cookies["sessionid"] = self.data["users"][user]["session_key"]
        form = recorded_request.get("form")
        if recorded_request.get("csrf") == "ok":
            token = self.data["csrf_cookie"]
            cookies[self.settings.get("CSRF_COOKIE_NAME", "csrftoken")] = token
            if form is None:
                headers["X-CSRFToken"] = token
            else:
                form = [*form, ["csrfmiddlewaretoken", token]]
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode([tuple(field) for field in form])
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"method": recorded_request["method"], "path": recorded_request["path"], "headers": headers, "body": body}

    def remember(self, headers):
        for name, value in headers:
            if name.lower() == "set-cookie" and value.startswith("sessionid="):
                self.session = value.partition(";")[0].partition("=")[2]


def observed(request, answer, want, data, start):
    status, headers, content = answer

    def settled(text):
        text = replay.TIMESTAMP.sub(lambda match: "<now>" if replay.is_now(match.group(0), start) else match.group(0), text)
        return re.sub(r"(?<=available in )\d+ seconds?|^\d+$", "<seconds>", text)

    named = {name.lower(): value for name, value in headers}
    cookies = sorted(value.partition("=")[0] for name, value in headers if name.lower() == "set-cookie")
    facts = {"status": status, "location": named.get("location"), "content_type": named.get("content-type"), "cookies_set": cookies}
    if "answer_headers" in want:
        facts["answer_headers"] = {name: settled(value) for name, value in named.items() if name not in OTHER_HEADERS}
    if "answer_body" in want:
        facts["answer_body"] = content.decode()
    if "problems" in want:
        facts.update(our_page(request["path"], content.decode(), want, data["users"], settled))
    return facts


def play(server, db, data, case, settings):
    """Of each step the facts that differ: (number, fact, recorded, found)."""
    db.load(data["fixtures"][case["fixture"]])
    client, start = Client(data, settings), datetime.now(timezone.utc)
    for number, step in enumerate(case["steps"]):
        request = client.request(step)
        before = rows_of(db, TABLES)
        try:
            answer = server.send(request)
        except (OSError, http.client.HTTPException) as error:
            yield number, "answer", step["status"], repr(error)
            return
        client.remember(answer[1])
        if step.get("upstream_bug"):
            if answer[0] >= 500:
                yield number, "status", "none of 5xx: the recording is a fault of the original", answer[0]
            continue
        want = recorded(step, data, settings)
        found = observed(request, answer, want, data, start)
        found["changed"] = changes(before, rows_of(db, TABLES), want["changed"], start, TABLES)
        for fact, value in want.items():
            # A header without a value, such as the type of a page without one, is not compared when it is not recorded.
            if found.get(fact) != value and not (fact == "content_type" and value is None):
                yield number, fact, value, found.get(fact)


def play_all(command, path, db, data, cases, settings):
    """play() of all cases that share a server."""
    try:
        server = replay.Server(command, str(path))
    except RuntimeError as error:
        return [(case, 0, "start", "a server", str(error)) for case in cases]
    try:
        return [(case, *difference) for case in cases for difference in play(server, db, data, case, settings)]
    finally:
        server.stop()


def listed_differences(release):
    """(case, fact) of the file's lines."""
    lines = [line.split() for line in DIFFERENCES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {(case, fact) for case, fact, *numbers in lines if "." not in numbers[-1] or numbers[-1] == release}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--server", default="build/dev/drf-messages", help="the binary, or a command split as a shell splits words")
    parser.add_argument("--database", help="URL of an existing, disposable PostgreSQL or MariaDB database (default: a new SQLite file)")
    parser.add_argument("--newer", action="store_true", help="as the newer release answers that was recorded")
    parser.add_argument("--only", default="", help="the cases whose id starts with this")
    parser.add_argument("--show", type=int, default=100, help="how many facts that differ to print")
    arguments = parser.parse_args()
    command = shlex.split(arguments.server)
    data = json.loads(RECORDING.read_text(encoding="utf-8"))
    by = data["compared_with" if arguments.newer else "recorded_with"]
    release, rest_framework = (re.match(r"\d+\.\d+", by[name]).group(0) for name in ("Django", "djangorestframework"))
    versions = {"DJANGO_VERSION": release, "REST_FRAMEWORK_VERSION": rest_framework}
    listed, used, failed = listed_differences(release), set(), 0
    groups = collections.OrderedDict()
    for case in data["cases"]:
        if case["id"].startswith(arguments.only):
            steps = [newer(step) if arguments.newer else step for step in case["steps"]]
            groups.setdefault((case["settings"], case["routes"]), []).append({**case, "steps": steps})
    with tempfile.TemporaryDirectory(prefix="browsable-") as folder:
        db, path, connected = replay.Database(arguments.database, folder), pathlib.Path(folder, "settings.toml"), False
        for (settings_name, routes), cases in groups.items():
            settings = data["settings"][settings_name]
            path.write_text(replay.settings_toml({**versions, **settings}, data["routes"][routes], {}, db.settings), encoding="utf-8")
            if not connected:
                subprocess.run([*command, "migrate", "--settings", path], check=True, stdout=subprocess.DEVNULL)
                db.connect()
                connected = True
            for case, number, fact, want, got in play_all(command, path, db, data, cases, settings):
                if (case["id"], fact) in listed:
                    used.add((case["id"], fact))
                    continue
                failed += 1
                if failed <= arguments.show:
                    print(f"FAIL {case['id']} step {number}: {fact}\n     want {json.dumps(want, ensure_ascii=False)}\n     got  {json.dumps(got, ensure_ascii=False)}")
    played = {case["id"] for cases in groups.values() for case in cases}
    for case, fact in sorted(listed - used):
        if case in played:
            failed += 1
            print(f"FAIL {case}: {fact} is listed, but as recorded")
    print(f"{len(played)} cases, {failed} facts differ, {len(used)} differ as listed")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main())
