"""Which item a call failed on, read from the frames of the exception that came out of it."""

from __future__ import annotations

import os

from ..failures import shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import Any

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = os.path.dirname(os.path.abspath(os.__file__))


def item_text(items: Sequence[Any], number: int) -> str | None:
    """Which item it is and how it looks; ``None`` for a call without arguments."""
    if isinstance(items[number], tuple) and not items[number]:
        return None
    return "%d of %d, %s" % (number + 1, len(items), shorten(items[number], 60))


def find_item(error: BaseException, items: Sequence[Any]) -> str | None:
    """As ``item_text``, for the item that a frame of the traceback holds; ``None`` where none tells.

    An engine's own loop holds it as ``item``; where a pool of threads ran the call, the function holds it as an
    argument. From another process there is nothing but text.
    """
    step = error.__traceback__
    while step is not None:
        for value in _suspects(step.tb_frame):
            for number, item in enumerate(items):
                if item is value:
                    return item_text(items, number)
        step = step.tb_next
    return None


def _suspects(frame: FrameType) -> list[Any]:
    code = frame.f_code
    if code.co_filename.startswith(HERE + os.sep):
        return [frame.f_locals[name] for name in ("item",) if name in frame.f_locals]
    if code.co_filename.startswith(LIBRARY + os.sep):
        return []
    arguments = code.co_varnames[: code.co_argcount]
    return [frame.f_locals[name] for name in arguments if name in frame.f_locals]
