"""Has the kept iterations of a site made again, each order in a fresh interpreter, beside each other."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..child.interpreter import Ask, ChildFailedError, ChildLimits
from ..records.decoding import decode
from .independence import Iteration, Left, Replay, orders_differ

MOST_REPLAYED = 24
REPLAY_SECONDS = 0.8
"""No iteration of a replay is begun later."""
PATIENCE_SECONDS = 40.0
CHILDREN_AT_ONCE = 2


def replay_in_orders(
    ask: Ask, python: str, request: Mapping[str, Any], items_kept: int, memory_bytes: int, seed: int
) -> tuple[tuple[Replay, ...], Replay | None]:
    """Forward, reversed and shuffled; and forward once more where they differ.

    Raises:
        ChildFailedError: an interpreter gave no answer.
    """
    numbers = _spread(items_kept)
    shuffled = list(numbers)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, no secret
    orders = (("forward", numbers), ("reversed", numbers[::-1]), ("shuffled", shuffled))

    def one(order: tuple[str, Sequence[int]]) -> Replay:
        return _replay(ask, python, {**request, "order": list(order[1])}, order[0], memory_bytes)

    with ThreadPoolExecutor(CHILDREN_AT_ONCE) as pool:
        replays = tuple(pool.map(one, orders))
    return replays, one(orders[0]) if orders_differ(replays) else None


def _spread(items_kept: int) -> list[int]:
    """At most ``MOST_REPLAYED`` numbers of items, the first and the last among them."""
    if items_kept <= MOST_REPLAYED:
        return list(range(items_kept))
    return sorted({round(place * (items_kept - 1) / (MOST_REPLAYED - 1)) for place in range(MOST_REPLAYED)})


def _replay(ask: Ask, python: str, request: Mapping[str, Any], order: str, memory_bytes: int) -> Replay:
    asked = {**request, "task": "replay", "most_seconds": REPLAY_SECONDS}
    limits = ChildLimits(silence_seconds=PATIENCE_SECONDS, total_seconds=PATIENCE_SECONDS, memory_bytes=memory_bytes)
    answer = ask(python, asked, limits)
    names = ("item", "result", "error", "changed", "printed", "seconds", "cpu_seconds")
    return Replay(
        order=order,
        iterations=tuple(decode(Iteration, dict(zip(names, made, strict=True))) for made in answer["iterations"]),
        left=tuple(decode(Left, each) for each in answer["left"]),
    )


__all__ = ["ChildFailedError", "replay_in_orders"]
