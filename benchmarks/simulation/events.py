"""Discrete events: cores shared evenly among whoever computes, waits, and queues for a limited number of places.

Activities are generators that yield what they need next: ``Compute``, ``Wait``, a ``Places`` to enter. They go on
when they have had it.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Compute:
    """So many seconds of one core."""

    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Wait:
    """So many seconds of nothing."""

    seconds: float


class Places:
    """Room for so many at once, first come, first served: a GIL (1), a lock (1), a server that takes four (4)."""

    __slots__ = ("free", "queue")

    def __init__(self, number: int) -> None:
        self.free = number
        self.queue: deque[Activity] = deque()


Need = Compute | Wait | Places
Activity = Generator[Need, None, None]


class Simulation:
    """Runs activities to their end. All who compute share the cores evenly (processor sharing)."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self.now_seconds = 0.0
        self._served_seconds = 0.0
        """Virtual time: CPU seconds that each computing activity has had since the beginning."""
        self._computing: list[tuple[float, int, Activity]] = []
        self._waiting: list[tuple[float, int, Activity]] = []
        self._numbers = itertools.count()

    def start(self, activity: Activity) -> None:
        """Let an activity begin now."""
        self._go_on(activity)

    def leave(self, places: Places) -> None:
        """Give up a place; the first in the queue goes on in its stead."""
        if places.queue:
            self._go_on(places.queue.popleft())
        else:
            places.free += 1

    def run(self) -> float:
        """Run until nothing is left to do. Returns the seconds that took."""
        while self._computing or self._waiting:
            rate = min(1.0, self._cores / max(1, len(self._computing)))
            next_wait = self._waiting[0][0] if self._waiting else float("inf")
            next_done = (
                self.now_seconds + (self._computing[0][0] - self._served_seconds) / rate
                if self._computing
                else float("inf")
            )
            then = min(next_wait, next_done)
            self._served_seconds += (then - self.now_seconds) * rate
            self.now_seconds = then
            if next_done <= next_wait:
                self._served_seconds = max(self._served_seconds, self._computing[0][0])
                self._go_on(heapq.heappop(self._computing)[2])
            else:
                self._go_on(heapq.heappop(self._waiting)[2])
        return self.now_seconds

    def _go_on(self, activity: Activity) -> None:
        for need in activity:
            if isinstance(need, Compute):
                if need.cpu_seconds > 0:
                    until = self._served_seconds + need.cpu_seconds
                    heapq.heappush(self._computing, (until, next(self._numbers), activity))
                    return
            elif isinstance(need, Wait):
                if need.seconds > 0:
                    until = self.now_seconds + need.seconds
                    heapq.heappush(self._waiting, (until, next(self._numbers), activity))
                    return
            elif need.free > 0:
                need.free -= 1
            else:
                need.queue.append(activity)
                return
