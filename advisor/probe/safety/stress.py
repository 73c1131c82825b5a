"""Many calls at once, provoked to get in each other's way, and what came of it that no serial run gives."""

from __future__ import annotations

import dis
import inspect
import os
import sys
import threading
import traceback
from time import perf_counter, sleep

from ..failures import name_error
from ..target import ownership

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType, FrameType
    from typing import Any

    TraceFunction = Callable[[FrameType, str, Any], Any]

TINY_SWITCH_SECONDS = 1e-6
MOST_ROUNDS = 8
STANDING_ASIDE_SECONDS = 1e-4
MOST_ERRORS = 8
"""Of one thread: then it ends."""
LET_GO_SECONDS = 1.0
"""How long after its time a round may still run before it is left behind."""
_REFUSALS = (
    *("RemoteDisconnected", "IncompleteRead", "BadStatusLine", "OperationalError"),
    *("ReadTimeout", "ConnectTimeout"),
)
_STORES = ("STORE_GLOBAL", "STORE_DEREF", "STORE_ATTR", "STORE_SUBSCR", "STORE_NAME", "DELETE_SUBSCR")


class Outcome:
    """What a stress run gave: ``results`` as (number of the item, result), ``errors`` in words."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.results: list[tuple[int, Any]] = []
        self.errors: list[BaseException] = []
        self.round_marks: list[None] = []
        self.ended = True

    @property
    def rounds(self) -> int:
        """How often all items were gone through, by all together."""
        return len(self.round_marks)


def in_threads(
    call: Callable[..., Any],
    items: Sequence[Any],
    threads: int,
    seconds: float,
    writers: dict[CodeType, set[int]],
    prepare: Callable[[Sequence[Any]], Sequence[Any]],
    patience_seconds: float = 0.02,
) -> Outcome:
    """Each of ``threads`` threads goes round the items until the time is over; all start through a barrier.

    In the code objects ``writers`` a thread stands aside just before it stores what others may have read, for at
    most ``patience_seconds``. ``prepare`` makes each thread's own list of the items. A thread goes on after a call
    that failed, so that the share of failures tells a limit from an accident.
    """
    outcome = Outcome(threads)
    barrier = threading.Barrier(threads)
    ends = perf_counter() + seconds
    yielder = _Yielder(writers, seconds, patience_seconds)

    def go_round(first: int) -> None:
        mine = prepare(items)
        failed = 0
        barrier.wait()
        sys.settrace(yielder.trace if writers else None)
        try:
            for _ in range(MOST_ROUNDS):
                for place in range(len(items)):
                    number = (first + place) % len(items)
                    try:
                        outcome.results.append((number, call(mine[number])))
                    except BaseException as error:
                        outcome.errors.append(error)
                        failed += 1
                outcome.round_marks.append(None)
                if perf_counter() > ends or failed >= MOST_ERRORS:
                    break
        finally:
            sys.settrace(None)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(TINY_SWITCH_SECONDS)
    try:
        started = [threading.Thread(target=go_round, args=(n,), daemon=True) for n in range(threads)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join(max(0.0, ends - perf_counter()) + LET_GO_SECONDS)
    finally:
        sys.setswitchinterval(interval)
    outcome.ended = not any(thread.is_alive() for thread in started)
    return outcome


def in_tasks(call: Callable[..., Any], items: Sequence[Any], tasks: int, loop: AbstractEventLoop) -> Outcome:
    """Coroutines of the items, several times over, all in flight on one loop."""
    # Whoever has no coroutines does not wait for its import.
    import asyncio

    outcome = Outcome(tasks)

    async def one(number: int) -> None:
        try:
            outcome.results.append((number, await call(items[number])))
        except Exception as error:
            outcome.errors.append(error)

    async def all_at_once() -> None:
        await asyncio.gather(*(one(number % len(items)) for number in range(tasks)))

    loop.run_until_complete(all_at_once())
    outcome.round_marks = [None] * (tasks // len(items))
    return outcome


def describe(error: BaseException) -> str:
    """The exception and the line of the user's code that it came from, if any."""
    places = [
        "%s, line %d" % (os.path.basename(frame.filename), frame.lineno or 0)
        for frame in traceback.extract_tb(error.__traceback__)
        if ownership.is_users_file(frame.filename)
    ]
    return name_error(error) + (" (%s)" % places[-1] if places else "")


def is_refusal(error: BaseException) -> bool:
    """Whether a server, a disk or the system refused, which is not a race."""
    return isinstance(error, (OSError, MemoryError, SystemExit)) or type(error).__name__ in _REFUSALS


class _Yielder:
    """Lets other threads run just before a store: whatever was read before it is out of date by then.

    A thread that is about to store waits until another is about to store at the same place, which has then read
    the same old value; where that one waits for a lock, the first soon goes on alone.
    """

    def __init__(self, writers: dict[CodeType, set[int]], seconds: float, patience_seconds: float) -> None:
        self._stores: dict[CodeType, tuple[set[int], set[int | None]]] = {}
        for code, lines in writers.items():
            self._add(code, lines)
        self._patience_seconds = patience_seconds
        self._left_seconds = seconds
        self._arrivals: dict[tuple[CodeType, int], int] = {}

    def _add(self, code: CodeType, lines: set[int]) -> None:
        starts = dict(_lines_by_offset(code))
        offsets = {i.offset for i in dis.get_instructions(code) if i.opname in _STORES}
        wanted = {offset for offset in offsets if starts.get(offset) in lines}
        if wanted:
            self._stores[code] = (wanted, {starts[offset] for offset in wanted})
        for inner in code.co_consts:
            if inspect.iscode(inner):
                self._add(inner, lines)

    def trace(self, frame: FrameType, _event: str, _argument: object) -> TraceFunction | None:
        """The trace function of a thread: follows writers alone, and only until the waiting has had its time."""
        if frame.f_code not in self._stores or self._left_seconds <= 0:
            return None
        # From 3.12 on it must be set before the frame's first line.
        frame.f_trace_opcodes = sys.version_info >= (3, 12)
        return self._step

    def _step(self, frame: FrameType, event: str, _argument: object) -> TraceFunction:
        offsets, lines = self._stores[frame.f_code]
        if event == "line":
            frame.f_trace_opcodes = frame.f_lineno in lines
        elif event == "opcode" and frame.f_lasti in offsets:
            self._wait_for_another((frame.f_code, frame.f_lasti))
        return self._step

    def _wait_for_another(self, place: tuple[CodeType, int]) -> None:
        mine = self._arrivals[place] = self._arrivals.get(place, 0) + 1
        started = now = perf_counter()
        while self._arrivals[place] == mine and now - started < self._patience_seconds and self._left_seconds > 0:
            sleep(STANDING_ASIDE_SECONDS)
            now = perf_counter()
        self._left_seconds -= now - started


def _lines_by_offset(code: CodeType) -> Iterator[tuple[int, int | None]]:
    """(offset, line) of every instruction; a line lasts until the next begins."""
    starts = dict(dis.findlinestarts(code))
    line = None
    for instruction in dis.get_instructions(code):
        line = starts.get(instruction.offset, line)
        yield instruction.offset, line
