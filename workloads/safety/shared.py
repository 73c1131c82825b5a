"""Functions that share variables between calls: some lose them under processes, some race on them in threads."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable

VISITS = 0
LOG: list[str] = []
WORDS: Counter[str] = Counter()
LAST_SEEN = ""
SEEN: set[int] = set()
RESULTS: dict[int, int] = {}
SOLD = 0
_LOCK = threading.Lock()
_IDS = itertools.count(1)


def work(value: int, steps: int = 8_000) -> int:
    """Return a number that takes a while to compute."""
    for _ in range(steps):
        value = (value * 1_103_515_245 + 12_345) % 2_147_483_648
    return value


def numbers() -> list[int]:
    """Return 40 numbers."""
    return list(range(40))


def count_visits(page: int) -> int:
    """Read, add and write a counter in a module's global, without a lock."""
    global VISITS  # noqa: PLW0603 - what this function is about
    result = work(page)
    VISITS = VISITS + 1
    return result


def log_each(page: int) -> int:
    """Append a line to a list that someone reads at the end."""
    result = work(page)
    LOG.append(f"{page}: {result}")
    return result


def tally_words(number: int) -> int:
    """Add to counts by word, without a lock."""
    result = work(number)
    for word in ("even" if number % 2 == 0 else "odd", "all"):
        WORDS[word] = WORDS[word] + 1
    return result


def remember_last(number: int) -> int:
    """Leave word of the item that came last."""
    global LAST_SEEN  # noqa: PLW0603 - what this function is about
    LAST_SEEN = f"item {number}"
    return work(number)


def only_once(number: int) -> int | None:
    """Give a result for a number's first call alone."""
    if number in SEEN:
        return None
    SEEN.add(number)
    return work(number)


def keep_results(number: int) -> None:
    """Return nothing: the results are in a dictionary."""
    RESULTS[number] = work(number)


def number_tickets(number: int) -> tuple[int, int]:
    """Give each call a number of its own: two processes give the same ones."""
    return next(_IDS), work(number)


def sell_under_lock(number: int) -> int:
    """Count under a lock: right in threads, lost in processes."""
    global SOLD  # noqa: PLW0603 - what this function is about
    result = work(number)
    with _LOCK:
        SOLD += result % 7
    return result


class Basket:
    """Its total is the class's, not the instance's."""

    total = 0

    @classmethod
    def add(cls, price: int) -> int:
        """Read, add and write a class attribute, without a lock."""
        result = work(price)
        cls.total = cls.total + 1
        return result


class Statistics:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, number: int) -> int:
        """Count, then answer."""
        self.asked += 1
        return work(number)


STATISTICS = Statistics()


def ask_statistics(number: int) -> int:
    """Change an attribute of an object that a global holds."""
    return STATISTICS.ask(number)


def _make_counter() -> Callable[[int], int]:
    calls = 0

    def count_in_closure(number: int) -> int:
        nonlocal calls
        result = work(number)
        calls = calls + 1
        return result

    return count_in_closure


count_in_closure = _make_counter()


def gather_in_default(number: int, seen: list[int] = []) -> int:  # noqa: B006 - what this function is about
    """Gather in a default argument, which all calls share."""
    seen.append(number)
    return work(number)


def unsorted_lists() -> list[list[int]]:
    """Return 30 lists."""
    return [[(number * 7_919 + step * 104_729) % 1_000 for step in range(2_000)] for number in range(30)]


def sort_item(values: list[int]) -> int:
    """Sort the caller's own list; its result is the median."""
    values.sort()
    return work(values[len(values) // 2])


balance = 0


async def deposit(amount: int) -> int:
    """Read before an await, write after it: a task in between is forgotten."""
    import asyncio

    global balance  # noqa: PLW0603 - what this function is about
    before = balance
    await asyncio.sleep(0.002)
    balance = before + 1
    return amount
