"""Work done by child processes: this process waits, yet the cores are the limit."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
value = int(sys.argv[1])
for _ in range(100_000):
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648
print(value)
"""


def child_seeds() -> list[int]:
    """Return 24 seeds."""
    return list(range(24))


def compute_in_child(seed: int) -> int:
    """Return what a Python program of about 60 ms printed, start-up included."""
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, str(seed)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
