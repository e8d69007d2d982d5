#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges what orchestrators are given, and starts what they would start, with the packages of requirements.txt.

    run.py --cache FOLDER --binary drf-messages compose|kubernetes|operate [-k PATTERN]

They are kept in FOLDER. Where they cannot be fetched, says so and exits with 77, which ctest shows as skipped.
"""
import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import packages  # noqa: E402 pylint: disable=wrong-import-position


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("suite", choices=["compose", "kubernetes", "operate"])
    arguments, others = parser.parse_known_args()
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    try:
        python = packages.virtual_environment("deploy", packages.DEBIAN, [line for line in lines if not line.startswith("#")],
                                              arguments.cache.resolve())
    except packages.Skipped as reason:
        print(f"SKIPPED: {reason}", flush=True)
        return packages.SKIPPED
    variables = {**os.environ, "DRF_MESSAGES_BINARY": os.path.abspath(arguments.binary), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([python, HERE / f"test_{arguments.suite}.py", *others], env=variables, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
