"""The interpreters that run the user's code: start one, ask it one thing, end it and all that it started."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, Self

from ..errors import UnusableError
from . import process_tree
from .conversation import Answering, ChildFailedError, Running, await_answer, gave_up, placed
from .giving_up import ChildLimits, TreeMemory, Watch
from .host import memory_limit_bytes
from .pipes import Event, OutputTail, Requests, lines_of
from .post_mortem import crash_sentence

__all__ = ["MARKER", "PROBE", "Ask", "ChildFailedError", "ChildLimits", "Children", "Event"]

PROBE = Path(__file__).parents[1] / "probe" / "start.py"
SUPERVISOR = PROBE.with_name("supervisor.py")
GUARD = Path(__file__).with_name("guard.py")
MARKER = "ADVISOR_RUN"
POLL_SECONDS = 0.05
NO_MORE: Mapping[str, str] = MappingProxyType({})


class Ask(Protocol):
    """Whatever answers the probe's protocol: a child, or a simulated machine."""

    def __call__(
        self, python: str, request: Mapping[str, Any], limits: ChildLimits, on_event: Callable[[Event], None] = ...
    ) -> Event:
        """Answer a request, or raise ChildFailedError."""


class Children:
    """Starts every child of one analysis. Use as a context manager: at its end none is left."""

    def __init__(self, seed: int) -> None:
        self.folder = _private_folder()
        """Removed at the end, with all temporary files of the children in it."""
        self._marker = uuid.uuid4().hex
        self._environment = {
            **os.environ,
            MARKER: self._marker,
            "PYTHONHASHSEED": str(seed % 4294967296),
            "TMPDIR": str(self.folder / "tmp"),
        }
        self._guard = subprocess.Popen(
            [sys.executable, "-S", "-E", str(GUARD)],
            stdin=subprocess.PIPE,
            text=True,
            **process_tree.own_group(),
        )
        self._tell_guard(f"={MARKER}={self._marker}")
        self._tell_guard(str(self.folder))

    def __enter__(self) -> Self:
        """Nothing: the guard stands already."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End what still runs, remove the folder and let the guard go."""
        process_tree.kill_marked(MARKER, self._marker)
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            self._guard.communicate()

    @property
    def mark(self) -> Mapping[str, str]:
        """The variable by which every process of this analysis is known, wherever it hides."""
        return {MARKER: self._marker}

    @contextlib.contextmanager
    def guarding(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """A process that was started in a group of its own, ended at the end with all that it has started."""
        self._tell_guard(f"+{process.pid}")
        try:
            yield
        finally:
            process_tree.kill_tree(process)
            self._tell_guard(f"-{process.pid}")

    def ask(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        """Send the probe one request; return its last event.

        Raises:
            ChildFailedError: it failed, crashed, or went over a limit.
        """
        with self.probe(python) as (child, requests, lines), contextlib.closing(requests):
            requests.send(self.marked(request))
            watch = watching(limits, child)
            with self.placing(child):
                return await_answer(child, lines, request["task"], watch, on_event)

    @contextlib.contextmanager
    def probe(self, python: str) -> Iterator[tuple[Running, Requests, queue.Queue[str | None]]]:
        """A started probe, the pipe for its requests, and the lines that it answers.

        Raises:
            ChildFailedError: the interpreter cannot be started.
        """
        request_read, request_write = os.pipe()
        answer_read, answer_write = os.pipe()
        requests = Requests(request_write)
        answers = os.fdopen(answer_read, encoding="utf-8", errors="replace")
        ends = (process_tree.inheritable(request_read), process_tree.inheritable(answer_write))
        command = [python, str(PROBE), *(str(end) for end in ends)]
        with self.running(command, (request_read, answer_write)) as child:
            yield child, requests, lines_of(answers)

    def marked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The request, with the file in which the probe marks the item that it is at; nothing stands in it yet."""
        mark_file = self.folder / "mark"
        mark_file.unlink(missing_ok=True)
        return {**request, "mark_file": str(mark_file)}

    @contextlib.contextmanager
    def placing(self, child: Answering) -> Iterator[None]:
        """Add to a failure the item that was being called, and the line."""
        try:
            yield
        except ChildFailedError as error:
            raise placed(error, self.folder / "mark", child.output.text()) from None

    def run(self, command: Sequence[str], seconds: float, environment: Mapping[str, str] = NO_MORE) -> str:
        """Run a command to its end, with more in its environment. Returns the tail of what it printed.

        Raises:
            ChildFailedError: it took longer than ``seconds`` or ended with a status other than 0.
        """
        # ``-S -E``: it needs nothing that a site or a user may add, and passes all of it on.
        with self.running([command[0], "-S", "-E", str(SUPERVISOR), *command], (), environment) as child:
            try:
                status = child.process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise gave_up("timeout", f"it took longer than {seconds:g} s.", unusable=False) from None
            tail = child.output.text()
            crash = crash_sentence(status)
            if crash is not None:
                raise gave_up("crashed", crash, unusable=False)
            if status:
                last = tail.strip().splitlines()[-1:] or [f"exit status {status}"]
                raise gave_up("exited", last[0], unusable=False)
            return tail

    @contextlib.contextmanager
    def running(
        self, command: Sequence[str], descriptors: tuple[int, ...], environment: Mapping[str, str] = NO_MORE
    ) -> Iterator[Running]:
        """Start a command in a group of its own; at the end of the context nothing of it is left.

        Args:
            command: What to start.
            descriptors: Open in the child, and closed here.
            environment: What it has beside this analysis's own.

        Raises:
            ChildFailedError: it cannot be started.
        """
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**self._environment, **environment},
                **process_tree.inheriting(descriptors),
                **process_tree.own_group(),
            )
        except OSError as error:
            message = f"{command[0]} cannot be started: {error.strerror}."
            raise gave_up("exited", message, unusable=True) from None
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._tell_guard(f"+{process.pid}")
        child = Running(process=process, output=OutputTail(process), memory=TreeMemory(process.pid))
        try:
            yield child
        finally:
            process_tree.kill_tree(process, child.memory.seen.values())
            self._tell_guard(f"-{process.pid}")

    def _tell_guard(self, word: str) -> None:
        if self._guard.stdin is not None:
            with contextlib.suppress(OSError):
                self._guard.stdin.write(word + "\n")
                self._guard.stdin.flush()


def watching(limits: ChildLimits, child: Answering) -> Watch:
    """A watch over a child from now on."""
    return Watch(limits, child.memory, memory_limit_bytes(), time.monotonic)


MOST_SOCKET_PATH_BYTES = 103
"""Of the path of a Unix socket: 107 on Linux, 103 on macOS."""
SHORT_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 - only to make a folder of its own in, by mkdtemp


def short_enough(folder: str) -> str:
    """The folder itself, or a shorter one where a socket of ``multiprocessing`` below it would have too long a path."""
    longest = f"{folder}/advisor-12345678/tmp/pymp-12345678/listener-12345678"
    if len(os.fsencode(longest)) <= MOST_SOCKET_PATH_BYTES:
        return folder
    return next((short for short in SHORT_FOLDERS if os.access(short, os.W_OK)), folder)


def _private_folder() -> Path:
    """A folder for one analysis, with one in it for the temporary files of its children.

    Raises:
        UnusableError: none can be made.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="advisor-", dir=short_enough(tempfile.gettempdir())))
        (folder / "tmp").mkdir()
    except OSError as error:
        words = error.strerror or str(error)
        raise UnusableError(
            f"No temporary folder can be made: {words}. Make room, or set TMPDIR to a folder that has some."
        ) from None
    return folder
