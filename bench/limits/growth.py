# SPDX-License-Identifier: MIT
"""Doubles each input of a request up to its limit and holds the instructions, counted by callgrind, against those before: at most double,
give or take a tenth.

    growth.py INPUT_COST
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "instructions"))
from check import PLAIN  # noqa: E402

MOST = 2.2


def counted(program):
    """The instructions by input and size, in the order in which they were counted."""
    with tempfile.TemporaryDirectory(prefix="drf-messages-bench-") as folder:
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, "growth"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, env=PLAIN, text=True)
        parts = {}
        for path in pathlib.Path(folder).iterdir():
            text = path.read_text(errors="replace")
            name = re.search(r"^desc: Trigger: Client Request: (.*)\t(\d+)$", text, re.MULTILINE)
            if name:
                number = int(re.search(r"^part: (\d+)$", text, re.MULTILINE).group(1))
                total = int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE).group(1))
                parts[number] = (name.group(1), int(name.group(2)), total)
    return [parts[number] for number in sorted(parts)]


def main():
    before, over = None, 0
    for name, size, instructions in counted(sys.argv[1]):
        line = f"{name:28} {size:9,} {instructions:13,}"
        if before and before[0] == name:
            ratio = instructions / before[2]
            over += ratio > MOST
            line += f"  {ratio:.2f}" + ("  grows faster than the input" if ratio > MOST else "")
        print(line)
        before = (name, size, instructions)
    if before is None:
        sys.exit("callgrind has counted nothing")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
