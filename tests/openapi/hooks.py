# SPDX-License-Identifier: MIT
"""Hooks of schemathesis. Where the document lets a text be a time, it becomes one, and lists are short.

No pattern says which days the calendar has, which hours the zone of a site skips, and the forms of every language, so the document asks for digits only and
the server answers 400 to what is no time. A list may have so many values that its URL is longer than the server reads, which is 431 before there is a request.
All else that the document allows has to be accepted.
"""
import hashlib
import re

import schemathesis

MOMENT = re.compile(r"(read|created)_(after|before)")
MOST_VALUES = 20
FORMS = ["2024-{:02}-{:02}", "2024-{:02}-{:02}T12:30:00Z", "2024-{:02}-{:02} 03:04:05.000006", "{}/{}/2024", "{:02}/{:02}/24 23:59"]


@schemathesis.hook
def before_load_schema(_context, document):
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                schema = parameter["schema"]
                if "maxItems" in schema:
                    schema["maxItems"] = min(schema["maxItems"], MOST_VALUES)


@schemathesis.hook
def map_query(_context, query):
    for name, text in (query or {}).items():
        if MOMENT.fullmatch(name) and isinstance(text, str) and re.search(r"\d", text):
            number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big")
            query[name] = FORMS[number % len(FORMS)].format(1 + number // 7 % 12, 1 + number // 97 % 28)
    return query
