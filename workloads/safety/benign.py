"""Functions that look guilty and are not: caches, lazy tables, locks, temporary files, random numbers of their own."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import logging
import math
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np

from workloads.safety.shared import work

logger = logging.getLogger(__name__)
_SQUARES: dict[int, int] = {}
_RECENT: OrderedDict[int, int] = OrderedDict()
_PATTERN: re.Pattern[str] | None = None
_TABLE: list[int] = []
_TABLE_LOCK = threading.Lock()
_RATES = {"EUR": 1.0, "USD": 1.1}


@functools.cache
def cached_work(number: int) -> int:
    """Remember every result, for one process."""
    return work(number)


def remember_square(number: int) -> int:
    """Look it up in a dictionary; compute it where it is not there."""
    if number not in _SQUARES:
        _SQUARES[number] = work(number) ** 2
    return _SQUARES[number]


def remember_recent(number: int) -> int:
    """Keep the two results used last."""
    with _TABLE_LOCK:
        if number in _RECENT:
            _RECENT.move_to_end(number)
            return _RECENT[number]
    result = work(number)
    with _TABLE_LOCK:
        _RECENT[number] = result
        while len(_RECENT) > 2:
            _RECENT.popitem(last=False)
    return result


def match_lazily(number: int) -> bool:
    """Compile a pattern on the first call."""
    global _PATTERN  # noqa: PLW0603 - what this function is about
    if _PATTERN is None:
        _PATTERN = re.compile(r"\d+7$")
    return bool(_PATTERN.match(str(work(number))))


def look_up_lazily(number: int) -> int:
    """Build a table on the first call."""
    with _TABLE_LOCK:
        if not _TABLE:
            _TABLE.extend(work(value, 50) for value in range(1_000))
    return _TABLE[number % 1_000] + work(number)


def import_lazily(number: int) -> str:
    """Import on the first call."""
    import fractions

    return str(fractions.Fraction(work(number), 7))


def draw_from_own(number: int) -> float:
    """Draw from a generator made for this call."""
    own = random.Random(number)
    return sum(own.random() for _ in range(3_000))


def draw_without_seed(number: int) -> float:
    """Draw from the library's generator, which is seeded anew after fork."""
    return number + sum(random.random() for _ in range(3_000))


def make_identifier(number: int) -> str:
    """Return another text each time."""
    work(number)
    return uuid.uuid4().hex


def use_temporary_file(number: int) -> str:
    """Write a file whose name nobody else has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result"
        path.write_text(str(work(number)))
        return path.read_text()


def query_own_database(number: int) -> int:
    """Open a database, ask, close it."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table t (n integer)")
        database.executemany("insert into t values (?)", [(work(value, 20),) for value in range(number + 10)])
        return int(database.execute("select sum(n) from t").fetchone()[0])


def log_and_work(number: int) -> int:
    """Log two lines."""
    logger.debug("at %d", number)
    logger.warning("done with %d", number)
    return work(number)


def parse_dates(number: int) -> list[datetime]:
    """Parse some dates."""
    return [datetime.strptime(f"2024-01-{1 + (number + day) % 28:02d} +0000", "%Y-%m-%d %z") for day in range(200)]


@dataclass(eq=False)
class Point:
    """Has no equality of its own."""

    x: float
    label: str


def make_points(number: int) -> list[Point]:
    """Return objects that are never equal, with the same attributes each time."""
    return [Point(math.sin(number + step), str(step)) for step in range(500)]


def give_not_a_number(number: int) -> dict[str, float]:
    """Return NaN and infinity, which are not equal to themselves or are."""
    return {"nothing": math.nan, "much": math.inf, "some": work(number) / 3}


def give_sets(number: int) -> set[str]:
    """Return a set, whose order is nobody's business."""
    return {str(work(number + step, 50)) for step in range(200)}


def multiply_arrays(number: int) -> np.ndarray:
    """Return floats whose last digits depend on the order of addition."""
    values = np.sin(np.arange(250_000) + number).reshape(500, 500)
    product = values @ values.T
    sums: np.ndarray = product.sum(axis=0)
    return sums


def make_frame(number: int) -> object:
    """Return a DataFrame."""
    import pandas as pd

    return pd.DataFrame({"n": np.arange(1_000) + number, "x": np.sqrt(np.arange(1_000.0)), "s": ["a", "b"] * 500})


def convert(number: int) -> str:
    """Read a table of constants, under a decimal context of its own."""
    with localcontext() as context:
        context.prec = 30 + number % 3
        return str(Decimal(work(number)) / Decimal(str(_RATES["USD"])))


def dump_orders(number: int) -> str:
    """Write JSON."""
    return json.dumps([{"order": number, "lines": list(range(50))}] * 40)


class Total:
    """An object for one call."""

    def __init__(self) -> None:
        self.value = 0

    def add(self, number: int) -> None:
        """Add to its own attribute."""
        self.value += work(number, 200)


def total_up(number: int) -> int:
    """Change an object that no other call knows."""
    total = Total()
    for step in range(40):
        total.add(number + step)
    return total.value


def sort_a_copy(values: list[int]) -> int:
    """Leave the caller's list alone."""
    return work(sorted(values)[len(values) // 2])


def run_a_child(number: int) -> int:
    """Start a process that is no worker."""
    done = subprocess.run([sys.executable, "-S", "-c", f"print({number} * 2)"], capture_output=True, check=True)
    return int(done.stdout)


def collect_text(number: int) -> str:
    """Write into a buffer of its own."""
    buffer = io.StringIO()
    for step in range(200):
        print(number, work(step, 20), file=buffer)
    return buffer.getvalue()
