"""How steady is this machine? ``python -m benchmarks.steadiness [--page] [SECONDS]``; figures are read beside it.

The same loop runs on one core alone and on every core at once, in turns. What "every core" is worth follows: cores
that share a physical one, or with other tenants' work, are worth less than their number, and not always the same.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

from advisor.child.host import THIS_SYSTEM
from benchmarks import accuracy_page

SECONDS = 12.0
LOOPS = 120_000
HEAD_START_SECONDS = 0.001


def _work(orders: Connection) -> None:
    while (starts := orders.recv()) is not None:
        while time.perf_counter() < starts:
            pass
        began, number = time.perf_counter(), 0
        for step in range(LOOPS):
            number = (number * 31 + step) % 1_000_003
        orders.send(time.perf_counter() - began)


def _run(workers: Sequence[Connection]) -> float:
    """The seconds of the slowest, all started at one moment."""
    starts = time.perf_counter() + HEAD_START_SECONDS
    for worker in workers:
        worker.send(starts)
    return max(float(worker.recv()) for worker in workers)


def measure(seconds: float) -> list[tuple[float, float]]:
    """(alone, every core at once) seconds of the loop, time after time."""
    workers, processes = [], []
    for _ in range(THIS_SYSTEM.usable_cores()):
        ours, theirs = multiprocessing.Pipe()
        processes.append(multiprocessing.Process(target=_work, args=(theirs,)))
        processes[-1].start()
        workers.append(ours)
    ends, found = time.monotonic() + seconds, []
    while time.monotonic() < ends:
        found.append((_run(workers[:1]), _run(workers)))
    for worker, process in zip(workers, processes, strict=True):
        worker.send(None)
        process.join()
    return found


def main(words: Sequence[str]) -> None:
    """Print the deciles of what one core took, and of what every core at once took over it."""
    numbers = [word for word in words if word != accuracy_page.OPTION]
    found, lines = measure(float(numbers[0]) if numbers else SECONDS), []
    for name, figures, unit in (
        ("alone", [1000 * alone for alone, _ in found], "ms"),
        ("every core at once, over alone", [together / alone for alone, together in found], "times"),
    ):
        deciles = statistics.quantiles(figures, n=10)
        lines.append(f"{name}: {deciles[0]:.2f} to {deciles[-1]:.2f} {unit}, median {statistics.median(figures):.2f}")
    print(*lines, sep="\n")
    if accuracy_page.OPTION in words:
        accuracy_page.keep("steadiness", "\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
