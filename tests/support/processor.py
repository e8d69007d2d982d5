# SPDX-License-Identifier: MIT
"""What processes have cost."""
import contextlib
import pathlib


def processor_seconds(pids):
    """Of all their threads, to the nanosecond; the ticks of /proc/PID/stat are too coarse for a turn of a second."""
    total = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError): # a thread that has just ended
                total += int(task.read_text(encoding="ascii").split()[0])
    return total / 1e9
