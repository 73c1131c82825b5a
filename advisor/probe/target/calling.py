"""A call of the function on one item, as an object that a pool of processes can be sent."""

from time import perf_counter


class CallArgs:
    """``function(*item)``."""

    def __init__(self, function):
        self.function = function

    def __call__(self, item):
        """Call with the item as positional arguments."""
        return self.function(*item)


class CallKwargs:
    """``function(**item)``."""

    def __init__(self, function):
        self.function = function

    def __call__(self, item):
        """Call with the item as keyword arguments."""
        return self.function(**item)


class TimedCall:
    """A call that notes how long each run of it took."""

    def __init__(self, call):
        self.call = call
        self.seconds = []

    def __call__(self, item):
        """Call, and note how long it took."""
        started = perf_counter()
        result = self.call(item)
        self.seconds.append(perf_counter() - started)
        return result


class TimedAwait(TimedCall):
    """The same for a coroutine function."""

    async def __call__(self, item):
        """Await, and note how long it took."""
        started = perf_counter()
        result = await self.call(item)
        self.seconds.append(perf_counter() - started)
        return result


def spread(figures, most):
    """At most ``most`` of the figures, at even distances."""
    count = min(most, len(figures))
    return [figures[number * len(figures) // count] for number in range(count)]


def make_call(function, unpack):
    """The one-argument callable for a way of unpacking; the function itself where none is needed."""
    if unpack == "args":
        return CallArgs(function)
    if unpack == "kwargs":
        return CallKwargs(function)
    return function


def new_loop():
    """An event loop to await calls in."""
    # It takes as long to import as all the rest of the probe, and most functions await nothing.
    import asyncio

    return asyncio.new_event_loop()


def do_nothing(_item):
    """A call that costs nothing, to time a pool alone."""


async def await_nothing(_item):
    """As ``do_nothing``, for tasks."""
