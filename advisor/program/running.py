"""Runs the program in an interpreter of its own, as a shell would: its streams, terminal and signals are its own."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from ..child.interpreter import Children
from ..errors import UnusableError
from ..records.program import ProgramCommand
from .standard_input import StandardInput

LAUNCHER = Path(__file__).parents[1] / "probe" / "program" / "launch.py"
GIVEN_UP_SECONDS = 3.0
"""For a program that was told to end."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a run of the program went."""

    exit_status: int
    """Negative for a signal."""
    wall_seconds: float
    """From the launch to its end, without what watching it took before its first line."""
    cpu_seconds: float
    interrupted_after_seconds: float | None
    """When Ctrl-C was passed on to it, if it was."""
    watched: Mapping[str, Any] | None
    """What was written of it; ``None`` where it ended without a word."""
    last_words: str
    """The end of its standard error, where that was not the user's."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What to run and how to look at it."""

    name: str
    command: ProgramCommand
    request: Mapping[str, Any]
    """More fields of the launcher's request."""
    shown: bool
    """Whether it has the user's own standard streams, or is a second run that nobody is to see."""
    interrupt_after_seconds: float | None = None
    """When to pass Ctrl-C, for a program that the first time ended by it."""
    most_seconds: float | None = None


class Interruptions:
    """Passes signals on to the program. A request to end other than Ctrl-C ends the whole command afterwards."""

    def __init__(self) -> None:
        self.after_seconds: float | None = None
        self.told_to_end = False
        self.began = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        """The first process of the program's group, once there is one."""
        self.program: int | None = None
        """The process under it that runs the program, once it is known."""

    def send(self, number: int, _frame: FrameType | None = None) -> None:
        """A signal reached this process, or is to be sent."""
        self.told_to_end = self.told_to_end or number != signal.SIGINT
        if self.after_seconds is None:
            self.after_seconds = time.monotonic() - self.began
        if self.process is None:
            raise KeyboardInterrupt
        with contextlib.suppress(OSError):
            # Ctrl-C reaches all that runs in a terminal's foreground; other signals a process.
            if number == signal.SIGINT:
                os.killpg(self.process.pid, number)
            elif self.program is not None:
                os.kill(self.program, number)

    @contextlib.contextmanager
    def passed_on(self) -> Iterator[None]:
        """Have them passed on; only a main thread can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
        for number, handler in before.items():
            if handler != signal.SIG_IGN:
                signal.signal(number, self.send)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run_program(children: Children, python: str, look: Look, standard_input: StandardInput) -> Ended:
    """Run it to its end.

    Raises:
        UnusableError: the interpreter cannot be started.
        KeyboardInterrupt: the command itself was told to end.
    """
    folder = children.folder / look.name
    folder.mkdir(mode=0o700)
    request = {
        **look.request,
        "script": look.command.script,
        "typed": look.command.script,
        "module": look.command.module,
        "arguments": look.command.arguments,
        "folder": str(folder),
        "launched_seconds": time.monotonic(),
    }
    (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    interruptions = Interruptions()
    with interruptions.passed_on(), contextlib.ExitStack() as stack:
        streams = _streams(look, folder, stack, standard_input)
        began = time.monotonic()
        try:
            process = subprocess.Popen(
                [python, str(LAUNCHER), str(folder / "request.json")],
                env={**os.environ, **children.mark},
                process_group=0,
                **streams,
            )
        except OSError as error:
            raise UnusableError(f"{python} cannot be started: {error.strerror}.") from None
        with children.guarding(process), _foreground(process, look.shown):
            _await_end(process, look, interruptions, folder)
            ended = time.monotonic()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if interruptions.told_to_end:
        raise KeyboardInterrupt
    watched = _read_watched(folder)
    own_seconds = float(watched["own_seconds"]) if watched else 0.0
    return Ended(
        exit_status=process.returncode,
        wall_seconds=max(0.001, ended - began - own_seconds),
        cpu_seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        interrupted_after_seconds=interruptions.after_seconds,
        watched=watched,
        last_words=_tail(folder / "stderr"),
    )


def _await_end(process: subprocess.Popen[bytes], look: Look, interruptions: Interruptions, folder: Path) -> None:
    interruptions.began = began = time.monotonic()
    interruptions.process = process
    while not _has_ended(process, _patience(look, began, known=interruptions.program is not None)):
        interruptions.program = interruptions.program or _program_pid(folder)
        passed = time.monotonic() - began
        due = look.interrupt_after_seconds
        if due is not None and interruptions.after_seconds is None and passed >= due:
            interruptions.send(signal.SIGINT)
        limit = look.most_seconds
        if limit is not None and passed > limit + (GIVEN_UP_SECONDS if look.interrupt_after_seconds else 0.0):
            return


def _has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it ends within so many seconds; ``Popen.wait`` with a timeout looks but twenty times a second."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.poll() is not None
    try:
        ended = bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
    return ended and process.wait() is not None


def _patience(look: Look, began: float, known: bool) -> float:
    """Seconds until there may be something to do."""
    if not known:
        return 0.02
    until = [when for when in (look.interrupt_after_seconds, look.most_seconds) if when is not None]
    return max(0.02, min(0.5, *(began + when - time.monotonic() for when in until))) if until else 0.5


def _program_pid(folder: Path) -> int | None:
    try:
        return int((folder / "pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _streams(look: Look, folder: Path, stack: contextlib.ExitStack, standard_input: StandardInput) -> dict[str, Any]:
    streams: dict[str, Any] = {"stdin": stack.enter_context(standard_input.of_a_run())}
    if not look.shown:
        streams["stdout"] = subprocess.DEVNULL
        streams["stderr"] = stack.enter_context((folder / "stderr").open("wb"))
    else:
        sys.stdout.flush()
        sys.stderr.flush()
    return streams


@contextlib.contextmanager
def _foreground(process: subprocess.Popen[bytes], shown: bool) -> Iterator[None]:
    """Give the program the terminal while it runs, as a shell does, so that Ctrl-C is its own."""
    terminal = _terminal() if shown else None
    if terminal is None:
        yield
        return
    own = os.getpgrp()
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN) if _is_main_thread() else None
    try:
        os.tcsetpgrp(terminal, process.pid)
        os.killpg(process.pid, signal.SIGCONT)
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, own)
        if before is not None:
            signal.signal(signal.SIGTTOU, before)


def _terminal() -> int | None:
    """The descriptor of the terminal that this process has in the foreground."""
    for stream in (0, 1, 2):
        with contextlib.suppress(OSError):
            if os.isatty(stream) and os.tcgetpgrp(stream) == os.getpgrp():
                return stream
    return None


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _read_watched(folder: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / "watched.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _tail(path: Path, most_bytes: int = 4_000) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - most_bytes))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def remove_items(folder: Path) -> None:
    """What was kept of a program's data goes as soon as it is no longer needed."""
    shutil.rmtree(folder, ignore_errors=True)
