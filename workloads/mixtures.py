"""A wait of about 20 ms, then work on the answer, in several ratios."""

from __future__ import annotations

import hashlib

from workloads.web import SLOW_PORT, get_json


def _forecast(seed: int, steps: int) -> int:
    value = seed
    for _ in range(steps):
        value = (value * 1_103_515_245 + 12_345) % 2_147_483_648
    return value


def station_paths() -> list[str]:
    """Return 30 paths, one a weather station."""
    return [f"/stations/{number}" for number in range(30)]


def wait_95_compute_5(path: str) -> int:
    """Return a forecast from one reading: about 1 ms of Python, the request's own share included."""
    return _forecast(get_json(SLOW_PORT, path)["number"], 1_500)


def wait_80_compute_20(path: str) -> int:
    """Return a forecast from one reading: about 5 ms of Python."""
    return _forecast(get_json(SLOW_PORT, path)["number"], 14_000)


def wait_50_compute_50(path: str) -> int:
    """Return a forecast from one reading: about 20 ms of Python."""
    return _forecast(get_json(SLOW_PORT, path)["number"], 65_000)


def wait_50_native_50(path: str) -> str:
    """Return a signature in hexadecimal of one reading: about 20 ms of C code without the GIL."""
    number = get_json(SLOW_PORT, path)["number"]
    return hashlib.pbkdf2_hmac("sha256", str(number).encode(), b"station", 36_000).hex()
