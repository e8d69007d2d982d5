#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An example that prints pages: test_page.py PROGRAM EXPECTED; blank lines do not count."""
import difflib
import pathlib
import subprocess
import sys


def lines(text):
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def main():
    program, expected = sys.argv[1:]
    printed = subprocess.run([program], check=True, text=True, stdout=subprocess.PIPE, timeout=300).stdout
    wanted = pathlib.Path(expected).read_text(encoding="utf-8")
    difference = list(difflib.unified_diff(lines(wanted), lines(printed), "expected", "printed", lineterm=""))
    print("\n".join(difference))
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
