"""Outlives the program by a moment: kills its children and removes its folder if it dies unable to.

Run as ``python -S -E guard.py``. Lines on standard input: ``+N`` process group N lives, ``-N`` it is gone,
``/path`` a folder to remove. Standard input ends when the program does, however it dies; then the guard acts.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys


def main() -> None:
    """Read until the program is gone, then clean up what it left."""
    # Ctrl-C and a terminal's hang-up reach the whole group; the guard is for what comes after.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    groups: set[int] = set()
    folders: list[str] = []
    for line in sys.stdin:
        word = line.rstrip("\n")
        if word.startswith("+"):
            groups.add(int(word[1:]))
        elif word.startswith("-"):
            groups.discard(int(word[1:]))
        else:
            folders.append(word)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
