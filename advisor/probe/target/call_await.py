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


class WarmedAwait:
    """A coroutine function whose first call waits until one more call has been made, in the same event loop.

    A client that is made in the first call belongs to the loop of that call: the warm-up must not have another.
    """

    def __init__(
        self,
        call: Callable[[Any], Awaitable[Any]],
        warm_up: Callable[[], Awaitable[Any]],
        when_warm: Callable[[], None],
    ) -> None:
        self._call = call
        self._make_warm_up_call = warm_up
        self._when_warm = when_warm
        self._warming_up: asyncio.Future[None] | None = None
        self._is_warm = False

    def __call__(self, item: Any) -> Awaitable[Any]:
        """The call, or at first the call after the warm-up."""
        return self._call(item) if self._is_warm else self._after_warm_up(item)

    async def _after_warm_up(self, item: Any) -> Any:
        if self._warming_up is None:
            self._warming_up = asyncio.ensure_future(self._warm_up())
        await asyncio.shield(self._warming_up)
        return await self._call(item)

    async def _warm_up(self) -> None:
        await self._make_warm_up_call()
        self._is_warm = True
        self._when_warm()


async def _finish(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
