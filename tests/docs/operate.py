#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/operate.md: each message in its table of troubles is one that the program prints, and each command one that it knows.

    operate.py --binary drf-messages
"""
import argparse
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGE = (SOURCE / "docs/operate.md").read_text(encoding="utf-8")
LITERAL = r'"((?:[^"\\\n]|\\.)*)"'
#: what libraries say, word for word
LIBRARIES = {"database is locked": "sqlite3ErrStr(SQLITE_BUSY)", "database or disk is full": "sqlite3ErrStr(SQLITE_FULL)"}


def literals():
    """All texts of the sources, with those that the compiler joins joined."""
    for path in sorted(SOURCE.glob("src/**/*.[ch]pp")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(rf"{LITERAL}(?:\s*{LITERAL})*", text):
            yield re.sub(r"\\(.)", r"\1", "".join(re.findall(LITERAL, found.group())))


def messages():
    """Those that the table quotes, in the order of its rows."""
    table = PAGE[PAGE.index("| what you see | why | what to type |"):]
    for row in table[:table.index("\n\n")].splitlines()[2:]:
        quoted = re.findall(r"`([^`]+)`", row.split(" | ")[0])
        if not quoted:
            sys.exit(f"operate.md: a row quotes nothing: {row}")
        yield from (text for text in quoted if not text.startswith(("drf-messages ", "restore")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True)
    arguments = parser.parse_args()
    problems = []
    texts = "\n".join(literals())
    quoted = list(messages())
    for message in quoted:
        pieces = [piece for piece in message.split("…") if len(piece.strip(" :;()?`")) > 2]
        if not pieces:
            problems.append(f"too little of a message to find it: {message}")
        problems += [f"nothing prints {piece!r} of: {message}" for piece in pieces if piece not in texts and message not in LIBRARIES]
    if len(quoted) < 20:
        problems.append(f"only {len(quoted)} messages are quoted")
    known = set(re.findall(r"^  ([a-z_]+) ", subprocess.run([arguments.binary, "--help"], capture_output=True, text=True, check=True).stdout, re.M))
    code = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.S) + re.findall(r"`([^`\n]+)`", PAGE))
    used = set(re.findall(r"(?:^|[ \n])drf-messages (?!drf-messages)([a-z_]+)", code))
    problems += [f"there is no command drf-messages {command}" for command in sorted(used - known)]
    for problem in problems:
        print(problem)
    print(f"{len(quoted)} messages, {len(used)} commands")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
