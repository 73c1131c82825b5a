"""Functions that processes cannot be given, cannot answer, or may not run; and some that take memory or wait."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable

from workloads.safety.shared import numbers, work

_AT_ONCE = threading.BoundedSemaphore(4)
_IN_FLIGHT: list[int] = []


class Handle:
    """Holds a lock, which no pickle can."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class Session:
    """Holds a handle."""

    def __init__(self, number: int) -> None:
        self.number = work(number)
        self.handle = Handle()


def open_session(number: int) -> Session:
    """Return what cannot be sent back: ``result.handle.lock``."""
    return Session(number)


double = lambda number: 2 * work(number)  # noqa: E731 - what it is about


def callbacks() -> list[Callable[[], int]]:
    """Return items that no process can be sent."""
    return [lambda number=number: work(number) for number in range(30)]  # type: ignore[misc] # as in the wild


def call_back(callback: Callable[[], int]) -> int:
    """Call the item."""
    return callback()


class OrderError(Exception):
    """Its pickle does not know its second argument."""

    def __init__(self, order: int, reason: str) -> None:
        super().__init__(f"order {order}: {reason}")
        self.order = order


class PlainError(Exception):
    """Survives the way back."""


def check_order(number: int) -> int:
    """Raise, for an order that never comes here, what would hang a pool."""
    if number < 0:
        raise OrderError(number, "negative")
    return work(number)


def check_plainly(number: int) -> int:
    """Raise, for a number that never comes here, what a pool can pass on."""
    if number < 0:
        raise PlainError(number)
    return work(number)


def stop_early(number: int) -> int:
    """Raise and catch an exception of its own within the call."""
    try:
        if work(number) >= 0:
            raise OrderError(number, "found")  # noqa: TRY301 - what this function is about
    except OrderError as error:
        return error.order
    return -1


def use_own_pool(number: int) -> int:
    """Start a pool, which a worker of a pool may not."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(work, [number, number + 1]))


def few_numbers() -> list[int]:
    """Return 8 numbers."""
    return numbers()[:8]


def fill_memory(number: int) -> int:
    """Take 60 MB for a moment."""
    block = bytearray(60_000_000)
    block[::4_096] = b"x" * len(block[::4_096])
    return len(block) + work(number)


def wait_for_one_of_four(number: int) -> int:
    """Wait for one of four places, as at a server with four workers."""
    with _AT_ONCE:
        time.sleep(0.01)
    return number


def refuse_the_fifth(number: int) -> int:
    """Answer four at once and turn the fifth away, as a server does that is full."""
    _IN_FLIGHT.append(number)
    try:
        if len(_IN_FLIGHT) > 4:
            raise ConnectionRefusedError(111, "too many connections")
        time.sleep(0.01)
        return number
    finally:
        _IN_FLIGHT.remove(number)
