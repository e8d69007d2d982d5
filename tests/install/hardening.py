#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cmake/Hardening.cmake asks for is in what was built.

    hardening.py --build FOLDER

FOLDER is one of the preset `packages`. Debian's hardening-check judges the server and the shared library, but for two things:
- the mark of control-flow protection, which the linker sets only where each object has it; Debian 12 compiles what starts a program
  without. So it is looked for in our own objects, merged: there it is lost by the first one that was compiled without;
- steps down the stack, of which it knows one form only. Here it is the other one, of large frames: a page at a time, each touched.
"""
import argparse
import pathlib
import platform
import re
import subprocess
import sys

STEP = re.compile(r"sub +\$0x1000,%rsp\n.*\bor[ql] +\$0x0,.*\(%rsp\)")
MARKS = {"x86_64": "x86 feature: IBT, SHSTK", "aarch64": "AArch64 feature: BTI, PAC"}


def output(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    build = parser.parse_args().build
    judged = output("hardening-check", "--nocfprotection", build / "drf-messages", build / "libdrf_messages.so")
    print(judged.stdout)
    problems = []
    if judged.returncode != 0:
        problems.append(f"hardening-check ended with {judged.returncode}")
    objects = build / "library/rooms.o"
    if platform.machine() == "x86_64" and not STEP.search(output("objdump", "--disassemble", "--no-show-raw-insn", objects).stdout):
        problems.append("no large frame is made page by page: stack clash protection")
    mark = MARKS.get(platform.machine())
    if mark and mark not in output("readelf", "--notes", objects).stdout:
        problems.append(f"an object is without control-flow protection ({mark})")
    print("\n".join(problems) or "server and library are hardened")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
