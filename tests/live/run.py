#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the stories of test_identity.py, or of another suite, against one version of Django, on one database.

    run.py --binary drf-messages --django debian|3.2|4.2|5.2|6.0 [--database sqlite|postgresql|mariadb] [--cache FOLDER] [--engines NAME...] [-k PATTERN]

Versions other than Debian's come from the Python package index, into virtual environments that are kept in FOLDER. Where that can
not be, says so and exits with 77, which ctest shows as skipped.
"""
import argparse
import contextlib
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import packages  # noqa: E402 pylint: disable=wrong-import-position
import servers  # noqa: E402 pylint: disable=wrong-import-position

# What the package index is asked for, and from which Python on it runs.
VERSIONS = {
    "3.2": (["Django==3.2.25", "djangorestframework==3.14.0", "django-filter==23.1"], (3, 6), (3, 11)),
    "4.2": (["Django==4.2.*", "djangorestframework", "django-filter"], (3, 8), (3, 12)),
    "5.2": (["Django==5.2.*", "djangorestframework", "django-filter"], (3, 10), (3, 14)),
    "6.0": (["Django==6.0.*", "djangorestframework", "django-filter"], (3, 12), (3, 14)),
}
OTHERS = ["drf-messages", "django-redis", "django-redis-sessions", "gunicorn==23.0.0", "pymemcache", "redis", "setuptools<81"]


def pythons():
    """Every Python of this machine: (version, path)."""
    found = {}
    for path in [packages.DEBIAN, *glob.glob("/usr/bin/python3.*"), *glob.glob("/usr/local/bin/python3.*"),
                 *glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python3"))]:
        if re.fullmatch(r".*/python3(\.\d+)?", path):
            answer = subprocess.run([path, "-c", "import sys, ssl, sqlite3, venv; print(*sys.version_info[:2])"], capture_output=True, text=True,
                                    check=False)
            if answer.returncode == 0:
                found.setdefault(tuple(map(int, answer.stdout.split())), path)
    return sorted(found.items())


def virtual_environment(version, cache):
    wanted, lowest, highest = VERSIONS[version]
    usable = [path for number, path in pythons() if lowest <= number <= highest][-1:]
    if not usable:
        raise packages.Skipped(f"Django {version} needs Python {'.'.join(map(str, lowest))} or later, and this machine has none")
    return packages.virtual_environment(f"django-{version}", usable[0], [*wanted, *OTHERS], cache)


def database(kind, stack, folder):
    """DATABASES as Django has it; null is the SQLite file of the tests."""
    if kind == "sqlite":
        return None
    server = stack.enter_context(servers.KINDS[kind]())
    common = {"NAME": servers.DATABASE, "USER": "drf", "HOST": "127.0.0.1", "PORT": str(server.port)}
    if kind == "postgresql":
        return {"default": {"ENGINE": "django.db.backends.postgresql", **common}}
    return {"default": {"ENGINE": "django.db.backends.mysql", **common, "PASSWORD": "drf", "OPTIONS": {"charset": "utf8mb4"}}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--django", default="debian", choices=["debian", *VERSIONS])
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql", "mariadb"])
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "drf-messages-djangos")
    parser.add_argument("--suite", default="identity", choices=["identity", "check", "settings", "shop", "times"])
    parser.add_argument("--engines", nargs="*", default=[])
    arguments, unittest_arguments = parser.parse_known_args()
    try:
        python = packages.DEBIAN if arguments.django == "debian" else virtual_environment(arguments.django, arguments.cache.resolve())
    except packages.Skipped as reason:
        print(f"SKIPPED: {reason}", flush=True)
        return packages.SKIPPED
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="drf-messages-live-"))
        environment = {
            **os.environ,
            "DRF_MESSAGES_BINARY": os.path.abspath(arguments.binary),
            "DRF_MESSAGES_TEST_REDIS": stack.enter_context(servers.Redis()).url,
            "DRF_MESSAGES_TEST_MEMCACHED": stack.enter_context(servers.Memcached()).url,
            "LIVE_PYTHON": str(python),
            "LIVE_HAS_DRF_MESSAGES": "0" if arguments.django == "debian" else "1",
            "LIVE_DATABASE": json.dumps(database(arguments.database, stack, folder)),
            "LIVE_FOLDER": folder,
            "LIVE_ENGINES": " ".join(arguments.engines),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run([packages.DEBIAN, HERE / f"test_{arguments.suite}.py", *unittest_arguments], env=environment, cwd=HERE,
                              check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
