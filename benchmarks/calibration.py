"""What a stated confidence has been worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from advisor.records import Confidence

RIGHT = 0.95
"""Of the best plan's speed: what counts as right advice, for 5 % is a tie."""


def calibration(outcomes: Iterable[tuple[Confidence, float]]) -> Iterator[tuple[Confidence, str]]:
    """For each confidence, how often the advice that stated it was right.

    Args:
        outcomes: (confidence, efficiency against the best plan) of each advice.
    """
    known = tuple(outcomes)
    for confidence in get_args(Confidence):
        reached = [efficiency for stated, efficiency in known if stated == confidence]
        right = sum(efficiency >= RIGHT for efficiency in reached)
        yield confidence, f"right in {right} of {len(reached)}"
