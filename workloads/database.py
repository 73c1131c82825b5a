"""SQLite: it drops the GIL at every step, which pays for one long step and costs for many short ones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from workloads.sample_data import provide, sample_folder

_DATABASE = "orders-1.sqlite"
_ORDERS = 200_000


def _write_orders(path: Path) -> None:
    rows = ((number, number % 997, number * 7_919 % 10_007) for number in range(_ORDERS))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, cents INTEGER)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)


def provide_orders() -> None:
    """Write the database of 200,000 orders (about 3 MB) unless it is there."""
    provide(_DATABASE, _write_orders)


def _connect() -> sqlite3.Connection:
    return sqlite3.connect(f"{(sample_folder() / _DATABASE).as_uri()}?mode=ro", uri=True)


def id_ranges() -> list[tuple[int, int]]:
    """Return the argument tuples of 40 calls: first and last order, 20,000 each."""
    return [(first, first + 19_999) for first in range(0, 180_000, 4_500)]


def step_through_orders(first: int, last: int) -> int:
    """Return a running balance in cents, fetched row by row: the GIL is dropped 20,000 times for a microsecond."""
    balance = 0
    with closing(_connect()) as connection:
        for (cents,) in connection.execute("SELECT cents FROM orders WHERE id BETWEEN ? AND ?", (first, last)):
            balance = max(0, balance + cents - 5_000)
    return balance


def customer_offsets() -> list[int]:
    """Return 30 offsets."""
    return list(range(30))


def find_best_customer(offset: int) -> int:
    """Return the customer with the largest total: one row, and all the work in one step without the GIL."""
    query = (
        "SELECT (customer + ?) % 997 AS c FROM orders WHERE id < 50000 GROUP BY c ORDER BY SUM(cents) DESC, c LIMIT 1"
    )
    with closing(_connect()) as connection:
        return int(connection.execute(query, (offset,)).fetchone()[0])
