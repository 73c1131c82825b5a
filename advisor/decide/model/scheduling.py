"""Calls of given sizes on workers that share what there is; pure.

Each worker takes the next unit (a call, or a chunk of them) when it is free. Those at work share the capacity
evenly (processor sharing), so that the end of the job, where only the largest calls are left, comes out by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

SHARPNESS = 6.0
"""Exponent of the p-norm by which two bounds that are near each other are joined. See docs/explanation/constants.md."""
MOST_UNITS = 600
"""How many units at the end of a job are followed singly; those before them only keep everyone busy."""


def soft_least(rates: Sequence[float]) -> float:
    """The p-norm minimum: the least where one is far below the others, less where several are near it."""
    least = min(rates)
    return float(least * sum((least / rate) ** SHARPNESS for rate in rates) ** (-1 / SHARPNESS))


@lru_cache(maxsize=20_000)
def makespan(sizes: tuple[float, ...], calls: int, chunk_size: int, workers: int, capacity: float) -> float:
    """How long the job takes, in units of one call of mean size alone.

    ``sizes`` are the calls' sizes at even distances through the job, in any unit; none where all are alike.
    ``capacity`` is how many calls can make full progress at once, however many workers there are.
    """
    units = -(-calls // chunk_size)
    followed = min(units, max(MOST_UNITS, 4 * workers))
    before = (units - followed) * chunk_size
    fluid = _work(sizes, calls, 0, before) / soft_least((workers, capacity))
    return fluid + _share(_unit_sizes(sizes, calls, chunk_size, before), workers, capacity)


@lru_cache(maxsize=1_000)
def _unit_sizes(sizes: tuple[float, ...], calls: int, chunk_size: int, first: int) -> tuple[float, ...]:
    """The work in each chunk from the call ``first`` on, in the order of the job."""
    starts = range(first, calls, chunk_size)
    return tuple(_work(sizes, calls, start, min(start + chunk_size, calls)) for start in starts)


def _work(sizes: tuple[float, ...], calls: int, start: int, stop: int) -> float:
    """The work in the calls from ``start`` to before ``stop``, in calls of mean size."""
    if not sizes:
        return float(stop - start)
    totals = _running_totals(sizes)
    # Each size stands for as many calls as lie between it and the next.
    return (_total_at(totals, stop * len(sizes) / calls) - _total_at(totals, start * len(sizes) / calls)) * (
        calls / totals[-1]
    )


def _total_at(totals: tuple[float, ...], position: float) -> float:
    whole = min(int(position), len(totals) - 2)
    return totals[whole] + (position - whole) * (totals[whole + 1] - totals[whole])


@lru_cache(maxsize=256)
def _running_totals(sizes: tuple[float, ...]) -> tuple[float, ...]:
    return (0.0, *accumulate(sizes))


def _share(units: Sequence[float], workers: int, capacity: float) -> float:
    """Processor sharing by virtual time: how much each unit at work has had since the beginning."""
    served = elapsed = 0.0
    at_work: list[float] = []
    for unit in units:
        if len(at_work) == workers:
            served, elapsed = _finish_next(at_work, served, elapsed, capacity)
        heapq.heappush(at_work, served + unit)
    while at_work:
        served, elapsed = _finish_next(at_work, served, elapsed, capacity)
    return elapsed


def _finish_next(at_work: list[float], served: float, elapsed: float, capacity: float) -> tuple[float, float]:
    busy = len(at_work)
    done = heapq.heappop(at_work)
    return done, elapsed + (done - served) * busy / _progress(busy, capacity)


@lru_cache(maxsize=20_000)
def _progress(busy: int, capacity: float) -> float:
    return soft_least((busy, capacity))
