#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What real Djangos take for a date-time: makes tests/compat/datetimes.tsv.

    make_datetimes.py PYTHON=FOLDER PYTHON=FOLDER PYTHON=FOLDER

Each FOLDER has one Django (pip install --target): 3.2; 4.0 or later with a Python before 3.11; the same with 3.11 or later.

A line has a text (backslash, tab, line feed and NUL escaped) and what each of them makes of it by
django.utils.dateparse.parse_datetime: the reading of the clock, and behind it the offset in microseconds; "-" where it is none.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

LINES = 3000
YEARS = ["2024", "0001", "9999", "2020", "2015", "0000", "1999", "2026"]
DATES = ["{}-01-02", "{}-02-29", "{}0102", "{}-W01", "{}-W01-1", "{}W01", "{}W011", "{}-W53-7", "{}W537", "{}-W53", "{}-13-01", "{}-00-10", "{}-06-31", "{}-W00",
         "{}-W54", "{}-W10-0", "{}-W10-8", "{}-123", "{}123", "{}-1-2", "{}-0102", "{}01-02", "{}-W52-6", "{}-12-31", "{}1231"]
SEPARATORS = ["T", "t", " ", "", "-", "0", "x", "\u00e9", "\u20ac", "\U0001f600", "  ", "T ", "_", "+", "Z", ".", ":", "\n", "W"]
TIMES = ["", "03", "0304", "03:04", "03:04:05", "030405", "03:04:05.1", "03:04:05,123456", "03:04:05.1234567", "03:04:05.123456789012", "03:04:05.1234567890123",
         "03.5", "03:04.25", "03:04:05.", "03:", "03:04:", "24:00", "23:59:59.999999", "3:4", "3:4:5,5", "23:60", "23:59:60", "03:0405", "0304:05", "03:04:05:12",
         "03040512", "030405.999", "03:04:05.12x", "03:04:05.123456x", "03x", "03:04x", "03,", "00:00", "\u0660\u0663:\u0660\u0664", "03:04:05.123"]
OFFSETS = ["", "Z", "z", "+01", "+01:00", "-0130", "+01:00:30", "-010030", "+23:59:59.999999", "-24:00", "+00:00", "-00:00", "+00:00:00.5", "+01:00:00.25", "+01:00:00.",
           "+01:", "+1", "+010", " +01:00", " \u2003-01", "\n", "ZZ", "Z ", "+22:99", "+23:60", "+01.5", "-23:59", "+25", " Z", "+01:00Z", "+\u0660\u0661", "x", "\0", "-", "+"]
ANY = "0123456789-:.,TWtZz+ x\u00e9\u0663\n"


def texts():
    """Every part with others that are well formed, and then all of them mixed, with mistakes."""
    found = [date.format("2024") + separator + time for date in DATES for separator in SEPARATORS for time in ("", "03:04")]
    found += [date.format(year) + time for date in DATES for year in YEARS for time in ("", "T03:04:05")]
    found += ["2024-01-02T" + time + offset for time in TIMES for offset in OFFSETS]
    found += ["", "2024", "2024-01", "202401", "2024-W1", "2024W", "January", "2024-01-02T\xff"]
    rng = random.Random("datetimes")
    while len(found) < LINES:
        text = rng.choice(DATES).format(rng.choice(YEARS)) + rng.choice(SEPARATORS) + rng.choice(TIMES) + rng.choice(OFFSETS)
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice([rng.choice(ANY), ""]) + text[at + rng.randrange(2):]
        found.append(text)
    return list(dict.fromkeys(found))


def answer(text):
    import datetime
    from django.utils.dateparse import parse_datetime
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None:
        return "-"
    offset = value.utcoffset()
    return str(value.replace(tzinfo=None)) + ("" if offset is None else f" {offset // datetime.timedelta(microseconds=1):+}")


def ask(django, asked):
    python, _, folder = django.rpartition("=")
    environment = {**os.environ, "PYTHONPATH": folder, "ANSWER": "1"}
    out = subprocess.run([python or sys.executable, __file__], env=environment, check=True, input=json.dumps(asked), capture_output=True, text=True).stdout
    return json.loads(out)


def escaped(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\0", "\\0")


def main():
    if "ANSWER" in os.environ:
        from django.conf import settings
        settings.configure()
        print(json.dumps([answer(text) for text in json.load(sys.stdin)]))
        return
    asked = texts()
    answers = [ask(django, asked) for django in sys.argv[1:]]
    with open(pathlib.Path(__file__).with_name("datetimes.tsv"), "w", encoding="utf-8") as file:
        for text, *made in zip(asked, *answers):
            file.write("\t".join([escaped(text), *made]) + "\n")


main()
