"""Functions for the gallery in reports/samples/ that concurrency breaks, and one that breaks by itself.

They are not in the catalogue, whose functions run under every model.
"""

from __future__ import annotations

import signal
import time

from workloads.web import SLOW_PORT, get_json

_LAST_NUMBER = 0


def orders() -> list[str]:
    """Return 60 names, one an order."""
    return [f"customer {number}" for number in range(60)]


def number_invoice(customer: str) -> str:
    """Return an invoice with the next free number; whoever else reads the number meanwhile gets the same one."""
    global _LAST_NUMBER  # noqa: PLW0603 (that is the fault to find)
    number = _LAST_NUMBER + 1
    time.sleep(0.005)
    _LAST_NUMBER = number
    return f"{number}: {customer}"


def stock_paths() -> list[str]:
    """Return 40 paths, one an article."""
    return [f"/stock/{number}" for number in range(40)]


def fetch_in_time(path: str) -> int:
    """Return how many there are of an article: 20 ms of waiting, given up after two seconds by way of a signal."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, 2.0)
    try:
        return int(get_json(SLOW_PORT, path)["number"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _give_up(_number: int, _frame: object) -> None:
    raise TimeoutError


def prices() -> list[str]:
    """Return 40 prices, one of them no number."""
    return [f"{number}.50" if number != 17 else "on request" for number in range(40)]


def parse_price(text: str) -> float:
    """Return a price; it raises on the one that is no number."""
    return float(text)
