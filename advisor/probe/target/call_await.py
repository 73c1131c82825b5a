"""A call of a coroutine function; a module of its own, so that only who makes such calls imports asyncio."""

import asyncio


class CallAwait:
    """A coroutine function called from a thread or a process of its own, in a loop of its own."""

    def __init__(self, call):
        self.call = call

    def __call__(self, *item):
        """Run the coroutine to its end."""
        return asyncio.run(_finish(self.call(*item)))


async def _finish(awaitable):
    return await awaitable
