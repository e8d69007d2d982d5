#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Python's datetime.strptime makes of texts: makes tests/compat/strptime.tsv.

    make_strptime.py

Python 3.9 to 3.13 make the same file; 3.8 fails at "z" for "%z". A line has a format, a text (backslash, tab, line feed and
carriage return escaped) and the reading of the clock, with the offset in microseconds behind it where there is one; "-" where it
raises ValueError.
"""
import datetime
import pathlib
import random
import warnings

LINES = 3000
FORMATS = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d.%m.%Y %H:%M", "%d. %m. %Y", "%d/%m/%y %H:%M", "%m/%d/%Y",
    "%d. %B %Y", "%d. %b. %Y", "%B %d, %Y", "%d %b, %Y", "%d-a de %B %Y", "%Y년 %m월 %d일 %H시 %M분", "%d-%B, %Y-yil", "%Y年%n月%j日", "%A %d %B %Y",
    "%a, %d %b %Y %I:%M %p", "%I.%M%p %d/%m/%Y", "%p %I %H", "%Y %j", "%j/%y", "%d%m%Y", "%Y%m%d%H%M%S", "%H:%M", "%Y-%m-%dT%H:%M:%S%z", "%d/%m/%Y %H:%M %z",
    "%c", "%x", "%X", "%x %X", "%d %% %m %Y", "%w %Y-%m-%d", "%u %Y-%m-%d", "%Y\t%m  %d", " %Y", "%Y ", "", "%", "%Y %", "%q", "(%d) [%m] {%Y}", "%d.%m.%Y\u00a0%H:%M",
    "KISS %Y", "ıİſ %Y", "%f", "%S.%f", "%H%M", "%e.%m.%Y", "%E", "% d", "%Y-%M-%d",
]
VALUES = {
    "Y": ["2024", "0001", "9999", "0000", "1999", "24", "20244", "٢٠٢٤"], "y": ["24", "68", "69", "00", "99", "4", "٢٤"],
    "m": ["1", "01", "12", "13", "0", "00", "2", "٢", "1٢"], "d": ["1", "01", " 1", "31", "30", "32", "0", "29", "2٩", " 0"],
    "H": ["0", "00", "23", "24", "9", "19", "1٩", "٩"], "I": ["1", "01", "12", "13", "0", "11"], "M": ["0", "00", "59", "60", "5", "5٩"],
    "S": ["0", "00", "59", "60", "61", "62", "5"], "f": ["0", "123456", "1", "000001", "1234567", "", "٥"], "p": ["am", "PM", "pM", "x", ""],
    "j": ["1", "001", "01", "366", "365", "367", "60", "060", "99", "0", "000", "36٦"], "B": ["January", "may", "SEPTEMBER", "Sept", "ſeptember", "février"],
    "b": ["Jan", "may", "SEP", "sept", "ſep"], "A": ["Monday", "sunday", "WEDNESDAY", "Mon"], "a": ["Mon", "sun", "WED", "Monday"], "w": ["0", "6", "7"],
    "u": ["1", "7", "0"], "z": ["+01:00", "-0130", "Z", "z", "+01:00:30", "+010030.5", "+01:00:30.123456", "+24:00", "-23:59:59.999999", "+01:0030", "+0100:30",
                                "+1", "", "+٠١:٠٠", "+23:60", "+01:00:30."],
    "%": ["%", "%%"], "c": ["Mon Jan  1 10:11:12 2024", "mon jan 1 10:11:12 2024", "Mon Jan 1"], "x": ["01/02/24", "1/2/24"], "X": ["10:11:12", "1:1:1"],
}
ANY = "0123456789 .:/-\t\u00a0aAmMıſx年%"


def reading(text, form):
    try:
        moment = datetime.datetime.strptime(text, form)
    except ValueError:
        return "-"
    offset = moment.utcoffset()
    shown = moment.replace(tzinfo=None).isoformat(" ")
    return shown if offset is None else "%s %d" % (shown, offset // datetime.timedelta(microseconds=1))


def made_of(rng, form):
    """A text for this format, of values that it may take or may not."""
    text, at = "", 0
    while at < len(form):
        if form[at] == "%" and at + 1 < len(form):
            text += rng.choice(VALUES.get(form[at + 1], ["", "1"])[:rng.choice([2, 99])])
            at += 2
        else:
            text += rng.choice([form[at]] * 8 + [form[at].upper(), form[at].swapcase(), "  " if form[at].isspace() else form[at]])
            at += 1
    return text


def escaped(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def main():
    warnings.simplefilter("ignore")
    rng = random.Random("strptime")
    lines = []
    while len(lines) < LINES:
        form = rng.choice(FORMATS)
        text = made_of(rng, form)
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(ANY) + text[at + rng.randrange(2):]
        line = "\t".join((escaped(form), escaped(text), reading(text, form)))
        if line not in lines:
            lines.append(line)
    pathlib.Path(__file__).with_name("strptime.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
