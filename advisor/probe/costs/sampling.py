"""Repeats a measurement, sums it up as a row, and turns whatever goes wrong into the row's note."""

from __future__ import annotations

import contextlib
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from ..answers import Answers

    Sampler = AbstractContextManager[Callable[[], float]]

MOST_STEPS = 1 << 20
MOST_GROWTH = 16


class NotMeasured(Exception):  # noqa: N818 - the word the user reads
    """There is no point in trying; the message says why."""


class Meter:
    """Collects the rows of one table."""

    def __init__(self, answers: Answers, tell: bool, clock: Callable[[], float] = time.perf_counter) -> None:
        self._answers = answers
        self._tell = tell
        self._clock = clock
        self.rows: list[dict[str, Any]] = []

    def measure(
        self,
        group: str,
        operation: str,
        opening: Sampler,
        most: int,
        seconds: float,
        start_method: str | None = None,
        size_bytes: int | None = None,
    ) -> None:
        """Append the row of one operation.

        Args:
            group: part of the table.
            operation: name of the row.
            opening: context manager whose value is a function without arguments, which does the operation and
                returns the seconds it took.
            most: number of samples to take at most.
            seconds: about when to stop; at least one sample is taken.
            start_method: how its processes are started, where that matters.
            size_bytes: what is passed, where that matters.
        """
        if self._tell:
            self._answers.send("measuring", what=_describe(operation, start_method, size_bytes))
        samples, note = [], None
        try:
            with opening as sample:
                samples = self._take(sample, most, seconds)
            if not samples:
                note = "drowned in the noise of this machine"
        except Exception as error:
            samples, note = [], str(error) or type(error).__name__
        self.rows.append(
            {
                "group": group,
                "operation": operation,
                "start_method": start_method,
                "size_bytes": size_bytes,
                "seconds": quantile(samples, 0.5),
                "low_seconds": quantile(samples, 0.25),
                "high_seconds": quantile(samples, 0.75),
                "samples": len(samples),
                "note": note,
            }
        )
        self._answers.alive()

    def _take(self, sample: Callable[[], float], most: int, seconds: float) -> list[float]:
        taken = []
        ends = self._clock() + seconds
        for _ in range(most):
            taken.append(sample())
            self._answers.alive()
            if self._clock() >= ends:
                break
        # The difference of two runs can come out below zero: then it tells of noise alone.
        return [one for one in taken if one > 0]


def quantile(samples: Sequence[float], fraction: float) -> float | None:
    """The ``fraction`` quantile, linear between samples; ``None`` of none."""
    if not samples:
        return None
    ordered = sorted(samples)
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@contextlib.contextmanager
def per_step(run: Callable[[int], float], seconds: float, first: int = 1) -> Iterator[Callable[[], float]]:
    """Open a sampler of seconds per step of ``run(steps) -> seconds``; each run takes about ``seconds``.

    The search for the number of steps begins with ``first``.
    """
    steps, took = _enough_steps(run, seconds, first)
    known = [took / steps]
    yield lambda: known.pop() if known else run(steps) / steps


def _enough_steps(run: Callable[[int], float], seconds: float, steps: int) -> tuple[int, float]:
    """(Steps that take about ``seconds`` or more, what they took)."""
    while True:
        took = run(steps)
        if took >= seconds or steps >= MOST_STEPS:
            # The first of two may have paid for a start, or met with a stall.
            took = run(steps)
            if took >= seconds / 2 or steps >= MOST_STEPS:
                return steps, took
        growth = 1.2 * seconds / took if took > 0 else MOST_GROWTH
        steps = min(MOST_STEPS, int(steps * min(MOST_GROWTH, max(2, growth))))


def _describe(operation: str, start_method: str | None, size_bytes: int | None) -> str:
    more = "" if start_method is None else " by " + start_method
    return operation + more + ("" if size_bytes is None else ", %d bytes" % size_bytes)
