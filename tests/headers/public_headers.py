#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each public header compiles alone, with nothing but the include folder, and brings no header of a driver, of OpenSSL or Boost.
Below C++20 it says so, and no more. All of them bear macros of the names that levels have.

    public_headers.py --compiler g++ --include include
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++"]
LEVELS = {"DEBUG": 10, "INFO": 20, "SUCCESS": 25, "WARNING": 30, "ERROR": 40}
NEEDS = "drf_messages needs C++20: compile with -std=c++20"
MOST_LINES = 16
# As they stand in the paths of /usr/include.
HIDDEN = re.compile(
    r"/(sqlite3\w*\.h|libpq-fe\.h|postgresql/|mysql|mariadb|hiredis/|libmemcached|openssl/|argon2\.h|crypt\.h|boost/|fmt/|spdlog/"
    r"|toml\+\+/|date/|utf8proc\.h|zlib\.h|CLI/)"
)
# Headers that join the library to another one include that.
BRIDGES = ("drf_messages/adapters/", "drf_messages/templates", "drf_messages/testing")


def qt_flags():
    """What Grantlee's users give their compiler for Qt; None where it is not installed."""
    done = subprocess.run(["pkg-config", "--cflags", "Qt5Core"], text=True, capture_output=True, check=False)
    return [*done.stdout.split(), "-fPIC"] if done.returncode == 0 else None


def compile_alone(compiler, folder, source, more=()):
    """What the compiler says about `source`, and the files that it read."""
    with tempfile.TemporaryDirectory() as own:
        listed = pathlib.Path(own) / "read.d"
        done = subprocess.run(
            [compiler, *FLAGS, *more, f"-I{folder}", "-MD", "-MF", listed, "-"],
            input=source, text=True, capture_output=True, check=False,
        )
        # clang leaves none behind an error
        return done.returncode, done.stderr, listed.read_text(encoding="utf-8").split() if listed.exists() else []


def hidden_headers(files):
    return sorted({file for file in files if HIDDEN.search(file)})


def check(compiler, folder, header):
    # twice: a header must bear to be included again
    line = f"#include <{header}>\n"
    more = qt_flags() if header.startswith("drf_messages/templates/") else []
    if more is None:
        return []
    status, said, files = compile_alone(compiler, folder, line + line, more)
    if status != 0:
        return [f"{header} does not compile alone:\n" + "\n".join(said.splitlines()[:20])]
    if header.startswith(BRIDGES):
        return []
    return [f"{header} includes {file}" for file in hidden_headers(files)[:3]]


def check_older_standard(compiler, folder, header):
    """It ends with one #error, before the compiler has found more that it does not know."""
    status, said, _ = compile_alone(compiler, folder, f"#include <{header}>\n", ["-std=c++17"])
    errors = [line for line in said.splitlines() if " error: " in line and "fatal" not in line]
    if status == 0 or len(errors) != 1 or NEEDS not in errors[0] or len(said.splitlines()) > MOST_LINES:
        return [f"{header} does not only say in C++17 what it needs:\n" + "\n".join(said.splitlines()[:20])]
    return []


def check_macros(compiler, folder, headers, value):
    """All headers in a program that has macros of these names, which are there afterwards, and the levels are."""
    macros = [f"-D{name}{value}" for name in LEVELS]
    body = "".join(f"#include <{header}>\n" for header in headers)
    body += "".join(f"#ifndef {name}\n#error {name} is gone\n#endif\n" for name in LEVELS)
    body += "".join(f"static_assert(drf_messages::level::{name.lower()} == {number});\n" for name, number in LEVELS.items())
    body += "".join(f"#undef {name}\n" for name in LEVELS)
    body += "".join(f"static_assert(drf_messages::messages::{name} == drf_messages::level::{name});\n" for name in LEVELS)
    status, said, _ = compile_alone(compiler, folder, body, macros)
    return [] if status == 0 else [f"the headers do not compile with {' '.join(macros)}:\n" + "\n".join(said.splitlines()[:20])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    arguments = parser.parse_args()

    # the check sees what it looks for
    _, _, files = compile_alone(arguments.compiler, arguments.include, "#include <sqlite3.h>\n#include <openssl/opensslv.h>\n#include <boost/config.hpp>\n")
    if len({re.sub(r".*/include/", "", file).split("/")[0] for file in hidden_headers(files)}) < 3:
        sys.exit("the check does not see sqlite3.h, openssl and boost where they are included")

    headers = sorted(path.relative_to(arguments.include).as_posix() for path in arguments.include.rglob("*.hpp"))
    if not headers:
        sys.exit(f"no header in {arguments.include}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        with_compiler = (arguments.compiler, arguments.include)
        own = [header for header in headers if not header.startswith(BRIDGES)]
        checks = [pool.submit(check, *with_compiler, header) for header in headers]
        checks += [pool.submit(check_older_standard, *with_compiler, header) for header in headers]
        checks += [pool.submit(check_macros, *with_compiler, own, value) for value in ("", "=1")]
        wrong = [line for done in checks for line in done.result()]
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(headers)} public headers, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
