"""A call of a coroutine function; a module of its own, so that asyncio is imported only where such calls are made."""

from __future__ import annotations

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any


class CallAwait:
    """A coroutine function called from a thread or a process of its own, in a loop of its own."""

    def __init__(self, call: Callable[..., Awaitable[Any]]) -> None:
        self.call = call

    def __call__(self, *item: Any) -> Any:
        """Run the coroutine to its end."""
        return asyncio.run(_finish(self.call(*item)))


async def _finish(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
