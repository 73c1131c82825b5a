"""What it takes to send a call to another process: size, time, and what stands in the way."""

from __future__ import annotations

import pickle
from time import perf_counter

from ..failures import shorten
from ..safety import pickling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

PROTOCOL = pickle.DEFAULT_PROTOCOL
ENOUGH_SECONDS = 0.1


def obstacle(value: Any, what: str, name: str) -> str | None:
    """Why ``value`` cannot be pickled, with the path to the part that cannot, or ``None``."""
    try:
        pickle.loads(pickle.dumps(value, PROTOCOL))  # noqa: S301 - made one line above
    except Exception as error:
        path, part = pickling.failing_path(value, name)
        reason = pickling.why_not_by_name(part) or "%s: %s" % (type(error).__name__, str(error)[:200])
        where = "" if path == name else " because of %s, %s" % (path, shorten(part, 60))
        return "%s cannot be pickled%s: %s" % (what, where, reason)
    return None


def first_obstacle(function: Callable[..., Any], items: Sequence[Any]) -> str | None:
    """The first of the function and a few of its items that cannot be pickled, in words."""
    found = obstacle(function, "the function", "function")
    for number in sorted({0, len(items) // 2, len(items) - 1}):
        what = "item %d, %s," % (number + 1, shorten(items[number], 40))
        found = found or obstacle(items[number], what, "item")
    return found


def measure(
    arguments: Sequence[Any], results: Sequence[Any], alive: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Mean pickled size and time there and back of a few arguments and results.

    Args:
        arguments: of some calls.
        results: of the same calls.
        alive: told between two steps, each of which may take long for large data.

    Returns:
        ``argument_bytes``, ``result_bytes``, ``pickle_seconds_per_call`` and ``result_obstacle``; a figure is
        ``None`` where it cannot be had.
    """
    argument_bytes, argument_seconds = _round_trip(arguments, alive)
    result_bytes, result_seconds = _round_trip(results, alive)
    seconds = None
    if argument_seconds is not None and result_seconds is not None:
        seconds = argument_seconds + result_seconds
    # What went there and back above has nothing in its way.
    suspects = results if result_bytes is None else []
    unsendable = next((o for o in (obstacle(r, "a result", "result") for r in suspects) if o), None)
    return {
        "argument_bytes": argument_bytes,
        "result_bytes": result_bytes,
        "pickle_seconds_per_call": seconds,
        "result_obstacle": unsendable,
    }


def _round_trip(values: Sequence[Any], alive: Callable[[], None]) -> tuple[int | None, float | None]:
    sizes, seconds = [], []
    ends = perf_counter() + ENOUGH_SECONDS
    try:
        for value in values:
            for _ in range(3):
                started = perf_counter()
                sent = pickle.dumps(value, PROTOCOL)
                pickle.loads(sent)  # noqa: S301 - made one line above
                seconds.append(perf_counter() - started)
                alive()
                if perf_counter() > ends:
                    break
            sizes.append(len(sent))
            if perf_counter() > ends:
                break
    except Exception:
        return None, None
    if not sizes:
        return None, None
    return sum(sizes) // len(sizes), sorted(seconds)[len(seconds) // 2]
