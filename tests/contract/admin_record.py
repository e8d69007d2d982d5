#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks a real Django with drf-messages, in this process, what admin.py asks of ours.

    PYTHONPATH=FOLDER python3 admin_record.py check        pages of admin.json are read as they were recorded
    PYTHONPATH=FOLDER python3 admin_record.py record       admin_more.json gets the answers to its requests

Both take the beginning of an id behind them, for some of the cases only.

FOLDER has Django, drf-messages 1.1.1 and what they need: Django 3.2, or 5.2 for the answers that are kept as `newer`. A new case of admin_more.json
needs only `id`, `settings`, `fixture` and a `request` in each of its steps.
"""
import io
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import warnings
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import admin
import browsable

# What is kept of a page, by its kind.
KEPT = {
    "list": ["kind", "heading", "messages", "ids", "actions", "action_counter", "paginator", "page_links", "this_page", "object_tools", "selected_filters"],
    "form": ["kind", "heading", "subheading", "messages", "fields", "field_errors", "error_note", "inlines", "buttons", "button_links", "hidden",
             "object_tools", "level_choices"],
    "delete_confirmation": ["kind", "heading", "messages", "text", "summary", "objects", "form_fields", "cancel"],
    "history": ["kind", "heading", "messages", "columns", "entries", "text"],
    "index": ["kind", "heading", "messages", "apps", "recent_actions"],
    "login": ["kind", "heading", "messages", "action", "fields", "errors", "error_note"],
    "popup_response": ["kind", "popup_response"],
    "other": ["kind", "heading"],
}


class Django:
    """The site with some settings, on an SQLite file. One for each process."""

    def __init__(self, folder, wanted):
        import django
        from django.conf import settings
        names = dict(wanted)
        if "MESSAGE_TAGS" in names:
            names["MESSAGE_TAGS"] = {int(level): tag for level, tag in names["MESSAGE_TAGS"].items()}
        processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                      "django.contrib.messages.context_processors.messages"]
        settings.configure(**{
            "LANGUAGE_CODE": "en-us", **names, "ROOT_URLCONF": "admin_record", "STATIC_URL": "/static/", "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
            "USE_L10N": True, "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder + "/db.sqlite3"}},
            "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": processors}}]})
        warnings.simplefilter("ignore")
        django.setup()
        logging.disable(logging.CRITICAL)
        from django.core.handlers.wsgi import WSGIHandler
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        self.handler, self.newer = WSGIHandler(), django.VERSION >= (5,)

    def send(self, request):
        path, _, query = request["path"].partition("?")
        body, answer = (request["body"] or "").encode(), {}
        environment = {
            "REQUEST_METHOD": request["method"], "PATH_INFO": urllib.parse.unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query,
            "SERVER_NAME": browsable.HOST, "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": "", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False}
        for name, value in request["headers"].items():
            key = name.upper().replace("-", "_")
            environment[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value
        content = b"".join(self.handler(environment, lambda status, headers, _=None: answer.update(status=status, headers=headers)))
        return int(answer["status"].split()[0]), [(name, value.strip()) for name, value in answer["headers"]], content


def answers(site, db, data, case, settings):
    """What the site answers to each request of a case."""
    db.load(data["fixtures"][case["fixture"]])
    client, start, zone = admin.Client(data, settings), datetime.now(timezone.utc), ZoneInfo(settings["TIME_ZONE"])
    for step in case["steps"]:
        request, before = client.request(step), db.everything()
        answer = site.send(request)
        if answer[0] >= 500:
            yield {"status": answer[0], "upstream_bug": True}
            continue
        client.remember(answer[1])
        is_page = answer[2] and dict(answer[1]).get("Content-Type", "").startswith("text/html")
        found = admin.observed(request, answer, {"page.kind": None} if is_page else {}, start, zone, plain=True)
        changed = browsable.changes(before, db.everything(), {"django_session": {"added": [["session_key"]]}}, start, admin.TABLES)
        facts = {"status": answer[0], "location": found["location"], "cookies": found["cookies"], "changed": changed}
        if is_page:
            names = KEPT[found["page.kind"]] + {"list": ["columns"] if "o=" in request["path"] else []}.get(found["page.kind"], [])
            names += ["rows"] if found["page.kind"] == "list" and case["settings"] != admin.MATRIX["settings"] else []
            facts["page"] = {name: found["page." + name] for name in names}
        yield {name: value for name, value in facts.items() if value or name == "status"}


def record(site, db, data, name, only):
    """The file's cases with these settings, with the answers of this release."""
    cases = [case for case in json.loads(admin.MORE.read_text(encoding="utf-8"))["cases"] if case["settings"] == name and case["id"].startswith(only)]
    for case in cases:
        for number, answer in enumerate(list(answers(site, db, data, case, data["settings"][name]))):
            step = case["steps"][number]
            known = {key: value for key, value in step.items() if key not in ("request", "newer")}
            first, newer = (known or answer, answer) if site.newer else (answer, step.get("newer", known or answer))
            case["steps"][number] = {"request": step["request"], **first, **({"newer": newer} if newer != first else {})}
    return cases


def check(site, db, data, name, only):
    """The facts that are not read as they were recorded."""
    found = []
    for case in admin.played_cases(data, only).get(name, []):
        play = admin.play if "steps" in case else admin.play_cell
        arguments = (data["settings"][name], site.newer) if "steps" in case else (site.newer,)
        found += [[case["id"], *one] for one in play(site, db, data, case, *arguments, plain=True)]
    return found


def one(command, only, name):
    """Standard output gets the answers of a site with these settings as JSON."""
    data = json.loads(admin.RECORDING.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        site, db = Django(folder, data["settings"][name]), admin.Database(None, folder)
        db.connect()
        print(json.dumps({"check": check, "record": record}[command](site, db, data, name, only), ensure_ascii=False))


def main():
    command, only = (sys.argv[1:] + [""])[:2]
    if sys.argv[3:]:
        one(command, only, sys.argv[3])
        return
    data = json.loads((admin.MORE if command == "record" else admin.RECORDING).read_text(encoding="utf-8"))
    names = admin.played_cases({"matrix": [], **data}, only)
    found = []
    for name in names:
        found += json.loads(subprocess.run([sys.executable, __file__, command, only, name], check=True, stdout=subprocess.PIPE).stdout)
    if command == "check":
        print(*(json.dumps(one, ensure_ascii=False) for one in found), f"{len(found)} facts differ", sep="\n")
        return
    by_id = {case["id"]: case for case in found}
    file = json.loads(admin.MORE.read_text(encoding="utf-8"))
    lines = ",\n".join(json.dumps(by_id.get(case["id"], case), ensure_ascii=False) for case in file["cases"])
    head = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in file.items() if name != "cases")
    admin.MORE.write_text("{\n" + head + ',\n"cases": [\n' + lines + "\n]\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
elif pathlib.Path(sys.argv[0]).name == "admin_record.py":  # Django imports this file as its URLs
    from django.contrib import admin as site_admin
    from django.urls import include, path
    urlpatterns = [path("admin/", site_admin.site.urls), path("messages/", include("drf_messages.urls"))]
