"""A call of the function on one item, as an object that a pool of processes can be sent."""

import asyncio


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


class CallAwait:
    """A coroutine function called from a thread or a process of its own, in a loop of its own."""

    def __init__(self, call):
        self.call = call

    def __call__(self, *item):
        """Run the coroutine to its end."""
        return asyncio.run(_finish(self.call(*item)))


async def _finish(awaitable):
    return await awaitable


def make_call(function, unpack):
    """The one-argument callable for a way of unpacking; the function itself where none is needed."""
    if unpack == "args":
        return CallArgs(function)
    if unpack == "kwargs":
        return CallKwargs(function)
    return function


def do_nothing(_item):
    """A call that costs nothing, to time a pool alone."""


async def await_nothing(_item):
    """As ``do_nothing``, for tasks."""
