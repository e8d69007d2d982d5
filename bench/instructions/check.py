# SPDX-License-Identifier: MIT
"""Counts the instructions of a request by callgrind and holds them against the budget, with two per cent of slack.

    check.py REQUEST_COST [--update]
    check.py REQUEST_COST --against ANOTHER [--output FILE]     what it takes more than another build of the same

Instructions do not depend on what else the machine does, nor on its processor: glibc and OpenSSL are told to use none of its extensions.
The program has a fixed clock, fixed rows and one thread. The budget is that of the release preset with Debian 12's compiler; what changed
on purpose is recorded by --update, and reviewed with the change.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BUDGET = pathlib.Path(__file__).with_name("budget.json")
SLACK = 1.02
FEW, MANY = 20, 120
PLAIN = {**os.environ, "OPENSSL_ia32cap": "0:0",
         "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM,-BMI1,-BMI2,-LZCNT,-MOVBE,-SSE4_1,-SSE4_2,-SSSE3"}


def instructions(program, name, count, *more):
    with tempfile.TemporaryDirectory(prefix="drf-messages-bench-") as folder:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, name, str(count), *more],
                              capture_output=True, text=True, check=False, env=PLAIN)
        found = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode != 0 or not found:
            raise RuntimeError(done.stderr + done.stdout)
        return int(found.group(1))


def counts(program):
    """Instructions of each request, by its name."""
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    # What starting costs is in both.
    return {name: (instructions(program, name, MANY) - instructions(program, name, FEW)) // (MANY - FEW) for name in names}


def compare(mine, others, output):
    counted = {name: {"instructions": count, "of the other": others[name], "more": round(count / others[name] - 1, 4)} for name, count in mine.items()}
    for name, row in counted.items():
        print(f"{name:16} {row['instructions']:9,} instructions, the other's {row['of the other']:9,}: {100 * row['more']:+.2f} %")
    if output:
        output.write_text(json.dumps(counted, indent=2) + "\n")
    return 1 if any(1 + row["more"] > SLACK for row in counted.values()) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--against")
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    counted = counts(options.program)
    if options.against:
        return compare(counted, counts(options.against), options.output)
    if options.update:
        BUDGET.write_text(json.dumps(counted, indent=2) + "\n")
        return 0
    if not BUDGET.exists():
        sys.exit(f"{BUDGET.name} is not there yet: --update records it")
    budget = json.loads(BUDGET.read_text())
    over = 0
    for name, count in counted.items():
        allowed = budget.get(name, 0)
        verdict = "over the budget" if count > allowed * SLACK else "below: record it with --update" if count * SLACK < allowed else "ok"
        over += verdict == "over the budget"
        print(f"{name:16} {count:9,} instructions, budget {allowed:9,}: {verdict}")
    return 1 if over or set(budget) != set(counted) else 0


if __name__ == "__main__":
    sys.exit(main())
