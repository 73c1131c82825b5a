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
import time
from collections.abc import Iterator
from pathlib import Path

TRACKER = b"multiprocessing.resource_tracker"
TRACKER_SECONDS = 1.0


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
    if groups:
        kill_groups(groups)
    for mark in marks:
        kill_marked(mark)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def kill_groups(groups: set[int]) -> None:
    """End process groups; a resource tracker last, once it has removed what the others left."""
    deadline = time.monotonic() + TRACKER_SECONDS
    while time.monotonic() < deadline:
        members = dict(_members(groups))
        for pid, tracks in members.items():
            if not tracks:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        if not any(members.values()):
            break
        time.sleep(0.02)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def _members(groups: set[int]) -> list[tuple[int, bool]]:
    """(pid, whether it is a resource tracker) of every process in the groups, where the system shows them."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            pid = int(command.parent.name)
            if os.getpgid(pid) in groups:
                found.append((pid, TRACKER in command.read_bytes()))
    return found


def kill_marked(mark: bytes) -> None:
    """End what has left its group, where the system shows the environment of a process; resource trackers last."""
    deadline = time.monotonic() + TRACKER_SECONDS
    while marked := list(_marked(mark)):
        late = time.monotonic() > deadline
        for pid, tracks in marked:
            with contextlib.suppress(OSError):
                if late or not tracks:
                    os.kill(pid, signal.SIGKILL)
        if late:
            return
        time.sleep(0.02)


def _marked(mark: bytes) -> Iterator[tuple[int, bool]]:
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in environment.read_bytes().split(b"\0"):
                yield int(environment.parent.name), TRACKER in (environment.parent / "cmdline").read_bytes()


if __name__ == "__main__":
    main()
