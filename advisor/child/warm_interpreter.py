"""An interpreter that imports the target once and forks for every request, where a fork is as good as a fresh one."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from . import process_tree
from .conversation import ENDED, EXIT_SECONDS, Running, await_answer
from .giving_up import ChildLimits, TreeMemory
from .interpreter import Children, watching
from .pipes import Event, OutputTail, Requests, read_event

FORKED_TASKS = ("profile", "profile_part", "inspect", "trial")
"""All others are about a fresh interpreter."""
ABOUT_THE_JOB = ("argv0", "target", "inputs", "unpack", "calls", "setup", "seed")
FORK_SECONDS = 10.0
"""For a fork to begin, on a busy machine."""


class WarmInterpreter:
    """Answers requests about one job, each in a fork of an interpreter that has imported the target.

    A request that a fork would not answer as a fresh interpreter does is passed on to a fresh one: a variable that
    native libraries read as they load, another interpreter or job, a task about interpreters. So is every request
    where importing the target left something that must not be forked: threads, open files and sockets, streams of
    random numbers that have been moved. Use as a context manager.
    """

    def __init__(self, children: Children) -> None:
        self._children = children
        self._stack = contextlib.ExitStack()
        self._standing: _Standing | None = None
        self._about: tuple[object, ...] | None = None
        self.obstacle: str | None = None
        """Why requests go to fresh interpreters, once that is known."""

    def __enter__(self) -> Self:
        """Nothing: the interpreter starts with the first request."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the interpreter."""
        self._standing = None
        self._stack.close()

    def ask(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        """Send one request; return its last event.

        Raises:
            ChildFailedError: there was no answer.
        """
        about = (python, *(request.get(name) for name in ABOUT_THE_JOB))
        is_first = self._about is None
        if request["task"] not in FORKED_TASKS or request.get("environment") or not (is_first or about == self._about):
            return self._children.ask(python, request, limits, on_event)
        if is_first:
            self._about = about
            return self._first(python, request, limits, on_event)
        if self._standing is None:
            return self._children.ask(python, request, limits, on_event)
        return self._forked(self._standing, request, limits, on_event)

    def _first(
        self, python: str, request: Mapping[str, Any], limits: ChildLimits, on_event: Callable[[Event], None]
    ) -> Event:
        child, requests, lines = self._stack.enter_context(self._children.probe(python))
        self._stack.enter_context(contextlib.closing(requests))
        asked = self._children.marked({**request, "stand_by": True})
        requests.send(asked)
        watch = watching(limits, child)
        with self._children.placing(child):
            stands = await_answer(child, lines, "standing_by", watch, on_event)
            self.obstacle = stands["obstacle"]
            if self.obstacle is not None:
                answer = await_answer(child, lines, request["task"], watch, on_event)
                self._stack.close()
                return answer
        self._standing = _Standing(child, requests, lines)
        return self._answer(self._standing, request["task"], limits, on_event)

    def _forked(
        self, standing: _Standing, request: Mapping[str, Any], limits: ChildLimits, on_event: Callable[[Event], None]
    ) -> Event:
        standing.child.output.clear()
        standing.requests.send(self._children.marked(request))
        return self._answer(standing, request["task"], limits, on_event)

    def _answer(self, standing: _Standing, task: str, limits: ChildLimits, on_event: Callable[[Event], None]) -> Event:
        answered = False
        with standing.fork() as fork, self._children.placing(fork):
            try:
                answer = await_answer(fork, standing.lines, task, watching(limits, fork), on_event)
                answered = True
            finally:
                if not fork.end(by_itself=answered):
                    self._standing = None
                    self._stack.close()
        return answer


class _Standing:
    """The interpreter that stands by, with its two pipes."""

    def __init__(self, child: Running, requests: Requests, lines: queue.Queue[str | None]) -> None:
        self.child = child
        self.requests = requests
        self.lines = lines

    @contextlib.contextmanager
    def fork(self) -> Iterator[_Fork]:
        """The fork that it makes for the request just sent.

        Raises:
            ChildFailedError: it made none.
        """
        starting = ChildLimits(silence_seconds=FORK_SECONDS, total_seconds=FORK_SECONDS, memory_bytes=2**63)
        began = await_answer(self.child, self.lines, "forked", watching(starting, self.child), lambda _event: None)
        yield _Fork(self, began["supervisor_pid"])


class _Fork:
    """One request in the making."""

    def __init__(self, standing: _Standing, supervisor_pid: int) -> None:
        self._standing = standing
        self._supervisor_pid = supervisor_pid
        self._status: int | None = None
        self.memory = TreeMemory(supervisor_pid)

    @property
    def output(self) -> OutputTail:
        """Of the interpreter: no other fork of it prints at the same time."""
        return self._standing.child.output

    def has_ended(self) -> bool:
        """Whether the interpreter itself is gone; that a fork is gone it says."""
        return self._status is not None or self._standing.child.has_ended()

    def says_end(self, event: Event | None) -> bool:
        """Whether the interpreter says that this fork is gone."""
        if event is None or event["event"] != ENDED:
            return False
        self._status = event["status"]
        return True

    def exit_status(self, seconds: float = EXIT_SECONDS) -> int | None:
        """As ``subprocess`` gives it, after a wait of at most that long; ``None`` where it goes on."""
        ends = time.monotonic() + seconds
        while self._status is None and time.monotonic() < ends:
            with contextlib.suppress(queue.Empty):
                line = self._standing.lines.get(timeout=max(0.0, ends - time.monotonic()))
                if line is None:
                    return self._standing.child.exit_status(seconds)
                self.says_end(read_event(line))
        return self._status

    def end(self, *, by_itself: bool) -> bool:
        """End what still runs of it, at once or after it had a moment to. Returns whether nothing runs any more."""
        if by_itself and self.exit_status(process_tree.SUPERVISING_SECONDS) is not None:
            return True
        if self._status is None:
            process_tree.kill_below(self._supervisor_pid, self.memory.seen.values())
        if self.exit_status(process_tree.SUPERVISING_SECONDS) is None:
            with contextlib.suppress(OSError):
                os.kill(self._supervisor_pid, signal.SIGKILL)
            return False
        return True
