#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests clients/javascript with Node: the module against a server that does what a test wants, and the package as npm packs it.

    run.py --cache build/dev/npm [inbox package]

esbuild, TypeScript and React come from npm, into a folder that is kept. Where npm cannot be reached, says so and exits with 77, which
ctest shows as skipped, after the tests that need none of them.
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

CLIENT = HERE.parents[1] / "clients" / "javascript"


def node_tests(name, **environment):
    command = ["node", "--test", "--test-reporter=spec", str(HERE / f"{name}.test.mjs")]
    return subprocess.run(command, cwd=HERE, env={**os.environ, **environment}, check=False).returncode


def unpack(folder, modules):
    """Makes of the folder one whose node_modules have the package and what it is tested with."""
    there = folder / "node_modules"
    there.mkdir()
    for module in modules.iterdir():
        (there / module.name).symlink_to(module)
    packed = subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder], cwd=CLIENT, check=True, capture_output=True, text=True)
    subprocess.run(["tar", "-xzf", folder / packed.stdout.split()[-1], "-C", folder], check=True)
    os.rename(folder / "package", there / "drf-messages")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("names", nargs="*", default=["inbox", "package"])
    arguments = parser.parse_args()
    failed = node_tests("inbox") if "inbox" in arguments.names else 0
    if failed or "package" not in arguments.names:
        return failed
    try:
        modules = packages.node_modules("javascript", HERE, arguments.cache.resolve())
    except packages.Skipped as reason:
        print(f"SKIPPED: {reason}", flush=True)
        return packages.SKIPPED
    with tempfile.TemporaryDirectory(prefix="drf-messages-javascript-") as name:
        folder = pathlib.Path(name)
        unpack(folder, modules)
        return node_tests("package", JAVASCRIPT_FOLDER=name)


if __name__ == "__main__":
    sys.exit(main())
