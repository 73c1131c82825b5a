"""The serial run: one call after another, timed from outside the call."""

from __future__ import annotations

import contextlib
import operator
from time import perf_counter

from ..failures import describe_failure
from ..safety.failing_item import item_text
from ..target import calling, loading
from . import gil_heartbeat, os_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from ..answers import Answers

SHORT_CALL_SECONDS = 0.0001
MOST_CALLS_KEPT = 256
BLOCK_SECONDS = 0.002
LARGEST_BLOCK = 4096


def block_runner(call: Callable[..., Any], is_coroutine: bool) -> Callable[[Iterator[Any]], Any]:
    """A function that calls ``call`` on each of a list of items, and keeps the last result only."""
    if is_coroutine:
        loop = calling.new_loop()

        async def await_each(remaining: Iterator[Any]) -> Any:
            result = None
            for item in remaining:
                result = await call(item)
            return result

        return lambda remaining: loop.run_until_complete(await_each(remaining))

    def call_each(remaining: Iterator[Any]) -> Any:
        result = None
        for item in remaining:
            result = call(item)
        return result

    return call_each


class SerialRun:
    """Calls items in a given order, in blocks, until told otherwise; notes each block's length and time.

    Args:
        run_block: calls each of a list of items.
        items: of the job.
        order: numbers of items.
        answers: hears when a block has ended; may be ``None``.
        most_calls: how many calls it may make in all; ``None`` for any number.
        mark: is given the number of the item that is about to be called, -1 before a block of several.
    """

    def __init__(
        self,
        run_block: Callable[[Iterator[Any]], Any],
        items: Sequence[Any],
        order: list[int],
        answers: Answers | None,
        most_calls: int | None = None,
        mark: Callable[[int], None] = lambda _number: None,
    ) -> None:
        self._run_block = run_block
        self._items = items
        self._order = order
        # Laid out beforehand: whatever runs between two blocks cools the caches for the next.
        self._sequence = [items[number % len(items)] for number in order]
        self._answers = answers
        self._mark = mark
        self.calls_left = float("inf") if most_calls is None else most_calls
        self._next = 0
        self.blocks: list[tuple[int, float]] = []
        """(calls, seconds) of each block."""
        self._single_seconds: dict[int, float] = {}

    def block(self, size: float) -> Any:
        """Run the next items, at most ``size`` and to the end of the order, then from its beginning again.

        Returns the last result. There must be a call left to make.
        """
        size = int(min(size, self.calls_left))
        chosen = self._sequence[self._next : self._next + size]
        remaining = iter(chosen)
        self.calls_left -= len(chosen)
        self._mark(self._order[self._next] % len(self._items) if len(chosen) == 1 else -1)
        started = perf_counter()
        try:
            result = self._run_block(remaining)
        except BaseException as error:
            failed = self._order[self._next + len(chosen) - operator.length_hint(remaining) - 1]
            raise describe_failure(error, item_text(self._items, failed % len(self._items))) from error
        seconds = perf_counter() - started
        self.blocks.append((len(chosen), seconds))
        if len(chosen) == 1 and len(self._single_seconds) < MOST_CALLS_KEPT:
            number = self._order[self._next]
            # Other work only slows: of several runs of a call the quickest is its own.
            self._single_seconds[number] = min(seconds, self._single_seconds.get(number, seconds))
        self._next = (self._next + len(chosen)) % len(self._sequence)
        if self._answers is not None:
            self._answers.alive()
        return result

    def call_seconds(self) -> list[float]:
        """Of the calls that were timed singly, in the order of the job."""
        return [seconds for _, seconds in sorted(self._single_seconds.items())]

    def until(self, seconds: float, least_calls: int, most_calls: int) -> int:
        """Run blocks for about ``seconds``; at least ``least_calls``, at most ``most_calls`` or all there may be."""
        ends = perf_counter() + seconds
        calls = 0
        size = 1
        while self.calls_left > 0 and calls < most_calls and (calls < least_calls or perf_counter() < ends):
            self.block(min(size, most_calls - calls))
            done, took = self.blocks[-1]
            calls += done
            size = _block_size(took / done)
        return calls


def _block_size(seconds_per_call: float) -> int:
    """1, unless reading the clock round every call would be seen in the result."""
    if seconds_per_call >= SHORT_CALL_SECONDS:
        return 1
    return max(1, min(LARGEST_BLOCK, int(BLOCK_SECONDS / max(seconds_per_call, 1e-9))))


def time_serially(
    run: SerialRun,
    first_seconds: float,
    bare_seconds: float,
    gil_seconds: float,
    most_calls: int,
    long_seconds: float = float("inf"),
) -> dict[str, Any]:
    """Time the bare loop, then go on under a heartbeat. Returns the fields of the host's ``SerialTiming``.

    ``run`` has made its first call already, in ``first_seconds``, and may make at least one more. Of calls
    beyond ``long_seconds`` one is made, under the heartbeat, which nobody sees in a call so long.
    """
    earlier_blocks = len(run.blocks)
    is_long = first_seconds > long_seconds
    held, samples = None, 0
    with contextlib.ExitStack() as stack:
        heartbeat = stack.enter_context(gil_heartbeat.Heartbeat()) if is_long and os_counters.gil_enabled() else None
        clock = stack.enter_context(os_counters.QueuedClock())
        before, queued_before, sleeps_before = os_counters.cpu_seconds(), clock.seconds(), os_counters.sleeps()
        calls = run.until(bare_seconds, 1 if is_long else 3, most_calls)
        queued, sleeps = clock.seconds() - queued_before, os_counters.sleeps() - sleeps_before
        if heartbeat is not None:
            held, samples = heartbeat.held()
    process, thread, children = (b - a for a, b in zip(before, os_counters.cpu_seconds()))
    blocks = run.blocks[earlier_blocks:]
    if os_counters.gil_enabled() and not is_long and run.calls_left > 0:
        with gil_heartbeat.Heartbeat() as heartbeat:
            run.until(gil_seconds, 1, max(most_calls, 1))
            held, samples = heartbeat.held()
    return {
        **_wall_figures(run, blocks),
        "first_call_seconds": first_seconds,
        "cpu_seconds_per_call": (process + children) / calls,
        "main_cpu_seconds_per_call": thread / calls,
        "children_cpu_seconds_per_call": children / calls,
        "queued_seconds_per_call": queued / calls,
        "sleeps_per_call": sleeps / calls,
        "gil_held_fraction": held,
        "gil_samples": samples,
        "threads_after_calls": loading.threads_alive(),
    }


def _wall_figures(run: SerialRun, blocks: list[tuple[int, float]]) -> dict[str, Any]:
    """What the blocks say of a call's wall time."""
    calls = sum(count for count, _ in blocks)
    # The loop round the calls is ours, not the function's.
    mean = sum(seconds for _, seconds in blocks) / calls
    singles = sorted(seconds / count for count, seconds in blocks)
    spread = sum((seconds / count - mean) ** 2 * count for count, seconds in blocks) / calls
    is_single = len(blocks) == calls
    return {
        "calls": calls,
        "wall_seconds_per_call": mean,
        "wall_seconds_low": singles[len(singles) // 4],
        "wall_seconds_high": singles[(3 * len(singles)) // 4],
        "wall_seconds_deviation": spread**0.5 if is_single else 0.0,
        "wall_seconds_most": singles[-1],
        # A few calls before the blocks grew long say nothing of all.
        "call_seconds": run.call_seconds() if is_single else [],
    }
