"""Waiting, alone and mixed with computing, in jobs of seconds."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

from workloads.web import LIMITED_PORT, SLOW_PORT, get_json, get_json_async

_TURN = threading.Lock()
_BLOCK = bytes(range(256)) * 12_000


def numbers() -> list[int]:
    """Numbers to wait for."""
    return list(range(120))


def many_numbers() -> list[int]:
    """More of them."""
    return list(range(400))


def wait_30(number: int) -> int:
    """Waits 30 ms."""
    time.sleep(0.03)
    return number


def wait_and_hash(number: int) -> str:
    """Waits 20 ms, then hashes for some 4 ms without the GIL."""
    time.sleep(0.02)
    return hashlib.sha256(_BLOCK + bytes([number % 256])).hexdigest()


def wait_and_compute(number: int) -> int:
    """Waits 20 ms, then computes for some 5 ms in Python."""
    time.sleep(0.02)
    total = 0
    for n in range(60_000):
        total += n * number % 7
    return total


def fetch(number: int) -> int:
    """Fetches a page that takes 20 ms."""
    return int(get_json(SLOW_PORT, f"/pages/{number}")["number"])


def fetch_limited(number: int) -> int:
    """Fetches a page of a server that answers four at once."""
    return int(get_json(LIMITED_PORT, f"/pages/{number}")["number"])


def fetch_and_parse(number: int) -> int:
    """Fetches a page, then works on it for some 10 ms in Python."""
    found = int(get_json(SLOW_PORT, f"/pages/{number}")["number"])
    return sum(n * found % 11 for n in range(140_000))


async def fetch_async(number: int) -> int:
    """Fetches a page as a coroutine."""
    return int((await get_json_async(SLOW_PORT, f"/pages/{number}"))["number"])


async def sleep_async(number: int) -> int:
    """Waits 25 ms as a coroutine."""
    await asyncio.sleep(0.025)
    return number


def in_turn(number: int) -> int:
    """Waits 10 ms holding the module's lock: one call at a time, whatever the threads."""
    with _TURN:
        time.sleep(0.01)
    return number


def run_program(number: int) -> str:
    """Runs a small program: the work is another process's."""
    code = f"print(sum(range({number}, 200_000)))"
    return subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True).stdout


def few_numbers() -> list[int]:
    """A few numbers."""
    return list(range(60))


def write_and_sync(number: int) -> int:
    """Writes 400 KB to a file of its own and waits for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{number}.bin"
        with path.open("wb") as file:
            file.write(_BLOCK[:400_000])
            file.flush()
            os.fsync(file.fileno())
        return path.stat().st_size


def keys() -> list[int]:
    """Two thousand calls over five keys."""
    return [number % 5 for number in range(2_000)]


@functools.cache
def _looked_up(key: int) -> int:
    time.sleep(0.5)
    return key * 7


def look_up(key: int) -> int:
    """A cache: the first call of each key takes half a second, the others nothing."""
    return _looked_up(key)


def poll(number: int) -> int:
    """Waits in small steps and compresses in between."""
    length = 0
    for _ in range(4):
        time.sleep(0.004)
        length += len(zlib.compress(_BLOCK[:200_000], 1 + number % 3))
    return length


def long_waits() -> list[float]:
    """Waits that differ: most short, a few long."""
    return [0.02] * 90 + [0.4] * 6


def wait_uneven(seconds: float) -> float:
    """Waits as long as it is told."""
    time.sleep(seconds)
    return seconds
