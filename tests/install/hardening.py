#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cmake/Hardening.cmake asks for is in what was built.

    hardening.py --build FOLDER [--compiler FILE]

FOLDER is one of the preset `packages`. Debian's hardening-check judges the server and the shared library, but for two things:
- the mark of control-flow protection, which the linker sets only where each object has it; Debian 12 compiles what starts a program
  without. So it is looked for in our own objects, merged: there it is lost by the first one that was compiled without;
- steps down the stack, of which it knows one form only. Here it is the other one, of large frames: a page at a time, each touched.

First a small program is judged in the same way: as it should be, and with each of the protections left out, which has to be noticed.
"""
import argparse
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

STEP, TOUCH = re.compile(r"\bsub +\$0x1000,%rsp$"), re.compile(r"\bor[bwlq] +\$0x0,.*\(%rsp\)$")
MARKS = {"x86_64": "x86 feature: SHSTK", "aarch64": "AArch64 feature: BTI, PAC"}
OURS = re.compile(r"-f(stack|cf)-\S+|-[DU]_FORTIFY_SOURCE\S*|-mbranch-protection=\S+")
PROGRAM = r"""
#include <cstdio>
#include <cstring>
int main(int, char** words) {
    char few[16];
    char many[65536];
    std::strcpy(few, words[0]);
    std::strcpy(many, words[0]);
    std::puts(few);
    return std::puts(many);
}
"""
# what is left out: when compiling, when linking, what is said of it
LEFT_OUT = {
    "stack protector": ("-fno-stack-protector", "", "Stack protected: no"),
    "checked copies": ("-U_FORTIFY_SOURCE", "", "Fortify Source functions: no"),
    "steps of a page": ("-fno-stack-clash-protection", "", "no large frame"),
    "control-flow protection": ("-fcf-protection=none", "", "control-flow protection"),
    "a place that nobody foresees": ("", "-no-pie", "Position Independent Executable: no"),
    "relocations that are read-only": ("", "-Wl,-z,norelro", "Read-only relocations: no"),
    "all of them before main": ("", "-Wl,-z,lazy", "Immediate binding: no"),
}
if platform.machine() == "aarch64":
    LEFT_OUT["control-flow protection"] = ("-mbranch-protection=none", "", "control-flow protection")
if platform.machine() != "x86_64":
    del LEFT_OUT["steps of a page"]


def output(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def run(*command):
    done = output(*command)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def steps_by_pages(objects):
    """Whether a page is touched right after the stack has grown by one."""
    with subprocess.Popen(["objdump", "--disassemble", "--no-show-raw-insn", objects], stdout=subprocess.PIPE, text=True) as listing:
        before = ""
        for line in listing.stdout:
            if TOUCH.search(line) and STEP.search(before):
                listing.kill()
                return True
            before = line
    return False


def problems(programs, objects):
    """A line for each protection that the programs lack, or the objects that they were made of."""
    judged = output("hardening-check", "--nocfprotection", *programs)
    found = [line.strip() for line in judged.stdout.splitlines() if re.search(r": no\b(?!.*ignored)", line)]
    if judged.returncode != 0 and not found:
        found.append(f"hardening-check ended with {judged.returncode}:\n{judged.stdout}")
    if platform.machine() == "x86_64" and not steps_by_pages(objects):
        found.append("no large frame is made page by page (stack clash protection)")
    mark = MARKS.get(platform.machine())
    if mark and mark not in run("readelf", "--notes", objects):
        found.append(f"an object is without control-flow protection ({mark})")
    return found


def of_sample(compiler, flags, compiling, linking):
    """What is found in a small program with the flags and these."""
    with tempfile.TemporaryDirectory(prefix="drf-messages-hardening-") as folder:
        source, objects, program = (pathlib.Path(folder) / name for name in ("sample.cpp", "sample.o", "sample"))
        source.write_text(PROGRAM, encoding="ascii")
        run(compiler, "-O2", "-fPIC", *flags, *compiling.split(), "-c", source, "-o", objects)
        run(compiler, "-pie", "-Wl,-z,relro,-z,now", *linking.split(), objects, "-o", program)
        return problems([program], objects)


def test_of_this_test(compiler, build):
    commands = (build / "build.ninja").read_text(encoding="utf-8")
    flags = [found.group(0) for found in OURS.finditer(next(line for line in commands.splitlines() if "FLAGS = " in line and "-f" in line))]
    if found := of_sample(compiler, flags, "", ""):
        raise AssertionError(f"a program with {' '.join(flags)}: {found}")
    for what, (compiling, linking, word) in LEFT_OUT.items():
        found = of_sample(compiler, flags, compiling, linking)
        if len(found) != 1 or word not in found[0]:
            raise AssertionError(f"a program without {what} ({compiling}{linking}): {found}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--compiler", default="c++")
    options = parser.parse_args()
    test_of_this_test(options.compiler, options.build)
    found = problems([options.build / "drf-messages", options.build / "libdrf_messages.so"], options.build / "library/rooms.o")
    print("\n".join(found) or "server and library are hardened")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
