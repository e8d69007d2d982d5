#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one of the judges of the OpenAPI document, with the packages of requirements.txt and of client/package-lock.json.

    run.py --cache FOLDER packages                                   makes what the others need
    run.py --cache FOLDER --binary drf-messages judge|states|scenarios|evidence|extensions|command|client [-k PATTERN]
    run.py --cache FOLDER --binary drf-messages requests [--examples N] [--seed N]

They are kept in FOLDER. Where they cannot be fetched, says so and exits with 77, which ctest shows as skipped.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import packages  # noqa: E402 pylint: disable=wrong-import-position

SUITES = ["judge", "states", "scenarios", "evidence", "extensions", "command", "client", "requests"]


def environment(cache):
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return packages.virtual_environment("openapi", packages.DEBIAN, [line for line in lines if not line.startswith("#")], cache)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "drf-messages-openapi")
    parser.add_argument("suite", choices=["packages", *SUITES])
    arguments, others = parser.parse_known_args()
    cache = arguments.cache.resolve()
    try:
        python = environment(cache)
        modules = packages.node_modules("client", HERE / "client", cache)
    except packages.Skipped as reason:
        print(f"SKIPPED: {reason}", flush=True)
        return packages.SKIPPED
    if arguments.suite == "packages":
        return 0
    variables = {**os.environ, "OPENAPI_BINARY": os.path.abspath(arguments.binary), "OPENAPI_NODE_MODULES": str(modules), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([python, HERE / f"test_{arguments.suite}.py", *others], env=variables, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
