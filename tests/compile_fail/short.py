#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the compiler says about a mistake has at most eight lines, and names what to write instead.

    short.py --says "level::warning" -- g++ -std=c++20 -fsyntax-only -DMISTAKE=1 short.cpp
"""
import argparse
import subprocess
import sys

MOST_LINES = 8


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--says", required=True)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    done = subprocess.run(arguments.command, text=True, capture_output=True, check=False)
    lines = done.stderr.splitlines()
    if done.returncode == 0 or len(lines) > MOST_LINES or arguments.says not in done.stderr:
        sys.exit(f"{len(lines)} lines, or not {arguments.says}:\n" + "\n".join(lines[:30]))


if __name__ == "__main__":
    main()
