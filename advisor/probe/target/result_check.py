"""Whether what a call gives back is a result, or only the promise of one."""

from __future__ import annotations

import inspect

from ..failures import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LAZY = (map, filter, zip)


def check_result(result: Any, text: str) -> None:
    """See that the call has done its work.

    Raises:
        Unusable: it has made an awaitable or a generator, in which all the work is still to be done.
    """
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise Unusable(
            "%s returns an awaitable (%s) without being a coroutine function, so that a call does none of the work. "
            "Name a function that awaits it: async def call(item): return await %s(item)."
            % (text, type(result).__name__, text.rpartition(":")[2])
        )
    if inspect.isgenerator(result) or inspect.isasyncgen(result) or isinstance(result, LAZY):
        raise Unusable(
            "%s returns a %s, so that a call does none of the work. Wrap it in a function that returns list(...) of it."
            % (text, type(result).__name__.replace("_", " "))
        )
