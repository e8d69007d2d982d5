#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What real Djangos do with messages in cookies and sessions: makes tests/compat/messages.json.

    make_messages.py [PYTHON=]FOLDER...    each FOLDER has one Django (pip install --target), 3.2 the first

`written` is what each Django stored for some messages. `played` are calls to the storages of Django 3.2, with what it
answered, and what it left in cookie and session; as tests/unit/messages/played_storage_test.cpp plays them.
"""
import base64
import json
import os
import pathlib
import random
import subprocess
import sys

SECRET_KEY = "a secret key of the tests"
NOW = 1_700_000_000
STORAGES = ["cookie.CookieStorage", "session.SessionStorage", "fallback.FallbackStorage"]


class Clock:
    """time.time() for django.core.signing."""

    @staticmethod
    def time():
        return NOW


def settings(**more):
    from django.conf import settings as django_settings
    from django.core import signing
    signing.time = Clock
    django_settings.configure(SECRET_KEY=SECRET_KEY, MESSAGE_LEVEL=20, **more)


class Request:
    def __init__(self, cookie, session):
        self.COOKIES = {} if cookie is None else {"messages": cookie}
        self.session = session


def shown(message):
    from django.utils.safestring import SafeData
    return {"level": message.level, "message": message.message, "extra_tags": message.extra_tags or "",
            "is_safe": isinstance(message.message, SafeData)}


def some_messages():
    from django.contrib.messages.storage.base import Message
    from django.utils.safestring import mark_safe
    texts = ["Saved", "", "quote \" backslash \\ / \n\t\r\0\x1f\x7f", "\u00fc\u20ac\U0001f600\u2028", "a" * 300]
    yield "none", []
    for number, text in enumerate(texts):
        yield f"text {number}", [Message(25, text)]
    yield "safe", [Message(20, mark_safe("<b>bold</b>")), Message(20, "<b>not</b>")]
    yield "tags", [Message(20, "x", "a b"), Message(20, "x", ""), Message(20, "x", None), Message(20, "x", "\u00fc")]
    yield "levels", [Message(level, "x") for level in (0, -1, 10, 40, 50, 2**31 - 1, -2**31)]
    yield "many", [Message(level, f"message {level}", "tag") for level in range(40)]


def written():
    settings()
    import django
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.contrib.messages.storage.session import SessionStorage
    cookies = CookieStorage(Request(None, {}))
    sessions = SessionStorage(Request(None, {}))
    for name, messages in some_messages():
        for complete in (True, False):
            held = list(messages) + ([] if complete else [cookies.not_finished])
            if hasattr(cookies, "_encode_parts"):
                # Since 5.1 the sentinel is added as JSON.
                from django.contrib.messages.storage.cookie import MessagePartSerializer
                parts = MessagePartSerializer().dumps(messages) + ([] if complete else [cookies.not_finished_json])
                cookie = cookies._encode_parts(parts, encode_empty=True)
            else:
                cookie = cookies._encode(held, encode_empty=True)
            yield {
                "django": django.get_version(), "name": name, "complete": complete, "cookie": cookie,
                "session": sessions.serialize_messages(messages) if complete else None,
                "messages": [shown(message) for message in messages]}


def text(rng):
    kind = rng.randrange(10)
    if kind == 0:
        return ""
    if kind < 3:
        # What compresses badly, for the limit of the cookie.
        return base64.b64encode(rng.randbytes(rng.choice([100, 400, 900, 1400, 2000]))).decode()
    if kind == 3:
        return "\u00fc\u20ac\U0001f600 <b>\"'\\"
    return f"message {rng.randrange(10)}"


def call(storage, rng):
    """One call, what it answered, and whether the storage counts as used then."""
    what = rng.choice(["add", "add", "add", "add", "iterate", "len", "contains", "level", "used"])
    step = {"call": what}
    if what == "add":
        step["args"] = [rng.choice([10, 20, 25, 40]), text(rng), rng.choice(["", "", "tag", "a b"])]
        storage.add(*step["args"])
    elif what == "iterate":
        step["result"] = [shown(message) for message in storage]
    elif what == "len":
        step["result"] = len(storage)
    elif what == "contains":
        from django.contrib.messages.storage.base import Message
        step["args"] = [rng.choice([20, 25]), f"message {rng.randrange(10)}"]
        step["result"] = Message(*step["args"]) in storage
    elif what == "level":
        # Django fails where it takes back a level that nobody has set.
        step["args"] = [rng.choice([0, 20, 30] + [None] * hasattr(storage, "_level"))]
        storage.level = step["args"][0]
        step["result"] = storage.level
    elif what == "used":
        if rng.randrange(3):
            return call(storage, rng)
        step["args"] = [bool(rng.randrange(2))]
        storage.used = step["args"][0]
    step["used"] = storage.used
    return step


def play(name, rng, more):
    """A visitor's requests, one after the other."""
    from django.contrib.messages import storage as package
    from django.http import HttpResponse
    from django.utils.module_loading import import_string
    visit = {"storage": f"{package.__name__}.{name}", "settings": more, "requests": []}
    cookie, session = None, {}
    for _ in range(rng.randrange(2, 6)):
        if rng.randrange(20) == 0:
            cookie = rng.choice(["", "x", "[]:x", (cookie or "a:b")[:-1]])
        storage = import_string(visit["storage"])(Request(cookie, session))
        request = {"cookie": cookie, "steps": [call(storage, rng) for _ in range(rng.randrange(6))]}
        response = HttpResponse()
        unstored = storage.update(response)
        request["unstored"] = [shown(message) for message in unstored or []]
        request["set_cookie"] = [morsel.OutputString() for morsel in response.cookies.values()]
        if "messages" in response.cookies:
            cookie = response.cookies["messages"].value or None
        request["session"] = dict(session)
        visit["requests"].append(request)
    return visit


def played():
    more = json.loads(os.environ["PLAYED_SETTINGS"])
    settings(**more)
    rng = random.Random(f"messages {more}")
    for name in STORAGES:
        for _ in range(int(os.environ["PLAYED_VISITS"])):
            yield play(name, rng, more)


def ask(django, what, **environment):
    python, _, folder = django.rpartition("=")
    environment = {**os.environ, "PYTHONPATH": folder, "ONE": what, **environment}
    lines = subprocess.run([python or sys.executable, __file__], env=environment, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def main():
    if "ONE" in os.environ:
        for line in {"written": written, "played": played}[os.environ["ONE"]]():
            print(json.dumps(line))
        return
    folders = sys.argv[1:]
    changed = {"SESSION_COOKIE_DOMAIN": "example.com", "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": False,
               "SESSION_COOKIE_SAMESITE": "None"}
    recorded = {
        "recorded_with": "tests/compat/make_messages.py",
        "secret_key": SECRET_KEY,
        "signed_at_unix": NOW,
        "written": [case for folder in folders for case in ask(folder, "written")],
        "played": ask(folders[0], "played", PLAYED_SETTINGS="{}", PLAYED_VISITS="16")
        + ask(folders[0], "played", PLAYED_SETTINGS=json.dumps(changed), PLAYED_VISITS="4")}
    with open(pathlib.Path(__file__).with_name("messages.json"), "w", encoding="utf-8") as file:
        for part, opener in (("recorded_with", "{"), ("secret_key", ","), ("signed_at_unix", ",")):
            file.write(f"{opener}\n{json.dumps(part)}: {json.dumps(recorded[part])}")
        for part in ("written", "played"):
            file.write(f",\n{json.dumps(part)}: [\n")
            file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in recorded[part]))
            file.write("\n]")
        file.write("\n}\n")


if __name__ == "__main__":
    main()
