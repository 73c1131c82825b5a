"""Which calls of the job stand for all of them when not all are run."""

from __future__ import annotations

GOLDEN = 0.6180339887498949
MOST_SHIFT = 64


def choose(calls: int, count: int, seed: int) -> list[int]:
    """``count`` different call numbers spread over ``range(calls)``, in ascending order.

    The golden-ratio sequence fills the range evenly for every count, so that items sorted by size are sampled
    fairly (Kuipers and Niederreiter, Uniform Distribution of Sequences, 1974, chapter 2). A short shift by
    chance keeps it from falling into step with items that have a period. A smaller count is a subset of a
    larger one.
    """
    if count >= calls:
        return list(range(calls))
    chosen: set[int] = set()
    position = (seed * 0.7548776662466927) % 1.0
    width = max(1, min(MOST_SHIFT, calls // 16))
    state = seed
    while len(chosen) < count:
        # Knuth's MMIX generator: the same numbers in every version of Python.
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        number = (int(position * calls) + (state >> 33) % width - width // 2) % calls
        while number in chosen:
            number = (number + 1) % calls
        chosen.add(number)
        position = (position + GOLDEN) % 1.0
    return sorted(chosen)


def mix(numbers: list[int]) -> list[int]:
    """The same numbers in an order without a trend, for a run that may be cut short."""
    count = len(numbers)
    stride = max(1, int(count * GOLDEN))
    while _common_divisor(stride, count) != 1:
        stride += 1
    return [numbers[i * stride % count] for i in range(count)]


def _common_divisor(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
