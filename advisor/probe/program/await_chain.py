"""Where asyncio's waiting tasks are: they stand on no thread's stack."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType
    from typing import Any

MOST_TASKS = 50
MOST_STEPS = 60


def note_loop(frame: FrameType, loops: list[Any]) -> None:
    """Remember the event loop whose turn this frame runs."""
    loop = frame.f_locals.get("self")
    if loop is not None and all(loop is not known for known in loops):
        loops.append(loop)


def of_tasks(loop: Any) -> Iterator[list[FrameType]]:
    """For each waiting task the frames of its coroutines, the outermost first."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return
    try:
        tasks = list(asyncio.all_tasks(loop))[:MOST_TASKS]
    except (RuntimeError, AttributeError):
        # The set changed while it was read; the next look will do.
        return
    for task in tasks:
        frames = _frames(task.get_coro())
        if frames:
            yield frames


def _frames(waiting: Any) -> list[FrameType]:
    frames: list[FrameType] = []
    while waiting is not None and len(frames) < MOST_STEPS:
        if getattr(waiting, "cr_running", False):
            # It is on its thread's stack.
            return []
        frame = _first(waiting, ("cr_frame", "gi_frame", "ag_frame"))
        if frame is None:
            break
        frames.append(frame)
        waiting = _first(waiting, ("cr_await", "gi_yieldfrom", "ag_await"))
    return frames


def _first(thing: Any, names: Sequence[str]) -> Any:
    for name in names:
        found = getattr(thing, name, None)
        if found is not None:
            return found
    return None
