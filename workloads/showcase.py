"""Functions for the gallery in reports/samples/ that concurrency breaks, and one that breaks by itself.

They are not in the catalogue, whose functions run under every model.
"""

from __future__ import annotations

import re
import signal
import time

_LAST_NUMBER = 0
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|[\w.+-]+ at [\w-]+ dot [\w.]+")


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


def pages() -> list[str]:
    """Return 120 texts of 100 KB."""
    return [f"page {number}: " + "someone wrote to someone, who wrote back; " * 2_400 for number in range(120)]


def find_in_time(page: str) -> int:
    """Return how many words of a text look like an address; gives up after a second, by way of a signal."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        return len(_ADDRESS.findall(page))
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
