# SPDX-License-Identifier: MIT
"""unit_filter.py COMMAND...: runs it with the system calls that the packaged unit allows, as systemd would, also where no systemd runs.

systemd-analyze says what its names for groups of calls (@system-service) stand for.
"""
import ctypes
import errno
import os
import pathlib
import re
import subprocess
import sys

UNIT = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging/drf-messages.service"
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


def groups():
    """Names of calls, and of groups, by the name of their group."""
    found, name = {}, None
    for line in subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout.splitlines():
        word = line.strip()
        if line.startswith("@"):
            name = word
            found[name] = []
        elif not line.strip():
            name = None
        elif name and not word.startswith("#"):
            found[name].append(word)
    return found


def calls(words, known):
    return {call for word in words for call in (calls(known[word], known) if word.startswith("@") else (word,))}


def allowed(unit):
    """The calls that the lines SystemCallFilter= leave, of which the first is a list of what is allowed."""
    known = groups()
    result = calls(["@default"], known)
    for line in re.findall(r"(?m)^SystemCallFilter=(.*)$", unit):
        named = calls(line.removeprefix("~").split(), known)
        result = result - named if line.startswith("~") else result | named
    return result


def confine(names):
    """From now on this process, and whatever it becomes, has these system calls only."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(REFUSE)))
    for name in sorted(names):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            problem = library.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), number, 0)
            if problem:
                raise OSError(-problem, name)
    problem = library.seccomp_load(context)
    if problem:
        raise OSError(-problem, "seccomp_load")


if __name__ == "__main__":
    confine(allowed(UNIT.read_text(encoding="utf-8")))
    os.execvp(sys.argv[1], sys.argv[1:])
