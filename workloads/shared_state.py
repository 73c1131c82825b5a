"""State at module level: a lock that serialises, and caches that every process fills again."""

from __future__ import annotations

import functools
import hashlib
import threading

from workloads.web import SLOW_PORT, get_json

_SIGNER_LOCK = threading.Lock()
_SESSION_LOCK = threading.Lock()
_TABLE_LOCK = threading.Lock()
_TABLE: dict[int, int] = {}
_TABLE_ROWS = 200_000


def _mix(value: int, steps: int) -> int:
    for _ in range(steps):
        value = (value * 1_103_515_245 + 12_345) % 2_147_483_648
    return value


def documents() -> list[bytes]:
    """Return 40 documents of 1 KB."""
    return [f"document {number} ".encode() * 70 for number in range(40)]


def sign_document(document: bytes) -> str:
    """Return a signature in hexadecimal: C code without the GIL, all of it under one lock."""
    with _SIGNER_LOCK:
        return hashlib.pbkdf2_hmac("sha256", document, b"signer", 30_000).hex()


def account_paths() -> list[str]:
    """Return 40 paths."""
    return [f"/accounts/{number}" for number in range(40)]


def read_account(path: str) -> int:
    """Return an account's balance over the one session that a process may have: the wait is under a lock."""
    with _SESSION_LOCK:
        return int(get_json(SLOW_PORT, path)["number"])


def table_rows() -> list[int]:
    """Return 60 row numbers."""
    return [number * 3_301 for number in range(60)]


def look_up_row(row: int) -> int:
    """Return a value computed from a table that the first call in a process builds."""
    with _TABLE_LOCK:
        if not _TABLE:
            _TABLE.update((number, _mix(number, 6)) for number in range(_TABLE_ROWS))
    return _mix(_TABLE[row], 3_500)


def postcodes() -> list[int]:
    """Return 600 postcodes, 30 different ones in turn."""
    return [number % 30 for number in range(600)]


@functools.cache
def quote_shipping(postcode: int) -> int:
    """Return a price in cents: about 20 ms for a postcode that this process has not seen yet."""
    return _mix(postcode, 65_000) % 10_000
