"""Outlives the program by a moment: kills its children and removes its folder if it dies unable to.

Run as ``python -S -E guard.py``. Lines on standard input: ``+N`` process group N lives, ``-N`` it is gone,
``=NAME=VALUE`` is in the environment of every process to end, ``/path`` a folder to remove. Standard input
ends when the program does, however it dies; then the guard acts.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path


def main() -> None:
    """Read until the program is gone, then clean up what it left."""
    # Ctrl-C and a terminal's hang-up reach the whole group; the guard is for what comes after.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    groups: set[int] = set()
    folders: list[str] = []
    marks: list[bytes] = []
    for line in sys.stdin:
        word = line.rstrip("\n")
        if word.startswith("+"):
            groups.add(int(word[1:]))
        elif word.startswith("-"):
            groups.discard(int(word[1:]))
        elif word.startswith("="):
            marks.append(os.fsencode(word[1:]))
        else:
            folders.append(word)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    for mark in marks:
        kill_marked(mark)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def kill_marked(mark: bytes) -> None:
    """End what has left its group, where the system shows the environment of a process."""
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)


if __name__ == "__main__":
    main()
