"""Items of very different size, the smallest first: the head says little, and the last call decides the end."""

from __future__ import annotations

import random
import zlib


def growing_limits() -> list[int]:
    """Return 24 limits, each a quarter larger than the one before: the last call is a fifth of the job."""
    return [round(1_600 * 1.25**step) for step in range(24)]


def sum_of_digits(limit: int) -> int:
    """Return the sum of the digits of all numbers below ``limit``; pure Python."""
    total = 0
    for number in range(limit):
        rest = number
        while rest:
            total += rest % 10
            rest //= 10
    return total


def growing_blocks() -> list[bytes]:
    """Return 28 blocks of text, from 32 KB to 5 MB."""
    generator = random.Random(8)
    text = "".join(generator.choices("etaoin shrdlu", k=200_000)).encode() * 30
    return [text[: round(32_768 * 1.206**step)] for step in range(28)]


def compress_growing(block: bytes) -> int:
    """Return the size in bytes of the zlib-compressed block; the GIL is dropped."""
    return len(zlib.compress(block, 3))
