"""One awaited call after another."""

import asyncio


async def _await_each(function, items):
    return [await function(item) for item in items]


def run(function, items):
    """Await the coroutine function on each item in turn."""
    return asyncio.run(_await_each(function, items))
