# SPDX-License-Identifier: MIT
"""Hooks of schemathesis. Where the document lets a text be a time, it becomes one, and no URL is too long.

No pattern says which days the calendar has, which hours the zone of a site skips, and the forms of every language, so the document asks for digits only and
the server answers 400 to what is no time. A list may have so many values that its URL is longer than the server reads, which is 431 before there is a request.
All else that the document allows has to be accepted.
"""
import hashlib
import re
import urllib.parse

import schemathesis

MOMENT = re.compile(r"(read|created)_(after|before)")
LONGEST_QUERY = 30_000
FORMS = ["2024-{:02}-{:02}", "2024-{:02}-{:02}T12:30:00Z", "2024-{:02}-{:02} 03:04:05.000006", "{}/{}/2024", "{:02}/{:02}/24 23:59"]


@schemathesis.hook
def filter_case(_context, case):
    return len(urllib.parse.urlencode(case.query or {}, doseq=True, errors="replace")) < LONGEST_QUERY


@schemathesis.hook
def map_query(_context, query):
    for name, text in (query or {}).items():
        if MOMENT.fullmatch(name) and isinstance(text, str) and re.search(r"\d", text):
            number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big")
            query[name] = FORMS[number % len(FORMS)].format(1 + number // 7 % 12, 1 + number // 97 % 28)
    return query
