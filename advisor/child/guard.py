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
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Found = tuple[int, bool]
"""A process by its number, and whether it is a resource tracker of ``multiprocessing``."""
TRACKER = b"multiprocessing.resource_tracker"
TRACKER_SECONDS = 1.0
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows ends a process at any signal."""


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
    """End process groups; a system that does not show their processes has all of a group ended at once."""
    if sys.platform == "win32":
        for group in groups:
            _kill_tree_of_windows(group)
        return
    kill_found(lambda: _members(groups))
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def _kill_tree_of_windows(pid: int) -> None:
    """End a process and all below it; Windows has no groups that outlive their first process."""
    command = Path(os.environ.get("SYSTEMROOT", "C:/Windows"), "System32", "taskkill.exe")
    with contextlib.suppress(OSError):
        subprocess.run([command, "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)


def kill_marked(mark: bytes) -> None:
    """End what has left its group, where the system shows the environment of a process."""
    kill_found(lambda: _marked(mark))


def kill_found(find: Callable[[], Iterable[Found]]) -> None:
    """End what ``find`` finds until it finds nothing; resource trackers last, once they have cleaned up."""
    deadline = time.monotonic() + TRACKER_SECONDS
    while found := list(find()):
        late = time.monotonic() > deadline
        for pid, tracks in found:
            with contextlib.suppress(OSError):
                if late or not tracks:
                    os.kill(pid, KILL)
        if late:
            return
        time.sleep(0.02)


def _members(groups: set[int]) -> Iterator[Found]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            pid = int(process.name)
            # What has ended and waits for its parent has no command any more.
            if os.getpgid(pid) in groups and (command := (process / "cmdline").read_bytes()):
                yield pid, TRACKER in command


def _marked(mark: bytes) -> Iterator[Found]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name), TRACKER in (process / "cmdline").read_bytes()


if __name__ == "__main__":
    main()
