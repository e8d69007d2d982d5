# SPDX-License-Identifier: MIT
"""The README's program of the library and the command that compiles it, as they are printed there."""
import pathlib
import re

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def program():
    """(name of the source file, its text, the command): the first block of C++, and the first line that begins with g++."""
    text = README.read_text(encoding="utf-8")
    source = re.search(r"^```cpp\n(.*?)^```", text, re.M | re.S)
    command = re.search(r"^(?:\$ )?(g\+\+ .*)$", text, re.M)
    if not source or not command:
        raise AssertionError("README.md has no block of C++, or no line that begins with g++")
    (name,) = re.findall(r"\S+\.cpp", command.group(1))
    return name, source.group(1), command.group(1)


def binary():
    """What the command makes."""
    found = re.search(r"-o (\S+)", program()[2])
    return found.group(1) if found else "a.out"
