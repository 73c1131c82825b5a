"""Waiting for the answer of an interpreter, and what to say of one that gives none."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..errors import AdvisorError
from ..records import Failure
from .giving_up import TreeMemory, Watch
from .pipes import Event, OutputTail, read_event
from .post_mortem import crash_sentence, describe_item, describe_place

POLL_SECONDS = 0.05
DUMP_SECONDS = 0.3
"""For an interpreter that is given up to say where it was."""
EXIT_SECONDS = 2.0
"""For one that has closed its pipe to end."""
ENDED = "ended"
"""The event by which an interpreter says that a fork of it is gone."""
BEFORE_CALLS = ("facts", "standing_by", "forked")
"""Events that come before the job's set-up has run, or before the first call."""


class ChildFailedError(AdvisorError):
    """The child gave no answer; ``failure`` says why, ``unusable`` that no call had been made yet."""

    def __init__(self, failure: Failure, unusable: bool) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.unusable = unusable


class Answering(Protocol):
    """Who has been asked: a running interpreter, or a fork of one."""

    @property
    def output(self) -> OutputTail:
        """The end of what it prints."""

    @property
    def memory(self) -> TreeMemory:
        """What it and all that it started hold."""

    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""

    def says_end(self, event: Event | None) -> bool:
        """Whether an event says that it has ended."""

    def exit_status(self, seconds: float = EXIT_SECONDS) -> int | None:
        """As ``subprocess`` gives it, after a wait of at most that long; ``None`` where it goes on."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """A running interpreter, the end of what it has printed, and what it holds."""

    process: subprocess.Popen[bytes]
    output: OutputTail
    memory: TreeMemory

    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.process.poll() is not None

    def says_end(self, event: Event | None) -> bool:
        """No event does: its pipe is closed."""
        del event
        return False

    def exit_status(self, seconds: float = EXIT_SECONDS) -> int | None:
        """As ``subprocess`` gives it, after a wait of at most that long; ``None`` where it goes on."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(seconds)
        return None


def await_answer(
    child: Answering, lines: queue.Queue[str | None], task: str, watch: Watch, on_event: Callable[[Event], None]
) -> Event:
    """The event that answers ``task``; those on the way there are handed to ``on_event``.

    Raises:
        ChildFailedError: there will be none.
    """
    while True:
        event = _next_event(child, lines, watch)
        if event["event"] == "failed":
            kind = event["kind"]
            failure = Failure(kind="raised" if kind == "unusable" else kind, message=event["message"])
            raise ChildFailedError(failure, unusable=kind == "unusable" or not watch.begun)
        if event["event"] == task:
            return event
        watch.begun = watch.begun or event["event"] not in BEFORE_CALLS
        on_event(event)


def _next_event(child: Answering, lines: queue.Queue[str | None], watch: Watch) -> Event:
    ended = False
    while True:
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if ended:
                # Something that it started and that outlives it holds the pipe open.
                raise _crash(child, unusable=not watch.begun) from None
            ended = child.has_ended()
            complaint = watch.complaint()
            if complaint is not None:
                if complaint.kind == "timeout":
                    _dump(child)
                raise ChildFailedError(complaint, unusable=not watch.begun) from None
            continue
        event = read_event(line) if line is not None and line.endswith("\n") else None
        if line is None or not line.endswith("\n") or child.says_end(event):
            raise _crash(child, unusable=not watch.begun)
        if event is not None:
            watch.heard()
            return event


def _dump(child: Answering) -> None:
    """Let the interpreter print where it is: its handler of SIGABRT does, whatever it is busy with."""
    pid = child.memory.supervised_pid()
    if sys.platform != "win32" and pid is not None:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGABRT)
            child.exit_status(DUMP_SECONDS)


def placed(error: ChildFailedError, mark_file: Path, output: str) -> ChildFailedError:
    """The failure with the item that was being called and the line, where the interpreter could not say so."""
    failure = error.failure
    if failure.kind not in ("timeout", "crashed", "exited") or not failure.message.endswith("."):
        return error
    if failure.kind == "exited" and "sys.exit" in failure.message:
        return error
    where = ("" if error.unusable else describe_item(mark_file)) + describe_place(output)
    if where in failure.message:
        return error
    message = f"{failure.message[:-1]}{where}."
    return ChildFailedError(Failure(kind=failure.kind, message=message), error.unusable)


def gave_up(kind: Any, message: str, unusable: bool) -> ChildFailedError:
    """The error for a failure that is told by its kind and a sentence."""
    return ChildFailedError(Failure(kind=kind, message=message), unusable)


def _crash(child: Answering, unusable: bool) -> ChildFailedError:
    status = child.exit_status()
    if status is None:
        return gave_up("exited", "the interpreter closed every file it had open.", unusable)
    crash = crash_sentence(status)
    if crash is not None:
        return gave_up("crashed", crash, unusable)
    last = [line for line in child.output.text().strip().splitlines() if line.strip()][-1:]
    said = f" Its last words: {last[0][:200].rstrip('.')}." if last and status > 0 else ""
    return gave_up("exited", f"the interpreter ended by itself with status {status}.{said}", unusable)
