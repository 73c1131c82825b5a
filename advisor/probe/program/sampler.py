"""Looks at where the program is, some hundred times a second, from a thread of its own.

At each look: the stacks of all threads and of all waiting asyncio tasks, as far as they are in the program's own
code. A look counts for the time since the one before it, so that code which keeps the GIL counts in full. A
thread's processor time counts for the stack in which it is seen.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from time import monotonic

from . import await_chain
from .watching import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import CodeType, FrameType
    from typing import Any

    from .own_code import OwnCode

INTERVAL_SECONDS = 0.004
LONG_INTERVAL_SECONDS = 0.010
LONG_AFTER_SECONDS = 10.0
MOST_STACKS = 20_000
MOST_THREADS_TIMED = 32
FIRST_WRITE_SECONDS = 0.3
WRITES_GROW = 1.6
"""The file is written again after times that grow so, for a program that ends without a word."""
STOP_SECONDS = 1.0
_FOREIGN, _LOOP = 0, -1


class Sampler:
    """``begin`` before the program, ``end`` after it, then ``write``."""

    def __init__(self, own_code: OwnCode) -> None:
        self._own_code = own_code
        self._numbers: dict[int, int] = {}
        self._codes: list[CodeType] = []
        self._stacks: dict[tuple[tuple[tuple[int, int, int], ...], str | None], int] = {}
        self._instants: dict[tuple[int, ...], float] = {}
        self._processor: dict[int, float] = {}
        self._leaves: dict[int, CodeType] = {}
        self._clocks: dict[int, float] = {}
        self._stop: Any = None
        self._stopped: Any = None
        self._main = _thread.get_ident()
        self._last_seconds = self._last_processor = 0.0
        self.looks = 0

    def begin(self, write: Callable[..., None]) -> None:
        """Start looking; ``write(ended)`` is called now and then."""
        self._write = write
        self._begun_seconds = self._last_seconds = monotonic()
        self._last_processor = time.process_time()
        self._start()
        if hasattr(os, "register_at_fork"):
            # A fork with a second thread alive is warned of, and is not what the program would have done.
            os.register_at_fork(before=self.end, after_in_parent=self._start_again)

    def _start(self) -> None:
        self._stop, self._stopped = _thread.allocate_lock(), _thread.allocate_lock()
        self._stop.acquire()
        self._stopped.acquire()
        # Not of ``threading``, whose list of threads is the program's.
        _thread.start_new_thread(self._run, (self._stop, self._stopped))

    def _start_again(self) -> None:
        if self._begun_seconds is not None:
            self._start()

    def end(self) -> None:
        """Stop looking, for good or until after a fork."""
        if self._stop is not None:
            threads = _native_threads()
            self._stop.release()
            self._stopped.acquire(timeout=STOP_SECONDS)
            self._stop = None
            _wait_for_fewer(threads)

    def _run(self, stop: Any, stopped: Any) -> None:
        me = _thread.get_ident()
        write_seconds = FIRST_WRITE_SECONDS
        interval = INTERVAL_SECONDS
        try:
            while not stop.acquire(timeout=interval):
                self._look(me)
                age = self._last_seconds - self._begun_seconds
                if age > LONG_AFTER_SECONDS:
                    interval = LONG_INTERVAL_SECONDS
                if age > write_seconds:
                    write_seconds = age * WRITES_GROW
                    self._write(ended=False)
        finally:
            stopped.release()

    def _look(self, me: int) -> None:
        now = monotonic()
        frames = sys._current_frames()  # noqa: SLF001 - the interpreter's only way to see other threads
        frames.pop(me, None)
        weight, self._last_seconds = now - self._last_seconds, now
        seen = []
        loops: list[Any] = []
        for ident, frame in frames.items():
            stack = self._stack(frame, loops)
            if stack:
                seen.append(stack)
            self._count_processor(ident, stack, len(frames))
        for loop in loops:
            seen += [stack for stack in map(self._chain, await_chain.of_tasks(loop)) if stack]
        instant = tuple(sorted(set(seen)))
        if instant in self._instants or len(self._instants) < MOST_STACKS:
            self._instants[instant] = self._instants.get(instant, 0.0) + weight
        self.looks += 1

    def _stack(self, frame: FrameType | None, loops: list[Any]) -> int:
        """The number of the stack of a thread, 0 where none of it is the program's own."""
        numbers = self._numbers
        steps = []
        leaf = None
        while frame is not None:
            code = frame.f_code
            number = numbers.get(id(code))
            if number is None:
                number = self._number(code)
            if number > 0:
                steps.append((number, frame.f_lasti, frame.f_lineno))
            elif not steps:
                if leaf is None:
                    leaf = code
                if number == _LOOP:
                    await_chain.note_loop(frame, loops)
            elif number == _LOOP:
                await_chain.note_loop(frame, loops)
            frame = frame.f_back
        return self._known_stack(steps, leaf)

    def _chain(self, frames: list[FrameType]) -> int:
        steps = []
        leaf = None
        for frame in reversed(frames):
            code = frame.f_code
            number = self._numbers.get(id(code)) or self._number(code)
            if number > 0:
                steps.append((number, frame.f_lasti, frame.f_lineno))
            elif not steps and leaf is None:
                leaf = code
        return self._known_stack(steps, leaf)

    def _known_stack(self, steps: list[tuple[int, int, int]], leaf: CodeType | None) -> int:
        if not steps:
            return 0
        steps.reverse()
        key = (tuple(steps), None if leaf is None else self._leaf(leaf))
        known = self._stacks.get(key)
        if known is None:
            if len(self._stacks) >= MOST_STACKS:
                return 0
            known = self._stacks[key] = len(self._stacks) + 1
        return known

    def _number(self, code: CodeType) -> int:
        if code.co_filename in self._own_code:
            self._codes.append(code)
            number = len(self._codes)
        elif code.co_name == "_run_once" and code.co_filename.endswith("base_events.py"):
            number = _LOOP
        else:
            number = _FOREIGN
        # The code object itself is kept, so that no other one gets its address.
        self._numbers[id(code)] = number
        self._leaves.setdefault(id(code), code)
        return number

    def _leaf(self, code: CodeType) -> str:
        name = getattr(code, "co_qualname", code.co_name)
        return "%s:%s" % (os.path.splitext(os.path.basename(code.co_filename))[0], name)

    def _count_processor(self, ident: int, stack: int, threads: int) -> None:
        """Add the processor time that a thread has used since the last look to its stack."""
        if not hasattr(time, "pthread_getcpuclockid") or threads > MOST_THREADS_TIMED:
            if ident == self._main:
                now = time.process_time()
                used, self._last_processor = now - self._last_processor, now
                self._processor[stack] = self._processor.get(stack, 0.0) + used
            return
        try:
            now = time.clock_gettime(time.pthread_getcpuclockid(ident))
        except OSError:
            return
        used = now - self._clocks.get(ident, now if ident == self._main else 0.0)
        self._clocks[ident] = now
        if used > 0:
            self._processor[stack] = self._processor.get(stack, 0.0) + used

    def write(self, path: str, clock: dict[str, Any]) -> None:
        """Write what was seen: positions, stacks of them, and the seconds that each set of stacks was seen for."""
        positions: list[list[Any]] = []
        places: dict[tuple[int, int], int] = {}
        stacks = []
        for steps, leaf in list(self._stacks):
            stack = []
            for number, instruction, line in steps:
                step = (number, instruction)
                if step not in places:
                    places[step] = len(positions)
                    positions.append(self._position(number, instruction, line))
                stack.append(places[step])
            stacks.append({"places": stack, "leaf": leaf})
        seen = {
            **clock,
            "ended_seconds": monotonic(),
            "begun_seconds": self._begun_seconds,
            "looks": self.looks,
            "places": positions,
            "stacks": stacks,
            "instants": [[list(instant), seconds] for instant, seconds in list(self._instants.items())],
            "processor": [[stack, seconds] for stack, seconds in list(self._processor.items())],
        }
        write_whole(path, seen)

    def _position(self, number: int, instruction: int, line: int) -> list[Any]:
        """[file, function, line, column], the column ``None`` where this interpreter keeps none."""
        code = self._codes[number - 1]
        column = None
        if hasattr(code, "co_positions") and instruction >= 0:
            found = next(_from(code.co_positions(), instruction // 2), None)
            if found is not None and found[0] is not None:
                line, column = found[0], found[2]
        name = getattr(code, "co_qualname", code.co_name)
        return [os.path.abspath(code.co_filename), name, line or code.co_firstlineno, column]


def _from(iterator: Iterable[Any], number: int) -> Iterator[Any]:
    import itertools

    return itertools.islice(iterator, number, None)


def _native_threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0


def _wait_for_fewer(threads: int) -> None:
    """A thread of Python is over a moment before the system's is."""
    for _ in range(100):
        if _native_threads() < threads or not threads:
            return
        time.sleep(0.0001)
