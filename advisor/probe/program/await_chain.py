"""Where asyncio's waiting tasks are: they stand on no thread's stack."""

import sys

MOST_TASKS = 50
MOST_STEPS = 60


def note_loop(frame, loops):
    """Remember the event loop whose turn this frame runs."""
    loop = frame.f_locals.get("self")
    if loop is not None and all(loop is not known for known in loops):
        loops.append(loop)


def of_tasks(loop):
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


def _frames(waiting):
    frames = []
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


def _first(thing, names):
    for name in names:
        found = getattr(thing, name, None)
        if found is not None:
            return found
    return None
