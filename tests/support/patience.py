# SPDX-License-Identifier: MIT
"""How tests and measurements wait: for an event, never for a time."""
import time

#: seconds, after which nobody is slow any more: it hangs
PATIENCE = 300


def until(holds, seconds=PATIENCE):
    """Whether it does in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
