"""Coroutine functions: what they gain depends on how much of a call is spent in ``await``."""

from __future__ import annotations

import asyncio
import zlib

from workloads.native_code import blocks
from workloads.web import LIMITED_PORT, SLOW_PORT, get_json_async


def feed_paths() -> list[str]:
    """Return 50 paths."""
    return [f"/feeds/{number}" for number in range(50)]


async def fetch_feed(path: str) -> int:
    """Return the number in a feed of the slow server: about 20 ms of waiting."""
    return int((await get_json_async(SLOW_PORT, path))["number"])


async def fetch_feed_from_limited(path: str) -> int:
    """Return the number in a feed of the server that serves four at once."""
    return int((await get_json_async(LIMITED_PORT, path))["number"])


async def fetch_and_rank(path: str) -> int:
    """Return a rank computed from a feed: about 20 ms of waiting, then 5 ms of Python on the event loop."""
    rank = (await get_json_async(SLOW_PORT, path))["number"]
    for _ in range(14_000):
        rank = (rank * 1_103_515_245 + 12_345) % 2_147_483_648
    return int(rank)


def rank_seeds() -> list[int]:
    """Return 40 seeds."""
    return list(range(40))


async def rank_only(seed: int) -> int:
    """Return a rank computed from ``seed``: a coroutine that never waits."""
    rank = seed
    for _ in range(65_000):
        rank = (rank * 1_103_515_245 + 12_345) % 2_147_483_648
    return rank


def feed_blocks() -> list[bytes]:
    """Return 48 blocks of 256 KB of text."""
    return blocks()


async def compress_off_loop(block: bytes) -> int:
    """Return the size in bytes of the block compressed in a thread, away from the event loop."""
    return len(await asyncio.to_thread(zlib.compress, block, 6))
