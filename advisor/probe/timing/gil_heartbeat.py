"""How much of the time the GIL is held, found by a thread that sleeps and notes how late it wakes."""

from __future__ import annotations

import threading
from time import perf_counter, sleep

from .os_counters import QueuedClock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

HEARTBEAT_SECONDS = 0.001


IDLE_BEATS = 30


LEAST_DELAY_SECONDS = 0.0004


class Heartbeat:
    """A thread that sleeps a millisecond again and again and notes how late it wakes.

    To return from ``sleep`` it needs the GIL. A wake-up that comes several times later than it does in an
    idle process fell into a stretch in which the function held the GIL, and tells how long it went on. Blind
    to code that drops and takes the GIL every few microseconds.
    """

    def __init__(self) -> None:
        self._delays: list[float] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._late_seconds = LEAST_DELAY_SECONDS

    def __enter__(self) -> Self:
        """Learn first how late a wake-up comes in this process when it is idle."""
        self._thread.start()
        while len(self._delays) < IDLE_BEATS:
            sleep(HEARTBEAT_SECONDS)
        idle = sorted(self._delays)
        self._late_seconds = max(LEAST_DELAY_SECONDS, 3.0 * idle[len(idle) * 3 // 4])
        self._delays.clear()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop the thread."""
        self._stopping.set()
        self._thread.join()

    def _beat(self) -> None:
        clock, wait, note = perf_counter, sleep, self._delays.append
        with QueuedClock() as queued:
            queued_before = queued.seconds()
            while not self._stopping.is_set():
                before = clock()
                wait(HEARTBEAT_SECONDS)
                late = clock() - before - HEARTBEAT_SECONDS
                queued_now = queued.seconds()
                # Late for want of a processor is not late for want of the GIL.
                note(late - (queued_now - queued_before))
                queued_before = queued_now

    def held(self) -> tuple[float | None, int]:
        """(Share of time the GIL was held, number of wake-ups) since the idle calibration."""
        delays = list(self._delays)
        if not delays:
            return None, 0
        elapsed = sum(HEARTBEAT_SECONDS + max(delay, 0.0) for delay in delays)
        held = sum(_held_seconds(delay) for delay in delays if delay > self._late_seconds)
        return held / elapsed, len(delays)


def _held_seconds(delay: float) -> float:
    """What one late wake-up stands for: the stretch that it fell into.

    A stretch longer than a beat is met once, half a beat after its beginning on average, and delays the wake-up to
    its end. Of shorter ones only as many are met as fit their share of the beats, so each stands for a whole beat.
    """
    return max(HEARTBEAT_SECONDS, delay + HEARTBEAT_SECONDS / 2)
