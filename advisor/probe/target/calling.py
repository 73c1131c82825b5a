"""A call of the function on one item, as an object that a pool of processes can be sent."""

from __future__ import annotations

from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Sequence
    from typing import Any


class CallArgs:
    """``function(*item)``."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, item: Any) -> Any:
        """Call with the item as positional arguments."""
        return self.function(*item)


class CallKwargs:
    """``function(**item)``."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, item: Any) -> Any:
        """Call with the item as keyword arguments."""
        return self.function(**item)


class TimedCall:
    """A call that notes how long each run of it took."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call
        self.seconds: list[float] = []

    def __call__(self, item: Any) -> Any:
        """Call, and note how long it took."""
        started = perf_counter()
        result = self.call(item)
        self.seconds.append(perf_counter() - started)
        return result


class TimedAwait(TimedCall):
    """The same for a coroutine function."""

    async def __call__(self, item: Any) -> Any:
        """Await, and note how long it took."""
        started = perf_counter()
        result = await self.call(item)
        self.seconds.append(perf_counter() - started)
        return result


def spread(figures: Sequence[float], most: int) -> list[float]:
    """At most ``most`` of the figures, at even distances."""
    count = min(most, len(figures))
    return [figures[number * len(figures) // count] for number in range(count)]


def make_call(function: Callable[..., Any], unpack: str) -> Callable[[Any], Any]:
    """The one-argument callable for a way of unpacking; the function itself where none is needed."""
    if unpack == "args":
        return CallArgs(function)
    if unpack == "kwargs":
        return CallKwargs(function)
    return function


def new_loop() -> AbstractEventLoop:
    """An event loop to await calls in."""
    # It takes as long to import as all the rest of the probe, and most functions await nothing.
    import asyncio

    return asyncio.new_event_loop()


def do_nothing(_item: object) -> None:
    """A call that costs nothing, to time a pool alone."""


async def await_nothing(_item: object) -> None:
    """As ``do_nothing``, for tasks."""
