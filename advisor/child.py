"""The interpreters that run the user's code: start one, ask it one thing, end it and all that it started."""

from __future__ import annotations

import contextlib
import json
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
from typing import IO, Any, Self

from . import process_tree
from .errors import AdvisorError
from .records import Failure

PROBE = Path(__file__).parent / "probe" / "start.py"
GUARD = Path(__file__).with_name("guard.py")
MARKER = "ADVISOR_RUN"
OUTPUT_KEPT_BYTES = 4000
POLL_SECONDS = 0.05
SILENCE_SLACK_SECONDS = 0.5
"""For what the probe does besides calling."""
LAST_RESERVE_FRACTION = 0.05
"""Of the machine's memory: below it the child is ended before the system picks a victim of its own."""

Event = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """When to give a child up."""

    silence_seconds: float
    """Longest wait between two of its messages: about one call."""
    total_seconds: float
    memory_bytes: int


class ChildFailedError(AdvisorError):
    """The child gave no answer; ``failure`` says why, ``unusable`` that no call had been made yet."""

    def __init__(self, failure: Failure, unusable: bool) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.unusable = unusable


class Children:
    """Starts every child of one analysis. Use as a context manager: at its end none is left."""

    def __init__(self, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="advisor-"))
        """Private, removed at the end."""
        self._marker = uuid.uuid4().hex
        self._environment = {**os.environ, MARKER: self._marker, "PYTHONHASHSEED": str(seed % 4294967296)}
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
        with self._running(command, (request_read, answer_write)) as (process, output):
            threading.Thread(target=_write_all, args=(request_write, request), daemon=True).start()
            lines = _lines_of(os.fdopen(answer_read, encoding="utf-8", errors="replace"))
            return _await_answer(process, lines, output, request["task"], limits, on_event)

    def run(self, command: Sequence[str], seconds: float) -> str:
        """Run a command to its end. Returns the tail of what it printed.

        Raises:
            ChildFailedError: it took longer than ``seconds`` or ended with a status other than 0.
        """
        with self._running(command, ()) as (process, output):
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise _gave_up("timeout", f"it took longer than {seconds:g} s.", unusable=False) from None
            tail = output()
            if status:
                last = tail.strip().splitlines()[-1:] or [f"exit status {status}"]
                raise _gave_up("exited", last[0], unusable=False)
            return tail

    @contextlib.contextmanager
    def _running(
        self, command: Sequence[str], descriptors: tuple[int, ...]
    ) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self._environment,
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
        try:
            yield process, _tail_of(process)
        finally:
            process_tree.kill_tree(process)
            self._tell_guard(f"-{process.pid}")

    def _tell_guard(self, word: str) -> None:
        if self._guard.stdin is not None:
            with contextlib.suppress(OSError):
                self._guard.stdin.write(word + "\n")
                self._guard.stdin.flush()


def _await_answer(
    process: subprocess.Popen[bytes],
    lines: queue.Queue[str | None],
    output: Callable[[], str],
    task: str,
    limits: Limits,
    on_event: Callable[[Event], None],
) -> Event:
    started = heard = time.monotonic()
    begun = ended = False
    while True:
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if ended:
                # Something that it started and that outlives it holds the pipe open.
                raise _crash(process, output, unusable=not begun) from None
            ended = process.poll() is not None
            now = time.monotonic()
            _check_limits(process.pid, now - heard, now - started, limits, unusable=not begun)
            continue
        if line is None or not line.endswith("\n"):
            raise _crash(process, output, unusable=not begun)
        event = _read_event(line)
        if event is None:
            continue
        heard = time.monotonic()
        if event["event"] == "failed":
            kind = event["kind"]
            failure = Failure("raised" if kind == "unusable" else kind, event["message"])
            raise ChildFailedError(failure, unusable=kind == "unusable" or not begun)
        if event["event"] == task:
            return event
        begun = True
        on_event(event)


def _read_event(line: str) -> Event | None:
    """``None`` for what the user's code wrote to a descriptor that it took for its own."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def _check_limits(pid: int, silence_seconds: float, total_seconds: float, limits: Limits, unusable: bool) -> None:
    import psutil

    if silence_seconds > limits.silence_seconds + SILENCE_SLACK_SECONDS:
        what = "importing the target and making the inputs" if unusable else "a call"
        raise _gave_up("timeout", f"{what} took longer than {limits.silence_seconds:.3g} s.", unusable)
    if total_seconds > limits.total_seconds:
        raise _gave_up("timeout", f"no answer within {limits.total_seconds:.3g} s.", unusable)
    with contextlib.suppress(psutil.Error):
        held_bytes = psutil.Process(pid).memory_info().rss
        memory = psutil.virtual_memory()
        if held_bytes > limits.memory_bytes or memory.available < LAST_RESERVE_FRACTION * memory.total:
            raise _gave_up(
                "memory",
                f"the function held {held_bytes / 1e9:.3g} GB, beyond the limit here; it was stopped.",
                unusable,
            )


def _gave_up(kind: Any, message: str, unusable: bool) -> ChildFailedError:
    return ChildFailedError(Failure(kind, message), unusable)


def _crash(process: subprocess.Popen[bytes], output: Callable[[], str], unusable: bool) -> ChildFailedError:
    try:
        status = process.wait(2.0)
    except subprocess.TimeoutExpired:
        return _gave_up("exited", "the interpreter closed every file it had open.", unusable)
    last = [line for line in output().strip().splitlines() if line.strip()][-1:]
    said = f" Its last words: {last[0][:200]}" if last and status > 0 else ""
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
        return _gave_up("crashed", f"the interpreter crashed: {name}.", unusable)
    return _gave_up("exited", f"the interpreter ended by itself with status {status}.{said}", unusable)


def _lines_of(stream: IO[str]) -> queue.Queue[str | None]:
    """Lines as they come, then ``None``."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        with stream, contextlib.suppress(OSError, ValueError):
            for line in stream:
                lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _tail_of(process: subprocess.Popen[bytes]) -> Callable[[], str]:
    """Drain the process's output for ever, keeping the end of it."""
    kept = bytearray()
    stream = process.stdout

    def drain() -> None:
        if stream is None:
            return
        with stream, contextlib.suppress(OSError):
            while block := os.read(stream.fileno(), 16 * OUTPUT_KEPT_BYTES):
                kept.extend(block)
                del kept[:-OUTPUT_KEPT_BYTES]

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()

    def tail() -> str:
        reader.join(0.2)
        return kept.decode(errors="replace")

    return tail


def _write_all(descriptor: int, request: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError), os.fdopen(descriptor, "w", encoding="utf-8") as pipe:
        json.dump(request, pipe)
