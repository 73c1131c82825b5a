"""The interpreters that run the user's code: start one, ask it one thing, end it and all that it started."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, Self

from ..errors import AdvisorError, UnusableError
from ..records import Failure
from . import process_tree
from .giving_up import Limits, TreeMemory, Watch
from .host import memory_limit_bytes
from .pipes import Event, lines_of, read_event, tail_of, write_all
from .post_mortem import item_words, place_words

__all__ = ["MARKER", "PROBE", "Ask", "ChildFailedError", "Children", "Event", "Limits"]

PROBE = Path(__file__).parents[1] / "probe" / "start.py"
MINDING = PROBE.with_name("minding.py")
GUARD = Path(__file__).with_name("guard.py")
MARKER = "ADVISOR_RUN"
POLL_SECONDS = 0.05
NO_MORE: Mapping[str, str] = MappingProxyType({})
DUMP_SECONDS = 0.3
"""For an interpreter that is given up to say where it was."""


class ChildFailedError(AdvisorError):
    """The child gave no answer; ``failure`` says why, ``unusable`` that no call had been made yet."""

    def __init__(self, failure: Failure, unusable: bool) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.unusable = unusable


class Ask(Protocol):
    """Whatever answers the probe's protocol: a child, or a simulated machine."""

    def __call__(
        self, python: str, request: Mapping[str, Any], limits: Limits, on_event: Callable[[Event], None] = ...
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
        limits: Limits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        """Send the probe one request; return its last event.

        Raises:
            ChildFailedError: it failed, crashed, or went over a limit.
        """
        request_read, request_write = os.pipe()
        answer_read, answer_write = os.pipe()
        ends = (process_tree.inheritable(request_read), process_tree.inheritable(answer_write))
        command = [python, str(PROBE), *(str(end) for end in ends)]
        mark_file = self.folder / "mark"
        mark_file.unlink(missing_ok=True)
        asked = {**request, "mark_file": str(mark_file)}
        with self._running(command, (request_read, answer_write)) as child:
            threading.Thread(target=write_all, args=(request_write, asked), daemon=True).start()
            lines = lines_of(os.fdopen(answer_read, encoding="utf-8", errors="replace"))
            watch = Watch(limits, child.memory, memory_limit_bytes(), time.monotonic)
            try:
                return _await_answer(child, lines, request["task"], watch, on_event)
            except ChildFailedError as error:
                raise _placed(error, mark_file, child.output()) from None

    def run(self, command: Sequence[str], seconds: float, environment: Mapping[str, str] = NO_MORE) -> str:
        """Run a command to its end, with more in its environment. Returns the tail of what it printed.

        Raises:
            ChildFailedError: it took longer than ``seconds`` or ended with a status other than 0.
        """
        # ``-S -E``: it needs nothing that a site or a user may add, and passes all of it on.
        with self._running([command[0], "-S", "-E", str(MINDING), *command], (), environment) as child:
            try:
                status = child.process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise _gave_up("timeout", f"it took longer than {seconds:g} s.", unusable=False) from None
            tail = child.output()
            if status < 0:
                raise _gave_up("crashed", _signal_words(status), unusable=False)
            if status:
                last = tail.strip().splitlines()[-1:] or [f"exit status {status}"]
                raise _gave_up("exited", last[0], unusable=False)
            return tail

    @contextlib.contextmanager
    def _running(
        self, command: Sequence[str], descriptors: tuple[int, ...], environment: Mapping[str, str] = NO_MORE
    ) -> Iterator[_Child]:
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
            raise _gave_up("exited", message, unusable=True) from None
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._tell_guard(f"+{process.pid}")
        child = _Child(process=process, output=tail_of(process), memory=TreeMemory(process.pid))
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


MOST_SOCKET_PATH_BYTES = 103
"""Of the path of a Unix socket: 107 on Linux, 103 on macOS."""
SHORT_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 - only to make a folder of its own in, by mkdtemp


@dataclass(frozen=True, kw_only=True)
class _Child:
    """A running interpreter, the end of what it has printed, and what it holds."""

    process: subprocess.Popen[bytes]
    output: Callable[[], str]
    memory: TreeMemory


def _await_answer(
    child: _Child, lines: queue.Queue[str | None], task: str, watch: Watch, on_event: Callable[[Event], None]
) -> Event:
    ended = False
    while True:
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if ended:
                # Something that it started and that outlives it holds the pipe open.
                raise _crash(child, unusable=not watch.begun) from None
            ended = child.process.poll() is not None
            complaint = watch.complaint()
            if complaint is not None:
                if complaint.kind == "timeout":
                    _dump(child)
                raise ChildFailedError(complaint, unusable=not watch.begun) from None
            continue
        if line is None or not line.endswith("\n"):
            raise _crash(child, unusable=not watch.begun)
        event = read_event(line)
        if event is None:
            continue
        watch.heard()
        if event["event"] == "failed":
            kind = event["kind"]
            failure = Failure(kind="raised" if kind == "unusable" else kind, message=event["message"])
            raise ChildFailedError(failure, unusable=kind == "unusable" or not watch.begun)
        if event["event"] == task:
            return event
        # The facts are known before the job's set-up runs.
        watch.begun = watch.begun or event["event"] != "facts"
        on_event(event)


def _dump(child: _Child) -> None:
    """Let the interpreter print where it is: its handler of SIGABRT does, whatever it is busy with."""
    pid = child.memory.minded_pid()
    if sys.platform != "win32" and pid is not None:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            os.kill(pid, signal.SIGABRT)
            child.process.wait(DUMP_SECONDS)


def _placed(error: ChildFailedError, mark_file: Path, output: str) -> ChildFailedError:
    """The failure with the item that was being called and the line, where the interpreter could not say so."""
    failure = error.failure
    if failure.kind not in ("timeout", "crashed", "exited") or not failure.message.endswith("."):
        return error
    if failure.kind == "exited" and "sys.exit" in failure.message:
        return error
    where = ("" if error.unusable else item_words(mark_file)) + place_words(output)
    if where in failure.message:
        return error
    message = f"{failure.message[:-1]}{where}."
    return ChildFailedError(Failure(kind=failure.kind, message=message), error.unusable)


def _gave_up(kind: Any, message: str, unusable: bool) -> ChildFailedError:
    return ChildFailedError(Failure(kind=kind, message=message), unusable)


def _crash(child: _Child, unusable: bool) -> ChildFailedError:
    try:
        status = child.process.wait(2.0)
    except subprocess.TimeoutExpired:
        return _gave_up("exited", "the interpreter closed every file it had open.", unusable)
    if status < 0:
        return _gave_up("crashed", _signal_words(status), unusable)
    last = [line for line in child.output().strip().splitlines() if line.strip()][-1:]
    said = f" Its last words: {last[0][:200].rstrip('.')}." if last and status > 0 else ""
    return _gave_up("exited", f"the interpreter ended by itself with status {status}.{said}", unusable)


def _signal_words(status: int) -> str:
    name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
    why = ", which the system sends where memory runs out" if name == "SIGKILL" else ""
    return f"the interpreter crashed: {name}{why}."


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
