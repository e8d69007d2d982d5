# SPDX-License-Identifier: MIT
"""Where the instructions of a request go, by callgrind: a table by room, or the dearest functions of one request.

    profile.py REQUEST_COST [--functions NAME [--top 40]]

A function counts for the room whose namespace is the first in its name, so that a template of the standard library counts for
the room whose type it holds; what a shared library does is its own row. README.md beside this shows the table.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import tempfile

import check

LIBRARIES = {"libsqlite3": "SQLite", "libcrypto": "OpenSSL", "libc.so": "C library", "libstdc++": "C++ library", "ld-linux": "C library"}


def costs(program, name, count):
    """Instructions of each function itself, by its object and name."""
    with tempfile.TemporaryDirectory(prefix="drf-messages-bench-") as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--compress-strings=no", "--compress-pos=no",
                        "--dump-line=no", program, name, str(count)], capture_output=True, check=True, env=check.PLAIN)
        own = collections.Counter()
        library = function = None
        of_call = False
        for line in out.read_text(encoding="utf-8").splitlines():
            if line.startswith("ob="):
                library = line[3:]
            elif line.startswith("fn="):
                function = line[3:]
            elif line.startswith("calls="):
                of_call = True # the next line is what the callee costs, with all that it calls
            elif re.match(r"\d+ \d+$", line):
                if not of_call:
                    own[library, function] += int(line.split()[1])
                of_call = False
        return own


def of_one(program, name):
    """What starting costs is in both."""
    many, few = costs(program, name, check.MANY), costs(program, name, check.FEW)
    return {key: (cost - few[key]) / (check.MANY - check.FEW) for key, cost in many.items() if cost > few[key]}


def room(library, function):
    for part, title in LIBRARIES.items():
        if part in library:
            return title
    found = re.search(r"drf_messages::(sql::sqlite|[a-z_]+)::", function)
    if found:
        return found.group(1).replace("::", "/")
    return "public values" if "drf_messages::" in function else "other templates"


def table(program):
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    rows = collections.defaultdict(dict)
    for name in names:
        for (library, function), cost in of_one(program, name).items():
            where = room(library, function)
            rows[where][name] = rows[where].get(name, 0) + cost
    print("| room | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for where, found in sorted(rows.items(), key=lambda row: -sum(row[1].values())):
        if max(found.values()) >= 50:
            print(f"| {where} | " + " | ".join(f"{found.get(name, 0):,.0f}" for name in names) + " |")
    print("| together | " + " | ".join(f"{sum(found.get(name, 0) for found in rows.values()):,.0f}" for name in names) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--functions")
    parser.add_argument("--top", type=int, default=40)
    options = parser.parse_args()
    if not options.functions:
        table(options.program)
        return
    found = sorted(of_one(options.program, options.functions).items(), key=lambda row: -row[1])
    for (library, function), cost in found[:options.top]:
        print(f"{cost:9,.0f}  {room(library, function):12} {function[:150]}")


if __name__ == "__main__":
    main()
