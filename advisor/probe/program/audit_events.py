"""What the iterations of a site do to the world outside the process, by the interpreter's own audit events."""

from __future__ import annotations

import _thread
import contextlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from .close_look import Watched

_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_KINDS = {
    "socket.connect": "network", "socket.sendto": "network", "socket.sendmsg": "network", "socket.bind": "network",
    "http.client.send": "network", "urllib.Request": "network", "smtplib.send": "network", "ftplib.sendcmd": "network",
    "os.remove": "file", "os.rename": "file", "os.mkdir": "file", "os.rmdir": "file", "os.truncate": "file",
    "os.link": "file", "os.symlink": "file", "os.chmod": "file", "os.chown": "file", "os.utime": "file",
    "shutil.copyfile": "file", "shutil.move": "file", "shutil.rmtree": "file", "tempfile.mkstemp": "file",
    "tempfile.mkdtemp": "file", "os.putenv": "environment", "os.unsetenv": "environment", "os.chdir": "environment",
    "subprocess.Popen": "process", "os.system": "process", "os.exec": "process", "os.fork": "process",
    "os.posix_spawn": "process", "os.spawn": "process", "os.kill": "process", "sqlite3.connect": "database",
}  # fmt: skip
MOST_NAMED = 3


class Active:
    """Which sites are inside an iteration now, for each thread."""

    def __init__(self) -> None:
        self._threads: dict[int, list[Watched]] = {}
        self._muted: set[int] = set()

    @contextlib.contextmanager
    def muted(self) -> Iterator[None]:
        """What this thread does meanwhile is the probe's own."""
        me = _thread.get_ident()
        self._muted.add(me)
        try:
            yield
        finally:
            self._muted.discard(me)

    def push(self, site: Watched) -> None:
        """An iteration of the site begins in this thread."""
        self._threads.setdefault(_thread.get_ident(), []).append(site)

    def pop(self, site: Watched) -> None:
        """It has ended."""
        stack = self._threads.get(_thread.get_ident(), [])
        for number in range(len(stack) - 1, -1, -1):
            if stack[number] is site:
                del stack[number]
                return

    def here(self) -> Sequence[Watched]:
        """The sites inside an iteration in this thread."""
        me = _thread.get_ident()
        return () if me in self._muted else self._threads.get(me, ())

    def clear(self) -> None:
        """Forget all."""
        self._threads.clear()


def listen(active: Active) -> None:
    """Note every event that sends, writes, deletes or starts something under the sites that it happens in."""
    if not hasattr(sys, "addaudithook"):
        return

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        kind = _KINDS.get(event, "file" if event == "open" else "")
        sites = active.here() if kind else ()
        if not sites or (event == "open" and not _opens_for_writing(arguments)):
            return
        for site in set(sites):
            _note(site, kind, event, arguments)

    sys.addaudithook(hook)


def _opens_for_writing(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = (*arguments, None, None, None)[:3]
    if isinstance(path, (str, bytes)) and os.fsdecode(path).startswith(("/dev/null", "/proc/")):
        return False
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING_FLAGS)


def _note(site: Watched, kind: str, event: str, arguments: tuple[Any, ...]) -> None:
    noted = site.effects.setdefault(kind, {"times": 0, "events": [], "examples": [], "shared": None})
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = os.fsdecode(arguments[0])
        # Written by one iteration, and now by another.
        if site.written.setdefault(path, site.timed_iterations) != site.timed_iterations:
            noted["shared"] = path
    noted["times"] += 1
    if event not in noted["events"]:
        noted["events"].append(event)
    if arguments and len(noted["examples"]) < MOST_NAMED:
        text = _shown(arguments[1] if event.startswith("socket.") and len(arguments) > 1 else arguments[0])
        if text not in noted["examples"]:
            noted["examples"].append(text)


def _shown(value: Any) -> str:
    try:
        return str(os.fsdecode(value) if isinstance(value, (bytes, os.PathLike)) else value)[:120]
    except Exception:
        return type(value).__name__
